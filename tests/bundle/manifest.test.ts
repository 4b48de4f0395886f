// The reader and the JSON Schema, tried with the same manifests: sound ones, and ones with anything anywhere.
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import schema from '../../docs/bundle-manifest.schema.json';
import type { Manifest } from '#bundle/manifest.ts';
import { inspectBundle } from '#bundle/open.ts';
import { readManifest } from '#bundle/read-manifest.ts';
import { isFailure, type Failure } from '#core/failure.ts';
import { draft, make } from './made.ts';

const fits = new Ajv({ schemaId: 'auto', unknownFormats: [] }).compile(schema);

/** Undefined when it is read. */
function refusal(value: unknown): Failure | undefined {
	try {
		readManifest(new TextEncoder().encode(JSON.stringify(value) ?? ''));
		return undefined;
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error;
	}
}

const step = { text: { en: 'Connect it.' } };
const { manifest } = await inspectBundle(
	await make({
		entry: { ...draft.entry, uart: [step, step] },
		hardware: { ...draft.hardware, routes: ['dfu', 'uart'], lines: 'dtr-reset-rts-boot' },
		images: [
			{ address: 0x0800_4000, file: 'app.bin', from: [{ version: '2.3', file: 'old.bin' }] },
			{ address: 0x9000_0000, file: 'old.bin', storage: 'xip' },
		],
	}),
);
const small: Manifest = (() => {
	const {
		previous: _,
		valid: __,
		installed: ___,
		start: ____,
		dualBank: _____,
		...rest
	} = manifest;
	return { ...rest, keep: [] };
})();

test('sound ones', () => {
	for (const one of [manifest, small]) {
		expect(refusal(one)).toBeUndefined();
		expect(fits(one), JSON.stringify(fits.errors)).toBe(true);
		expect(readManifest(new TextEncoder().encode(JSON.stringify(one)))).toEqual(one);
	}
});

type Path = readonly (string | number)[];

/** Every place in it. */
function places(value: unknown, path: Path = []): Path[] {
	if (typeof value !== 'object' || value === null) return [path];
	const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return [path, ...inside.flatMap(([key, item]) => places(item, [...path, key]))];
}

/** The manifest with `change` done to the container of a place and its key. */
function changed(
	path: Path,
	change: (holder: Record<string, unknown>, key: string) => void,
): unknown {
	const copy = { whole: structuredClone(manifest) as unknown };
	let holder = copy as Record<string, unknown>;
	for (const key of ['whole', ...path].slice(0, -1))
		holder = holder[String(key)] as Record<string, unknown>;
	change(holder, String(path.at(-1) ?? 'whole'));
	return copy.whole;
}

const HOSTILE: readonly unknown[] = [
	null,
	true,
	0,
	-1,
	1,
	1.5,
	2 ** 31,
	2 ** 32,
	2 ** 53,
	'',
	' ',
	'x',
	'1',
	'de',
	'../x',
	'a\u0000b',
	'a\nb',
	'a\u202eb',
	'\u2028',
	'x'.repeat(20_000),
	'0'.repeat(64),
	'2026-02-30',
	'https://user@host/',
	'javascript:alert(1)',
	'(a+)+',
	[],
	{},
	[null],
	[{}],
	{ en: 'x' },
	{ en: 'x', 'x-klingon': 'y' },
	{ de: 'x' },
	Array(300).fill('dfu'),
];

/** Rules across fields, which a schema cannot say. */
const BEYOND_SCHEMA = new RegExp(
	[
		'reaches beyond the last address',
		'is not the image’s',
		'not as long as the bytes',
		'different lengths',
		'last comes before the first',
		'not a day of the calendar',
		'ends before it begins',
		'same version twice',
		'same thing twice',
		'none of the images',
		'two sizes or SHA-256',
		'differs only in capital letters',
		'overlap at',
		'flashSize.maximum".*number from',
		'not one of the forms',
		'has no group',
		'uart is none of the routes',
	].join('|'),
);

function compare(value: unknown, where: string): void {
	const failure = refusal(value);
	const allowed = fits(value) as boolean;
	if (!allowed) expect(failure, `${where}: the schema refuses it`).toBeDefined();
	else if (failure) {
		const said =
			JSON.stringify(failure.data) + (failure.code === 'bundle.overlap' ? 'overlap at' : '');
		expect(said, `${where}: the schema accepts it`).toMatch(BEYOND_SCHEMA);
	}
	if (failure) expect(failure.code).toMatch(/^bundle\./);
}

