// The choices of AN5188's memory.h for a board, which of them its checks refuse, and what becomes of an image under a
// choice: left where it is (XiP), moved to the serial flash, or exported for the SD card (BootROM).
import type {
	AreaChoice,
	BoardMemory,
	BootChoices,
	BootConfig,
	BootModel,
	BootPlan,
	ExternalBoard,
	ExternalMemory,
} from '#core/external.ts';
import { hex32 } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { extent, readImage, sliceImage, type Image } from '#core/image.ts';
import { size, type Range } from '#core/range.ts';
import { vectorsAt, WINDOWS } from './external.ts';

/** The defines of memory.h; the boards with OCTOSPI call their flash USE_OSPI. */
const RAM_DEFINES: Partial<Record<ExternalMemory, readonly [define: string, label: string]>> = {
	internalSram: ['USE_INTERNAL_SRAM', 'internal SRAM'],
	externalSram: ['USE_EXTERNAL_SRAM', 'external SRAM'],
	externalSdram: ['USE_EXTERNAL_SDRAM', 'external SDRAM'],
	externalPsram: ['USE_EXTERNAL_PSRAM', 'external PSRAM'],
	externalRam: ['USE_EXTERNAL_RAM', 'external OSPI RAM'],
};
const STORE_DEFINES: Partial<Record<ExternalMemory, readonly [define: string, label: string]>> = {
	spiNor: ['USE_SPI_NOR', 'SPI NOR flash'],
	sdCard: ['USE_SDCARD', 'SD card'],
};

const flashDefine = ({
	memory,
	peripheral = '',
}: BoardMemory): readonly [string, string] | undefined =>
	memory === 'norFlash'
		? ['USE_NOR', 'FMC NOR flash']
		: memory !== 'qspiFlash'
			? undefined
			: peripheral.startsWith('OSPI')
				? ['USE_OSPI', 'OSPI flash']
				: ['USE_QSPI', 'QSPI flash'];

type Naming = (memory: BoardMemory) => readonly [string, string] | undefined;

const choices = (memories: readonly BoardMemory[], name: Naming): AreaChoice[] =>
	memories.flatMap((memory) => {
		const named = name(memory);
		return named ? [{ define: named[0], label: named[1], memory }] : [];
	});

/** Everything memory.h offers on this board. */
export function bootChoices({ memories }: ExternalBoard): BootChoices {
	const data = choices(memories, ({ memory }) => RAM_DEFINES[memory]);
	const binary = choices(memories, ({ memory }) => STORE_DEFINES[memory]);
	const inPlace = choices(memories, flashDefine).map((each) => ({
		...each,
		model: 'XiP' as const,
	}));
	const copied = data
		.filter(({ memory }) => codeAddress(memory) !== undefined)
		.map((each) => ({ ...each, model: 'BootROM' as const }));
	// Without a place to keep the image nothing can be copied (STM32F723E-DISCO).
	return { data, binary, code: binary.length > 0 ? [...inPlace, ...copied] : inPlace };
}

/** APPLICATION_ADDRESS of memory.h: internal SRAM means DTCM (RAMDTCM_BASE). */
const codeAddress = ({ memory, address }: BoardMemory): number | undefined =>
	memory === 'internalSram' ? 0x20000000 : address;

const refuse = (choice: string, reason: string): Diagnostic =>
	diagnostic('error', 'external.combination', { choice, reason });

/** What a configuration makes of an image, or why it is refused as memory.h's own checks do. Never throws. */
export function planBoot(board: ExternalBoard, config: BootConfig, image: Image): BootPlan {
	const offered = bootChoices(board);
	const find = <T extends AreaChoice>(
		list: readonly T[],
		define: string | undefined,
	): T | undefined => list.find((choice) => choice.define === define);
	const [data, code] = [find(offered.data, config.data), find(offered.code, config.code)];
	const store = find(offered.binary, config.binary);
	const diagnostics = [
		...(data
			? []
			: [refuse(`DATA_AREA ${config.data}`, `${board.board} has no such memory for data`)]),
		...(code ? [] : [refuse(`CODE_AREA ${config.code}`, noCode(config.code, board, offered))]),
		...(config.binary === undefined || store
			? []
			: [refuse(`BINARY_AREA ${config.binary}`, `${board.board} cannot store an image there`)]),
		...(code ? modelTrouble(code.model, config) : []),
	];
	if (!data || !code || diagnostics.length > 0) return { diagnostics };
	const score = board.coremark.find(
		(row) => row.code === code.memory.memory && row.data === data.memory.memory,
	)?.score;
	const common = { model: code.model, ...(score !== undefined && { coremark: score }) };
	const checks = imageTrouble(image, { code, data });
	if (code.model === 'XiP') return { ...common, image, diagnostics: checks };
	const made =
		store?.define === 'USE_SDCARD' ? forCard(image, code, config) : forFlash(image, code, config);
	return { ...common, ...made, diagnostics: [...checks, ...made.diagnostics] };
}

