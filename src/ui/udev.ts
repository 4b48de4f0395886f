// A udev rule for the devices the user has allowed, or for ST's bootloader where none is known.
import type { UsbIds } from './host.ts';
import { idText } from './text.ts';

const ST_BOOTLOADER: UsbIds = { vendorId: 0x0483, productId: 0xdf11 };

/** One line for each VID:PID; `uaccess` gives the device to who sits at the computer. */
export function udevRule(known: readonly UsbIds[]): string {
	const ids = known.length > 0 ? known : [ST_BOOTLOADER];
	const lines = ids.map(({ vendorId, productId }) => {
		const vendor = idText(vendorId, 4, '').toLowerCase();
		const product = idText(productId, 4, '').toLowerCase();
		return `SUBSYSTEM=="usb", ATTR{idVendor}=="${vendor}", ATTR{idProduct}=="${product}", MODE="0660", TAG+="uaccess"`;
	});
	return [...new Set(lines)].join('\n');
}
