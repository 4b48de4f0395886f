// A chip that no catalogue knows, as its user describes it. Everything else is what holds for every STM32, or the most
// cautious figure there is.
import type { Device } from '#core/device.ts';
import type { Region, Sector } from '#core/memory.ts';
import { sizeText } from '#core/failure.ts';
import { idText } from './choose.ts';

export interface Description {
	/** Bytes, 8 KiB to 16 MiB. */
	readonly flashSize: number;
	/** Bytes of each page, where they are all alike; unknown: the flash is erased as a whole or not at all. */
	readonly sectorSize?: number;
}

/** Every STM32 maps its flash here. */
const FLASH = 0x08000000;
/** H7 has the largest units; smaller ones divide it. */
const LARGEST_UNIT = 32;
const all = { read: true, erase: true, write: true };

/** @throws RangeError for a size that no chip has or that its pages do not divide. */
export function genericDevice(
	productId: number,
	{ flashSize, sectorSize = flashSize }: Description,
): Device {
	const sizes = flashSize >= 8 * 1024 && flashSize <= 16 * 1024 ** 2;
	if (!sizes || !(sectorSize >= 128) || flashSize % sectorSize !== 0)
		throw new RangeError('no such flash');
	const sectors = Array.from({ length: flashSize / sectorSize }, (_, number): Sector => {
		const start = FLASH + number * sectorSize;
		return { number, bank: 0, range: { start, end: start + sectorSize }, access: all };
	});
	const flash: Region = {
		name: 'FLASH_BANK_1',
		kind: 'flash',
		range: { start: FLASH, end: FLASH + flashSize },
		eraseValue: 0xff,
		writeSize: LARGEST_UNIT,
		sectors,
		access: all,
	};
	const whole = sectors.length === 1;
	return {
		productId,
		alternateIds: [],
		name: `Unknown chip ${idText(productId)}, ${sizeText(flashSize)} as described`,
		family: 'STM32',
		cores: [],
		parts: [],
		flashSize,
		layouts: [{ id: 'described', flash: [flash] }],
		memory: [],
		external: [],
		timings: {
			// A whole flash in one sector: the mass erase is the cheaper way, and the only one.
			erase: [{ size: sectorSize, typicalMs: whole ? 20_000 : 100, maximumMs: 64_000 }],
			program: { bytes: 4, typicalUs: 100, maximumUs: 4000 },
			massErase: { typicalMs: 10_000, maximumMs: 64_000 },
			source: 'estimate',
		},
		bootloader: {
			uart: true,
			dfu: false,
			parity: 'even',
			ports: [],
			massErase: whole,
			hostRam: [],
			entry: 'As its manual says.',
			notes: [],
			versions: [],
		},
		registers: {},
		dfuStrings: [],
		notes: [],
		confidence: 'low',
		sources: [],
	};
}
