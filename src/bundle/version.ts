// Versions: reading the one on a device, comparing, and the maker's rules about what may be replaced.
import { Failure } from '#core/failure.ts';
import type { Manifest, VersionSource } from './manifest.ts';
import { matchPattern, parsePattern } from './pattern.ts';

/** Bytes of an answer that are looked at. */
export const MAX_ANSWER = 256;

/** "2", "2.4", "2.4.1", "2.4.1.0", each with "-rc.1" or the like: at most four numbers of ten digits, and 32 characters. */
export const VERSION = /^\d{1,10}(?:\.\d{1,10}){0,3}(?:-[0-9A-Za-z.]{1,32})?$/;

/**
 * The version an answer tells: memory bytes, a USB string, or serial text, cut at 256 characters. Undefined when it
 * tells none that is a version. Takes time in proportion to the answer, whatever the pattern.
 */
export function versionFrom(
	source: VersionSource,
	answer: Uint8Array | string,
): string | undefined {
	const found = toldBy(source, answer);
	return found !== undefined && VERSION.test(found) ? found : undefined;
}

function toldBy(source: VersionSource, answer: Uint8Array | string): string | undefined {
	if (source.kind !== 'memory') {
		const text = typeof answer === 'string' ? answer : latin(answer);
		return matchPattern(parsePattern(source.pattern), text.slice(0, MAX_ANSWER));
	}
	const bytes = typeof answer === 'string' ? new TextEncoder().encode(answer) : answer;
	if (bytes.length < source.length) return undefined;
	const own = bytes.subarray(0, source.length);
	if (source.as === 'text') return latin(own).split('\0', 1)[0]?.trim();
	// Blank flash is no number.
	if (own.every((byte) => byte === 0xff)) return undefined;
	return String(own.reduceRight((sum, byte) => sum * 256 + byte, 0));
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, MAX_ANSWER));

/**
 * Negative, zero or positive: number by number ("1.10" after "1.9", "1.0" same as "1"); a suffix like "-rc1" comes before
 * none, and suffixes compare by their parts, numbers as numbers ("rc.2" before "rc.10").
 */
export function compareVersions(a: string, b: string): number {
	const [numbersA, suffixA] = partsOf(a);
	const [numbersB, suffixB] = partsOf(b);
	for (let i = 0; i < Math.max(numbersA.length, numbersB.length); i++) {
		const difference = (numbersA[i] ?? 0) - (numbersB[i] ?? 0);
		if (difference !== 0) return difference;
	}
	if (suffixA === undefined || suffixB === undefined)
		return Number(suffixA === undefined) - Number(suffixB === undefined);
	return compareSuffixes(suffixA.split('.'), suffixB.split('.'));
}

function partsOf(version: string): [numbers: number[], suffix: string | undefined] {
	const dash = version.indexOf('-');
	const numbers = (dash < 0 ? version : version.slice(0, dash)).split('.').map(Number);
	return [numbers, dash < 0 ? undefined : version.slice(dash + 1)];
}

function compareSuffixes(a: readonly string[], b: readonly string[]): number {
	for (const [i, left] of a.entries()) {
		const right = b[i];
		if (right === undefined) return 1;
		if (left === right) continue;
		const numbers = /^\d+$/.test(left) && /^\d+$/.test(right);
		const difference = numbers ? Number(left) - Number(right) : 0;
		if (difference !== 0) return difference;
		if (!numbers) return left < right ? -1 : 1;
	}
	return a.length - b.length;
}

/** How the update stands to what is installed. */
export type Relation = 'newer' | 'same' | 'older' | 'unknown';

/**
 * The maker's rules about previous versions. Without an installed version nothing is refused: 'unknown' is for the
 * caller to judge. @throws Failure bundle.previous-too-old, bundle.previous-forbidden
 */
export function checkVersions(
	{ version, previous }: Manifest,
	installed: string | undefined,
): Relation {
	if (installed === undefined) return 'unknown';
	const order = compareVersions(version.name, installed);
	if (order === 0) return 'same';
	const { minimum, forbidden = [] } = previous ?? {};
	if (forbidden.some((one) => compareVersions(one, installed) === 0))
		throw new Failure('bundle.previous-forbidden', { installed });
	if (minimum !== undefined && compareVersions(installed, minimum) < 0)
		throw new Failure('bundle.previous-too-old', { installed, minimum });
	return order > 0 ? 'newer' : 'older';
}

/** @throws Failure bundle.not-yet-valid, bundle.expired; whole days, UTC. */
export function checkDates({ valid }: Manifest, now: Date): void {
	const today = now.toISOString().slice(0, 10);
	if (valid?.from !== undefined && today < valid.from)
		throw new Failure('bundle.not-yet-valid', { from: valid.from });
	if (valid?.until !== undefined && today > valid.until)
		throw new Failure('bundle.expired', { until: valid.until });
}
