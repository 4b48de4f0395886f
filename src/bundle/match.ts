// Whether a device is one of those the maker means.
import type { Range } from '#core/range.ts';
import type { Manifest } from './manifest.ts';

export interface HardwareFacts {
	/** STM32 product ID; undefined where the way in does not tell. */
	readonly productId?: number;
	/** Bytes. */
	readonly flashSize?: number;
	/** USB serial string, or the unique ID as 24 hex digits. */
	readonly serial?: string;
	/** What was read of the device; undefined where nothing was or can be. */
	read(range: Range): Uint8Array | undefined;
}

/** What the manifest asks for and the facts could not tell. */
export type Unproven = 'chip' | 'flash-size' | 'board-id' | 'serial';

/** What to read before checkHardware(). */
export function identityRanges(_manifest: Manifest): readonly Range[] {
	throw new Error('not written yet');
}

/**
 * What of the maker's conditions is left unproven; empty means this is the device.
 * @throws Failure bundle.wrong-chip, bundle.wrong-flash-size, bundle.wrong-board, bundle.wrong-serial
 */
export function checkHardware(_manifest: Manifest, _facts: HardwareFacts): readonly Unproven[] {
	throw new Error('not written yet');
}
