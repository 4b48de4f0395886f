// What the bundle commands share: whole files in and out, and words checked.
import { MAX_BUNDLE } from '#core/update-file.ts';
import { MAX_DESCRIPTION } from '#bundle/description.ts';
import { Failure, sizeText } from '#core/failure.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

/** A whole file. @throws Failure cli.unreadable, also when it has more bytes than `limit` */
export async function readWhole(
	io: Io,
	path: string,
	limit = MAX_BUNDLE,
): Promise<Uint8Array<ArrayBuffer>> {
	const source = await io.open(path);
	if (source.size > limit)
		throw new Failure('cli.unreadable', { path, reason: `more than ${sizeText(limit)}` });
	return new Uint8Array(await source.read(0, source.size));
}

export const readText = async (io: Io, path: string): Promise<string> =>
	new TextDecoder('utf-8').decode(await readWhole(io, path, MAX_DESCRIPTION));

export const json = (value: unknown): Uint8Array =>
	new TextEncoder().encode(JSON.stringify(value, undefined, '\t') + '\n');

/** @throws UsageError */
export function only(positionals: readonly string[], wanted: string): string {
	const [first, second] = positionals;
	if (first === undefined) throw new UsageError(wanted);
	if (second !== undefined) throw new UsageError(`${second}: one file is enough.`);
	return first;
}

/** @throws UsageError */
export function out(path: string | undefined): string {
	if (path === undefined) throw new UsageError('Where to? --out FILE is needed.');
	return path;
}

/** A whole number from 0 on. @throws UsageError */
export function whole(name: string, text: string | undefined): number {
	if (text === undefined) throw new UsageError(`${name} N is needed.`);
	if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} ${text}: a whole number is wanted.`);
	return Number(text);
}

/** A day as in 2027-01-31. @throws UsageError */
export function day(name: string, text: string): string {
	const date = new Date(`${text}T00:00:00Z`);
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(date.getTime()))
		throw new UsageError(`${name} ${text}: a day as in 2027-01-31 is wanted.`);
	return text;
}
