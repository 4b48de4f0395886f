// Versions: reading the one on a device, comparing, and the maker's rules about what may be replaced.
import type { Manifest, VersionSource } from './manifest.ts';

/** Bytes of an answer that are looked at. */
export const MAX_ANSWER = 256;

/**
 * The version an answer tells: memory bytes, a USB string, or serial text, cut at 256 characters. Undefined when it
 * tells none. Takes time in proportion to the answer, whatever the pattern.
 */
export function versionFrom(
	_source: VersionSource,
	_answer: Uint8Array | string,
): string | undefined {
	throw new Error('not written yet');
}

/** Negative, zero or positive: number by number ("1.10" after "1.9", "1.0" same as "1"); a suffix like "-rc1" comes before none. */
export function compareVersions(_a: string, _b: string): number {
	throw new Error('not written yet');
}

/** How the update stands to what is installed. */
export type Relation = 'newer' | 'same' | 'older' | 'unknown';

/**
 * The maker's rules about previous versions. Without an installed version nothing is refused: 'unknown' is for the
 * caller to judge. @throws Failure bundle.previous-too-old, bundle.previous-forbidden
 */
export function checkVersions(_manifest: Manifest, _installed: string | undefined): Relation {
	throw new Error('not written yet');
}

/** @throws Failure bundle.not-yet-valid, bundle.expired; whole days, UTC. */
export function checkDates(_manifest: Manifest, _now: Date): void {
	throw new Error('not written yet');
}
