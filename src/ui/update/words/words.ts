// The texts of the customer's screen in one language: the shipped ones, and what a brand puts in their place.
import type { Failure } from '#core/failure.ts';
import { deFailures } from './de-failures.ts';
import { de } from './de.ts';
import { enFailures, type FailureKey } from './en-failures.ts';
import { en, type WordKey } from './en.ts';

export type { WordKey } from './en.ts';

/** What stands in the braces of a sentence. */
export type Values = Readonly<Record<string, string | number>>;

type Table = Readonly<Record<string, string>>;

/** Keys of sentences about failures, as a brand names them: "failure.bundle.expired". */
const failureKey = (key: FailureKey): string => `failure.${key}`;

const whole = (words: Table, failures: Readonly<Record<FailureKey, string>>): Table => ({
	...words,
	...Object.fromEntries(
		Object.entries(failures).map(([key, text]) => [failureKey(key as FailureKey), text]),
	),
});

export const shipped: Readonly<Record<string, Table>> = {
	en: whole(en, enFailures),
	de: whole(de, deFailures),
};

/** Languages of the switch, each by its own name: the shipped ones and the brand's. */
export function languagesOf(brand: Readonly<Record<string, Table>>): readonly string[] {
	return [...new Set([...Object.keys(shipped), ...Object.keys(brand)])];
}

/** The first of `wanted` (BCP 47, best first) that there is, by its whole tag or its language; else English. */
export function bestLanguage(wanted: readonly string[], there: readonly string[]): string {
	const base = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
	for (const tag of wanted) {
		const exact = there.find((one) => one.toLowerCase() === tag.toLowerCase());
		const near = exact ?? there.find((one) => base(one) === base(tag));
		if (near !== undefined) return near;
	}
	return 'en';
}

/** Keys a brand replaces that no text has. */
export function unknownKeys(brand: Readonly<Record<string, Table>>): readonly string[] {
	const keys = Object.values(brand).flatMap((table) => Object.keys(table));
	return [...new Set(keys)].filter((key) => !Object.hasOwn(shipped['en'] ?? {}, key));
}

export class Words {
	readonly language: string;
	readonly #texts: Table;

	constructor(language: string, brand: Readonly<Record<string, Table>> = {}) {
		this.language = language;
		this.#texts = {
			...shipped['en'],
			...(Object.hasOwn(shipped, language) && shipped[language]),
			...(Object.hasOwn(brand, language) && brand[language]),
		};
	}

	text(key: WordKey, values: Values = {}): string {
		return fill(this.#texts[key] ?? key, values);
	}

	/** One plain sentence for what went wrong: the code's own, or that of its kind. */
	failure({ code, data }: Failure): string {
		const kind = code.split('.')[0] ?? '';
		const own = [code, kind, 'other'].map((key) => this.#texts[`failure.${key}`]);
		const values = Object.fromEntries(
			Object.entries(data as Values).map(([key, value]) => [key, this.#shown(key, value)]),
		);
		return fill(own.find((text) => text !== undefined) ?? '', values);
	}

	/** "12. März 2027" from an ISO 8601 date; the text itself where it is none. */
	date(iso: string): string {
		const date = new Date(iso);
		if (Number.isNaN(date.getTime())) return iso;
		// A date without a time is a day of the UTC calendar (ECMA-262, Date Time String Format).
		const day = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? { timeZone: 'UTC' } : {};
		return date.toLocaleDateString(this.language, { dateStyle: 'long', ...day });
	}

	/** "40 seconds", "2 minutes": as exact as an estimate is. */
	time(ms: number): string {
		const seconds = Math.max(1, Math.ceil(ms / 1000));
		const rounded = seconds > 20 ? Math.ceil(seconds / 5) * 5 : seconds;
		const [count, unit] = rounded < 90 ? [rounded, 'second'] : [Math.ceil(rounded / 60), 'minute'];
		return new Intl.NumberFormat(this.language, {
			style: 'unit',
			unit,
			unitDisplay: 'long',
		}).format(count);
	}

	/** "24 kB", "1.5 MB", "11 GB". */
	size(bytes: number): string {
		const [count, unit] =
			bytes < 1e6
				? [bytes / 1e3, 'kilobyte']
				: bytes < 1e9
					? [bytes / 1e6, 'megabyte']
					: [bytes / 1e9, 'gigabyte'];
		return new Intl.NumberFormat(this.language, {
			style: 'unit',
			unit,
			unitDisplay: 'short',
			maximumFractionDigits: count < 10 ? 1 : 0,
		}).format(count);
	}

	/** "42 %", "42%", as the language writes it; rounded down, so that 100 is the end. */
	percent(fraction: number): string {
		const whole = Math.floor(Math.min(1, Math.max(0, fraction)) * 100) / 100;
		return whole.toLocaleString(this.language, { style: 'percent' });
	}

	/** The language's own name: "Deutsch". */
	static nameOf(language: string): string {
		const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
		return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
	}

	#shown(key: string, value: string | number): string | number {
		return (key === 'from' || key === 'until') && typeof value === 'string'
			? this.date(value)
			: value;
	}
}

const fill = (text: string, values: Values): string =>
	text.replace(/\{(\w+)\}/g, (_, key: string) =>
		Object.hasOwn(values, key) ? String(values[key]) : '',
	);
