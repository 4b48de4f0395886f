// Chips that are no STM32 of any catalogue: how they answer, as far as public sources tell.
import type { Device } from '#core/device.ts';
import { behaviours } from './behaviours.ts';
import type { SimulateOptions } from './options.ts';

type Stranger = Pick<SimulateOptions, 'device' | 'quirks'>;

/** Answered by clones of the F103 of medium density (stm32flash and stm32loader list it). */
const CLONE_ID = 0x641;
/** No list has it. */
const UNKNOWN_ID = 0x7f1;

/** GigaDevice: a vendor ID of its own, leaves without a word; by UART the memory of the chip it stands in for. */
export const gd32Like = (standsFor: Device): Stranger => ({
	...behaviours['gd32-by-usb'],
	device: {
		...standsFor,
		productId: CLONE_ID,
		bootloader: { ...standsFor.bootloader, dfu: true },
	},
});

/** A chip that came after every list: 96 KiB in pages of 2 KiB, with no register where one is looked for. */
export function unknownChip(like: Device): Stranger {
	const [layout] = like.layouts;
	const [region] = layout.flash;
	const sectors = region!.sectors.slice(0, 48);
	const end = sectors.at(-1)!.range.end;
	const flash = [{ ...region!, range: { start: region!.range.start, end }, sectors }];
	return {
		device: {
			...like,
			productId: UNKNOWN_ID,
			alternateIds: [],
			flashSize: end - region!.range.start,
			layouts: [{ id: layout.id, flash }],
			registers: {},
			dfuStrings: [],
			bootloader: { ...like.bootloader, dfu: true },
		},
	};
}
