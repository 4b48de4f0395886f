// What a bootloader conversation offers to a job, whatever the wire. Every method takes the signal last and honours
// it between frames; after an abort or a failure `settle` brings the bootloader back to its idle state.
import type { FlashTimings } from '#core/device.ts';
import type { MemoryMap, Sector } from '#core/memory.ts';
import type { Effect } from '#core/quirk.ts';
import type { Range } from '#core/range.ts';
import type { MemoryString } from '#core/memory-string.ts';
import type { StepLimits } from '#core/steps.ts';

/** What the board says about itself before anything is touched. */
export interface Identity {
	readonly transport: 'uart' | 'dfu';
	/** AN3155 Get ID; DFU has no such request. */
	readonly productId?: number;
	/** "3.1": the bootloader protocol version (Get), or bcdDevice of the USB descriptor. */
	readonly bootloaderVersion?: string;
	/** AN3155 command codes from Get. */
	readonly commands?: readonly number[];
	/** DfuSe interface strings by alternate setting; undefined where one could not be read. */
	readonly strings?: readonly (string | undefined)[];
	/** The parsed strings, with their alternate setting. */
	readonly alternates?: readonly { readonly setting: number; readonly memory: MemoryString }[];
	readonly usb?: {
		readonly vendorId: number;
		readonly productId: number;
		readonly product?: string;
		readonly serial?: string;
		readonly dfuVersion: number;
	};
	/** Baud rate in use on a UART. */
	readonly baud?: number;
	/** How long the serial adapter keeps a short answer, in milliseconds, where that was measured. */
	readonly adapterMs?: number;
	/** Nothing but a hand resets the board, and with it the rate its ROM has measured. */
	readonly byHand?: true;
	/** Where the UART is used without parity. */
	readonly parity?: 'none';
}

export interface Limits extends StepLimits {
	/** False for plain DFU 1.1, which takes a file as it is. */
	readonly addressed: boolean;
}

export interface Programmer {
	readonly identity: Identity;
	readonly limits: Limits;
	/** Line errors and commands that had to be said again since the board was connected; undefined on USB. */
	readonly disturbances?: number;
	/** Sets the deadlines of erase and write; worst case until the chip is known. */
	useTimings(timings: FlashTimings): void;
	/** What is to be done about this board's quirks; nothing particular until this is called. */
	useQuirks(effects: readonly Effect[]): void;
	/** Tells which alternate setting reaches an address. */
	useMemory(memory: MemoryMap): void;
	erase(sectors: readonly Sector[], signal: AbortSignal): Promise<void>;
	massErase(signal: AbortSignal): Promise<void>;
	/** One transfer of at most `limits.transferSize` bytes. */
	write(address: number, data: Uint8Array, signal: AbortSignal): Promise<void>;
	/**
	 * One transfer of at most `limits.transferSize` bytes. What follows up to `until` will probably be read next, and
	 * may be read on the way.
	 */
	read(range: Range, signal: AbortSignal, until?: number): Promise<Uint8Array>;
	/** The STM32 CRC unit's sum of a word-aligned range, as `stm32Crc` computes it. */
	checksum(range: Range, signal: AbortSignal): Promise<number>;
	/** Undefined when the bootloader does not tell. */
	readoutProtected(signal: AbortSignal): Promise<boolean | undefined>;
	/** Starts the application whose vector table is at `address`; the board usually leaves the bus. */
	leave(address: number, signal: AbortSignal): Promise<void>;
	/** Mass-erases the chip and removes readout protection; the board resets and must be connected again. */
	readoutUnprotect(signal: AbortSignal): Promise<void>;
	/** Waits out or aborts whatever is unfinished; afterwards the next command is understood. */
	settle(signal: AbortSignal): Promise<void>;
	/** Gives the port back. Never rejects. */
	close(): Promise<void>;
}