describe('the schema and the reader agree', () => {
	const all = places(manifest);

	test('with anything anywhere', () => {
		expect(all.length).toBeGreaterThan(100);
		for (const path of all)
			for (const value of HOSTILE)
				compare(
					changed(path, (holder, key) => {
						holder[key] = value;
					}),
					`${path.join('.')} = ${JSON.stringify(value).slice(0, 40)}`,
				);
	});

	test('with anything missing, added, or there twice', () => {
		for (const path of all) {
			if (path.length > 0)
				compare(
					changed(path, (holder, key) => {
						if (Array.isArray(holder)) holder.splice(Number(key), 1);
						else delete holder[key];
					}),
					`${path.join('.')} missing`,
				);
			const more = changed(path, (holder, key) => {
				const own = holder[key];
				if (Array.isArray(own)) own.push(own[0]);
				else if (typeof own === 'object' && own !== null) Object.assign(own, { extra: 1 });
			});
			compare(more, `${path.join('.')} with more`);
		}
	});

	test('with numbers at their bounds', () => {
		const numbers = all.filter((path) => typeof at(manifest, path) === 'number');
		expect(numbers.length).toBeGreaterThan(20);
		const bounds = [1, 2 ** 16, 2 ** 21, 2 ** 24, 2 ** 26, 2 ** 31, 2 ** 32].flatMap((n) => [
			n - 1,
			n,
			n + 1,
		]);
		for (const path of numbers)
			for (const value of bounds)
				compare(
					changed(path, (holder, key) => {
						holder[key] = value;
					}),
					`${path.join('.')} = ${value}`,
				);
	});

	test('with any text for any text', () => {
		const texts = all.filter((path) => typeof at(manifest, path) === 'string');
		fc.assert(
			fc.property(fc.constantFrom(...texts), fc.string({ unit: 'binary' }), (path, value) => {
				compare(
					changed(path, (holder, key) => {
						holder[key] = value;
					}),
					`${path.join('.')} = ${JSON.stringify(value)}`,
				);
			}),
			{ numRuns: 800 },
		);
	});
});

const at = (value: unknown, path: Path): unknown =>
	path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[String(key)], value);

test('any JSON at all is read or refused', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			expect(refusal(value)?.code).toMatch(/^bundle\./);
		}),
		{ numRuns: 500 },
	);
});

test('any bytes at all are refused', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
			expect(() => readManifest(bytes)).toThrow(
				expect.objectContaining({ code: 'bundle.manifest' }),
			);
		}),
		{ numRuns: 500 },
	);
});

/** What only the reader sees: each with its own words. */
test.each<[field: string, code: string, path: Path, value: unknown]>([
	['images', 'bundle.overlap', ['images', 1, 'address'], 0x0800_4001],
	['keep', 'bundle.overlap', ['keep', 0, 'length'], 0x1001],
	['images[0].full', 'bundle.manifest', ['images', 0, 'full', 'size'], 1],
	['images[1]', 'bundle.manifest', ['images', 1, 'address'], 2 ** 32 - 1],
	['hardware.boardId[0].mask', 'bundle.manifest', ['hardware', 'boardId', 0, 'mask'], 'ff'],
	['hardware.serials', 'bundle.manifest', ['hardware', 'serials', 'last'], 'A'],
	['hardware.serials', 'bundle.manifest', ['hardware', 'serials', 'last'], 'LA000000'],
	['hardware.lines', 'bundle.manifest', ['hardware', 'routes'], ['dfu']],
	['hardware.lines', 'bundle.manifest', ['hardware', 'lines'], 'dtr-reset'],
	['valid.from', 'bundle.manifest', ['valid', 'from'], '2026-02-29'],
	['valid', 'bundle.manifest', ['valid', 'from'], '2028-01-01'],
	['start', 'bundle.manifest', ['start'], 0x0800_3fff],
	['previous.forbidden', 'bundle.manifest', ['previous', 'forbidden'], ['1', '1.0']],
	['installed[1].pattern', 'bundle.pattern', ['installed', 1, 'pattern'], '(a+)+'],
])('%s: %s', (field, code, path, value) => {
	const failure = refusal(
		changed(path, (holder, key) => {
			holder[key] = value;
		}),
	);
	expect(failure?.code).toBe(code);
	if (code !== 'bundle.overlap') expect(failure?.data).toMatchObject({ field });
});

test('one path with two contents', () => {
	const copy = structuredClone(manifest) as unknown as {
		images: { full: { path: string } }[];
	};
	copy.images[1]!.full.path = copy.images[0]!.full.path;
	expect(refusal(copy)?.data).toMatchObject({ field: 'images/08004000.bin' });
});

test('a picture may be an emoji long, and a text 10,000 of them', () => {
	const notes = { en: '\u{1f4a1}'.repeat(10_000) };
	compare({ ...manifest, notes }, 'emoji');
	expect(refusal({ ...manifest, notes })).toBeUndefined();
	expect(refusal({ ...manifest, notes: { en: `${notes.en}x` } })?.code).toBe('bundle.manifest');
});
