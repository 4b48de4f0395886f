// Devices for tests, built by hand from the reference manuals: not the catalogue, so that a wrong catalogue shows.
import type { Device } from '#core/device.ts';
import type { MemoryMap, Region, Sector } from '#core/memory.ts';
import { formatGroup } from '#core/memory-string.ts';

export const FLASH = 0x08000000;
const all = { read: true, erase: true, write: true };
const readWrite = { read: true, erase: false, write: true };
const readOnly = { read: true, erase: false, write: false };

interface FlashShape {
	readonly sizes: readonly number[];
	readonly writeSize: number;
	readonly eraseValue?: number;
	readonly writeOnce?: boolean;
	/** Number of sectors in bank 1; the rest are bank 2. No banks when left out. */
	readonly bank1?: number;
}

function flashRegions(shape: FlashShape): MemoryMap {
	let start = FLASH;
	const sectors = shape.sizes.map((size, number): Sector => {
		const bank = shape.bank1 === undefined ? 0 : number < shape.bank1 ? 1 : 2;
		const sector = { number, bank, range: { start, end: start + size }, access: all };
		start += size;
		return sector;
	});
	const banks = shape.bank1 === undefined ? [0] : [1, 2];
	return banks.map((bank): Region => {
		const own = sectors.filter((sector) => sector.bank === bank);
		return {
			name: bank === 0 ? 'FLASH' : `FLASH_BANK_${bank}`,
			kind: 'flash',
			range: { start: own[0]!.range.start, end: own.at(-1)!.range.end },
			eraseValue: shape.eraseValue ?? 0xff,
			writeSize: shape.writeSize,
			sectors: own,
			access: all,
			...(shape.writeOnce && { writeOnce: true }),
		};
	});
}

const plain = (name: string, kind: Region['kind'], start: number, size: number): Region => ({
	name,
	kind,
	range: { start, end: start + size },
	eraseValue: 0xff,
	writeSize: 1,
	sectors: [],
	access: kind === 'system' ? readOnly : readWrite,
});

const common = {
	alternateIds: [],
	external: [],
	cores: ['Cortex-M4'],
	parts: [],
	notes: [],
	confidence: 'low',
	sources: ['hand-made for tests'],
} as const;

const rom = {
	uart: true,
	dfu: true,
	protocol: '3.1',
	commandSet: 'extended',
	parity: 'even',
	ports: [],
	massErase: true,
	entry: 'BOOT0 high',
	notes: [],
	versions: [],
} as const;

const K = 1024;
const repeat = (count: number, size: number): number[] => Array<number>(count).fill(size);

/** STM32F405, 1 MiB: four 16, one 64, seven 128 KiB sectors (RM0090 table 5). */
export const f4: Device = {
	...common,
	productId: 0x413,
	name: 'F405 sample',
	family: 'STM32F4',
	flashSize: 1024 * K,
	layouts: [
		{
			id: 'single',
			flash: flashRegions({
				sizes: [...repeat(4, 16 * K), 64 * K, ...repeat(7, 128 * K)],
				writeSize: 4,
			}),
		},
	],
	memory: [
		plain('SYSTEM', 'system', 0x1fff0000, 0x7800),
		plain('OTP', 'otp', 0x1fff7800, 528),
		plain('OPTIONS', 'option-bytes', 0x1fffc000, 16),
		plain('SRAM', 'ram', 0x20000000, 128 * K),
	],
	timings: {
		erase: [
			{ size: 16 * K, typicalMs: 400, maximumMs: 800 },
			{ size: 64 * K, typicalMs: 1200, maximumMs: 2400 },
			{ size: 128 * K, typicalMs: 2000, maximumMs: 4000 },
		],
		program: { bytes: 1, typicalUs: 16, maximumUs: 100 },
		massErase: { typicalMs: 16000, maximumMs: 32000 },
		source: 'remembered',
	},
	bootloader: { ...rom, hostRam: [{ start: 0x20003000, end: 0x20020000 }] },
	registers: { flashSize: 0x1fff7a22, uniqueId: 0x1fff7a10, bootloaderId: 0x1fff77de },
	dfuStrings: [
		[
			'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
			'@Option Bytes  /0x1FFFC000/01*016 e',
			'@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
			'@Device Feature/0xFFFF0000/01*004 e',
		],
	],
};