function noCode(define: string, { board }: ExternalBoard, { binary }: BootChoices): string {
	if (/SPI_NOR|SDCARD/.test(define)) return 'it stores an image, but no code runs there';
	if (binary.length === 0) return `${board} runs code in place only`;
	return `${board} has no such memory for code`;
}

/** memory.h: BINARY_AREA is defined for BootROM and only there. */
function modelTrouble(model: BootModel, { code, binary }: BootConfig): Diagnostic[] {
	const choice = `CODE_AREA ${code} with${binary === undefined ? 'out BINARY_AREA' : ` BINARY_AREA ${binary}`}`;
	if (model === 'XiP' && binary !== undefined)
		return [refuse(choice, 'code that runs in place is not copied from anywhere')];
	if (model === 'BootROM' && binary === undefined)
		return [refuse(choice, 'code that runs from RAM must be stored somewhere')];
	return [];
}

interface Areas {
	readonly code: AreaChoice;
	readonly data: AreaChoice;
}

/** The 256 MiB (FMC: 64 MiB) that belong to an area's address. */
function rangeOf({ memory }: AreaChoice): Range {
	if (memory.memory === 'internalSram') return { start: 0x20000000, end: 0x40000000 };
	const start = memory.address ?? 0;
	const bytes = start < 0x70000000 ? 0x04000000 : 0x10000000;
	return { start, end: start + bytes };
}

function imageTrouble(image: Image, { code, data }: Areas): Diagnostic[] {
	const address = codeAddress(code.memory) ?? 0;
	const first = image[0]?.address ?? 0;
	if (sliceImage(image, rangeOf(code)).length === 0) {
		const area = `${code.define} (${hex32(address)})`;
		return [diagnostic('error', 'external.code-area', { address: first, area })];
	}
	const vectors = vectorsAt(image, address);
	if (!vectors) return [diagnostic('warning', 'external.vectors', { address })];
	const stack = vectors.stackPointer;
	const area = rangeOf(data);
	// PSRAM has no address of its own in the note: any external RAM will do.
	const fits =
		data.memory.memory !== 'internalSram' && data.memory.address === undefined
			? WINDOWS.some(({ start, end, keeps }) => !keeps && start < stack && stack <= end)
			: area.start < stack && stack <= area.end;
	return fits
		? []
		: [diagnostic('warning', 'external.stack', { stack, area: `${data.define} (${data.label})` })];
}

/** The image as the boot program copies it: from the application address on, gaps as erased flash. */
function flatten(
	image: Image,
	code: AreaChoice,
): { readonly data: Uint8Array; readonly size: number } {
	const own = sliceImage(image, rangeOf(code));
	const start = codeAddress(code.memory) ?? 0;
	const range = { start, end: extent(own)?.end ?? start };
	return {
		size: size(range),
		data: size(range) > MAX_COPY ? new Uint8Array(0) : readImage(own, range, 0xff),
	};
}

/** Larger than any RAM of these boards (32 MiB): two segments far apart, not one program. */
const MAX_COPY = 64 * 1024 * 1024;

const tooLarge = (bytes: number, limit: number): Diagnostic =>
	diagnostic('error', 'external.too-large', { size: bytes, limit });

function forFlash(image: Image, code: AreaChoice, config: BootConfig): BootPlan {
	const { baseOffset = 0, binarySize = 0 } = config;
	const { data, size: bytes } = flatten(image, code);
	const flash = WINDOWS.find(({ start }) => start === 0x90000000)!;
	const start = flash.start + baseOffset;
	const limit = Math.min(binarySize, MAX_COPY);
	if (bytes > limit) return { diagnostics: [tooLarge(bytes, binarySize)] };
	if (baseOffset < 0 || start + bytes > flash.end) {
		const beyond = { start, end: start + bytes, base: flash.start };
		return { diagnostics: [diagnostic('error', 'external.beyond-memory', beyond)] };
	}
	return { image: data.length > 0 ? [{ address: start, data }] : [], diagnostics: [] };
}

/** FAT names as the boot program's FatFs takes them: no folders, no control or reserved characters. */
const FILE_NAME = /^[^\\/:*?"<>|\p{Cc}]{1,255}$/u;

function forCard(image: Image, code: AreaChoice, { fileName = '' }: BootConfig): BootPlan {
	if (!FILE_NAME.test(fileName) || fileName.startsWith('.'))
		return { diagnostics: [diagnostic('error', 'external.no-binary-name', { name: fileName })] };
	const { data, size: bytes } = flatten(image, code);
	if (bytes > MAX_COPY) return { diagnostics: [tooLarge(bytes, MAX_COPY)] };
	return { file: { name: fileName, data }, diagnostics: [] };
}
