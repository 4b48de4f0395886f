// A chip whose bootloader describes an external flash.
import type { Device } from '#core/device.ts';
import type { Region } from '#core/memory.ts';
import { findByPart } from '#devices/index.ts';

export const QSPI = 0x90000000;

/** An H743 whose bootloader has 512 KiB of QSPI flash in sectors of 64 KiB behind its own. */
export function withExternal(): Device {
	const [device] = findByPart('STM32H743ZI');
	if (!device) throw new Error('no H743 in the catalogue');
	const [layout] = device.layouts;
	const access = { read: true, erase: true, write: true };
	const sectors = Array.from({ length: 8 }, (_, i) => {
		const start = QSPI + i * 0x10000;
		return { number: 16 + i, bank: 3, range: { start, end: start + 0x10000 }, access };
	});
	const range = { start: QSPI, end: QSPI + 0x80000 };
	const qspi: Region = { ...layout.flash[0]!, name: 'FLASH_BANK_3', range, sectors };
	return { ...device, layouts: [{ ...layout, flash: [...layout.flash, qspi] }] };
}
