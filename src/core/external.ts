// Running code from memory outside the chip, as ST's AN5188 does it: the boards it describes, their memories, and the
// choices of its boot program's memory.h. Pure data, read from devices/external/*.json.
import type { Diagnostic } from './failure.ts';
import type { Image } from './image.ts';

/** Rows of the note's tables. `externalRam` is OCTOSPI RAM (HyperRAM); `spiNor` is the serial flash used with one line. */
export type ExternalMemory =
	| 'qspiFlash'
	| 'norFlash'
	| 'spiNor'
	| 'sdCard'
	| 'internalSram'
	| 'externalSram'
	| 'externalSdram'
	| 'externalPsram'
	| 'externalRam';

export interface BoardMemory {
	readonly memory: ExternalMemory;
	/** Where code for it is linked, or its bytes are stored. */
	readonly address?: number;
	readonly parts: readonly string[];
	readonly alternative?: string;
	/** Chips side by side (dual QSPI). */
	readonly chips?: number;
	/** "4 lines", "16 bits" */
	readonly bus?: string;
	readonly transceiver?: string;
	/** What the application must leave as the boot program set it up. */
	readonly peripheral?: string;
	/** Peripherals the application cannot use beside it. */
	readonly excludes: readonly string[];
	readonly restriction?: string;
	/** Highest system clock with this memory in use. */
	readonly maximumMHz?: number;
	/** Pin numbers by port ("PB") that must keep their function. */
	readonly pins: Readonly<Record<string, readonly number[]>>;
	readonly note?: string;
}

export interface ExternalBoard {
	/** "STM32H743I-EVAL" */
	readonly board: string;
	readonly aliases: readonly string[];
	/** The value line it stands for: "STM32H750". */
	readonly line: string;
	/** What is soldered on it: "STM32H743". */
	readonly mounted: string;
	/** Of the value line, bytes, and how it is cut. */
	readonly internalFlash: number;
	readonly sectors: string;
	/** Level 1 cache, bytes. */
	readonly cache: { readonly instruction: number; readonly data: number };
	readonly memories: readonly BoardMemory[];
	/** CoreMark figures of the note by where code and data are. */
	readonly coremark: readonly {
		readonly code: ExternalMemory | 'internalFlash';
		readonly data: ExternalMemory;
		readonly score: number;
	}[];
	readonly sources: readonly string[];
}

export type BootModel = 'XiP' | 'BootROM';

/** A value of DATA_AREA, CODE_AREA or BINARY_AREA, with the memory behind it on this board. */
export interface AreaChoice {
	/** "USE_QSPI", as memory.h spells it. */
	readonly define: string;
	/** "QSPI flash" */
	readonly label: string;
	readonly memory: BoardMemory;
}

/** What memory.h offers on a board. */
export interface BootChoices {
	readonly data: readonly AreaChoice[];
	readonly code: readonly (AreaChoice & { readonly model: BootModel })[];
	/** Empty where the board stores no image for copying: then only XiP is possible. */
	readonly binary: readonly AreaChoice[];
}

/** What was chosen, by define. */
export interface BootConfig {
	readonly data: string;
	readonly code: string;
	/** Undefined for XiP: memory.h refuses a BINARY_AREA there. */
	readonly binary?: string;
	/** BINARY_BASE_OFFSET and BINARY_SIZE, bytes; for USE_SPI_NOR. */
	readonly baseOffset?: number;
	readonly binarySize?: number;
	/** BINARY_FILENAME; for USE_SDCARD. */
	readonly fileName?: string;
}

/** What becomes of an image under a configuration. */
export interface BootPlan {
	readonly model?: BootModel;
	/** What to program, at storage addresses; absent when the image goes to a card or the choice is impossible. */
	readonly image?: Image;
	/** What to copy to the card. */
	readonly file?: { readonly name: string; readonly data: Uint8Array };
	/** CoreMark of the note for this pair of code and data. */
	readonly coremark?: number;
	readonly diagnostics: readonly Diagnostic[];
}
