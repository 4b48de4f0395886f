// Everything that can go wrong, by code. The tables in failures/ are the only texts; docs/failures.md is made from
// them. They load when the first page stands: it can show nothing that has gone wrong before. Throw a Failure when the operation is over; return a Diagnostic when it is not.
import { hex32 } from './bytes.ts';
import type { Range } from './range.ts';
import type { failures } from './failures/index.ts';

export type FailureCode = keyof typeof failures;

type Field<T> = T extends `${infer Name}:${string}` ? Name : T;
type Fields<T> = T extends `${string}{${infer F}}${infer Rest}` ? Field<F> | Fields<Rest> : never;

/** The values a code's sentences need: one for every {name} in its text, cause and next step. */
export type FailureData<C extends FailureCode> = C extends FailureCode
	? Readonly<Record<Fields<(typeof failures)[C][keyof (typeof failures)[C]]>, string | number>>
	: never;

export class Failure<C extends FailureCode = FailureCode> extends Error {
	readonly code: C;
	readonly data: FailureData<C>;

	constructor(code: C, data: FailureData<C>, cause?: unknown) {
		super(describe({ code, data }).text, cause === undefined ? undefined : { cause });
		this.name = 'Failure';
		this.code = code;
		this.data = data;
	}
}

/** True for a Failure of this code, whatever its data. */
export const isFailure = <C extends FailureCode>(error: unknown, code?: C): error is Failure<C> =>
	error instanceof Failure && (code === undefined || error.code === code);

/** What was caught, as a Failure: a bug is told as one, with its text, rather than swallowed. */
export function toFailure(error: unknown): Failure {
	if (isFailure(error)) return error;
	const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	return new Failure('job.internal', { reason }, error);
}

export interface Diagnostic<C extends FailureCode = FailureCode> {
	readonly severity: 'error' | 'warning' | 'note';
	readonly code: C;
	readonly data: FailureData<C>;
	/** What of the address space it is about. */
	readonly range?: Range;
}

export function diagnostic<C extends FailureCode>(
	severity: Diagnostic['severity'],
	code: C,
	data: FailureData<C>,
	range?: Range,
): Diagnostic {
	return { severity, code, data, ...(range && { range }) };
}

let texts: typeof failures | undefined;

/** Gives the codes their sentences; failures/index.ts calls it when it is loaded. */
export const tellFailures = (tables: typeof failures): void => {
	texts = tables;
};

export interface Description {
	readonly text: string;
	readonly cause: string;
	readonly next: string;
}

/** The sentences of a failure or diagnostic, its values filled in. */
export function describe({ code, data }: { code: FailureCode; data: object }): Description {
	const values = data as Readonly<Record<string, string | number>>;
	const fill = (sentence: string): string =>
		sentence.replace(/\{(\w+)(?::(\w+))?\}/g, (_, key: string, kind?: string) =>
			format(values[key] ?? '?', kind),
		);
	const { text, cause, next } = texts?.[code] ?? { text: code, cause: '', next: '' };
	return { text: fill(text), cause: fill(cause), next: fill(next) };
}

/** {x:hex} is an address or word, {x:last} the last address before an exclusive end, {x:byte} two hex digits, {x:bytes} a size; anything else stands as it is. */
function format(value: string | number, kind: string | undefined): string {
	if (typeof value === 'string') return value;
	if (kind === 'hex') return hex32(value);
	if (kind === 'last') return hex32(value - 1);
	if (kind === 'byte') return '0x' + value.toString(16).toUpperCase().padStart(2, '0');
	if (kind === 'bytes') return sizeText(value);
	return String(value);
}

/** "512 bytes", "16 KiB", "41.2 KiB", "1.5 MiB": how a size is written everywhere. */
export function sizeText(bytes: number): string {
	if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
	const [amount, unit] =
		bytes < 1024 ** 2
			? [bytes / 1024, 'KiB']
			: bytes < 1024 ** 3
				? [bytes / 1024 ** 2, 'MiB']
				: [bytes / 1024 ** 3, 'GiB'];
	return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${unit}`;
}