/** STM32F103xB: 128 pages of 1 KiB, old Erase command, no USB (RM0008). */
export const f1: Device = {
	...common,
	productId: 0x410,
	name: 'F103 sample',
	family: 'STM32F1',
	flashSize: 128 * K,
	layouts: [{ id: 'single', flash: flashRegions({ sizes: repeat(128, K), writeSize: 4 }) }],
	memory: [
		plain('SYSTEM', 'system', 0x1ffff000, 0x800),
		plain('OPTIONS', 'option-bytes', 0x1ffff800, 16),
		plain('SRAM', 'ram', 0x20000000, 20 * K),
	],
	timings: {
		erase: [{ size: K, typicalMs: 30, maximumMs: 40 }],
		program: { bytes: 2, typicalUs: 52.5, maximumUs: 70 },
		massErase: { typicalMs: 30, maximumMs: 40 },
		source: 'quoted',
	},
	bootloader: {
		...rom,
		dfu: false,
		protocol: '2.2',
		commandSet: 'legacy',
		hostRam: [{ start: 0x20000200, end: 0x20005000 }],
	},
	registers: { flashSize: 0x1ffff7e0, uniqueId: 0x1ffff7e8 },
	dfuStrings: [],
};

/** STM32G0-like: 2 KiB pages in two banks, 64-bit ECC words. */
export const g0: Device = {
	...f4,
	productId: 0x467,
	name: 'G0B1 sample',
	family: 'STM32G0',
	flashSize: 64 * K,
	layouts: [
		{
			id: 'dual',
			flash: flashRegions({ sizes: repeat(32, 2 * K), writeSize: 8, writeOnce: true, bank1: 16 }),
		},
	],
	memory: [
		plain('OPTIONS', 'option-bytes', 0x1fff7800, 52),
		plain('SRAM', 'ram', 0x20000000, 32 * K),
	],
	timings: {
		erase: [{ size: 2 * K, typicalMs: 22, maximumMs: 40 }],
		program: { bytes: 8, typicalUs: 85, maximumUs: 125 },
		massErase: { typicalMs: 22.1, maximumMs: 40 },
		source: 'remembered',
	},
	bootloader: { ...rom, hostRam: [{ start: 0x20004000, end: 0x20008000 }] },
	registers: { flashSize: 0x1fff75e0, uniqueId: 0x1fff7590 },
	dfuStrings: [],
};

/** STM32H7-like: two banks of 128 KiB sectors, 256-bit flash words. */
export const h7: Device = {
	...g0,
	productId: 0x450,
	name: 'H743 sample',
	family: 'STM32H7',
	flashSize: 512 * K,
	layouts: [
		{
			id: 'dual',
			flash: flashRegions({ sizes: repeat(4, 128 * K), writeSize: 32, writeOnce: true, bank1: 2 }),
		},
	],
	memory: [plain('OPTIONS', 'option-bytes', 0x5200201c, 128)],
	timings: {
		erase: [{ size: 128 * K, typicalMs: 1000, maximumMs: 2000 }],
		program: { bytes: 32, typicalUs: 100, maximumUs: 200 },
		massErase: { typicalMs: 8000, maximumMs: 30000 },
		source: 'quoted',
	},
	bootloader: { ...rom, hostRam: [] },
	registers: { flashSize: 0x1ff1e880, uniqueId: 0x1ff1e800 },
};

/** STM32L0-like: 128-byte pages that erase to 0x00, EEPROM, no mass erase. */
export const l0: Device = {
	...g0,
	productId: 0x447,
	name: 'L072 sample',
	family: 'STM32L0',
	flashSize: 16 * K,
	layouts: [
		{
			id: 'single',
			flash: flashRegions({ sizes: repeat(128, 128), writeSize: 8, eraseValue: 0 }),
		},
	],
	memory: [
		plain('EEPROM', 'eeprom', 0x08080000, 6 * K),
		plain('OPTIONS', 'option-bytes', 0x1ff80000, 20),
	],
	timings: {
		erase: [{ size: 128, typicalMs: 3.2, maximumMs: 4 }],
		program: { bytes: 64, typicalUs: 3200, maximumUs: 4000 },
		massErase: { typicalMs: 400, maximumMs: 800 },
		source: 'quoted',
	},
	bootloader: { ...rom, massErase: false, hostRam: [{ start: 0x20001000, end: 0x20005000 }] },
	registers: { flashSize: 0x1ff8007c, uniqueId: 0x1ff80050 },
};

/** One region's sectors in DfuSe notation, for composing strings. */
export const groupOf = (address: number, count: number, size: number): string =>
	formatGroup({ address, runs: [{ count, size, access: all }] });
