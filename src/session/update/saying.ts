// What a device says of itself while its application runs, and what of it answers which question of a maker's.
import type { VersionSource } from '#bundle/manifest.ts';

/** Strings of a USB device. */
export interface UsbStrings {
	readonly kind: 'usb';
	readonly product: string;
	readonly serial: string;
	/** "2.1.0", from the version of the device's descriptor. */
	readonly release: string;
}

/** What came on the serial port at `baud` after `ask` was sent, where anything was. */
export interface Greeting {
	readonly kind: 'serial';
	readonly baud: number;
	readonly ask?: string;
	readonly said: Uint8Array;
}

export type Saying = UsbStrings | Greeting;

/** What was said to just this question. */
export const answersTo = (
	source: Exclude<VersionSource, { readonly kind: 'memory' }>,
	seen: readonly Saying[],
): readonly (string | Uint8Array)[] =>
	seen.flatMap((one): (string | Uint8Array)[] => {
		if (source.kind === 'usb') return one.kind === 'usb' ? [one[source.field]] : [];
		const asked = one.kind === 'serial' && one.baud === source.baud && one.ask === source.ask;
		return asked ? [one.said] : [];
	});
