// The console's pure half: bytes to lines, colours, the bounded log, search, and what is typed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '#core/bytes.ts';
import { contrast, grounds, legible, paintOf, rgbOf, type Rgb } from '#session/console-colours.ts';
import { ConsoleLog } from '#session/console-log.ts';
import { LineReader, LONGEST_LINE, type ReadLine } from '#session/console-reader.ts';
import { ConsoleSearch, placesOf } from '#session/console-search.ts';
import { styleAfter, TRUE_COLOUR } from '#session/console-style.ts';
import { afterText, clockText, controlByte, hexBytes, lineBytes } from '#session/console-text.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(chunks: readonly Uint8Array[]): { lines: ReadLine[]; partial: ReadLine | undefined } {
	const reader = new LineReader();
	const lines = chunks.flatMap((chunk) => reader.push(chunk, 0));
	return { lines, partial: reader.partial };
}
const texts = (text: string | Uint8Array): string[] => {
	const { lines, partial } = read([typeof text === 'string' ? encode(text) : text]);
	return [...lines, ...(partial ? [partial] : [])].map((line) => line.text);
};

/** Bytes as hostile lines are made of: text, ends, escapes begun and not ended, broken UTF-8. */
const hostile = fc
	.array(
		fc.oneof(
			fc.uint8Array({ maxLength: 12 }),
			fc.string({ unit: 'grapheme', maxLength: 12 }).map(encode),
			fc
				.constantFrom(
					'\r',
					'\n',
					'\r\n',
					'\x1b[',
					'\x1b[31m',
					'\x1b[38;5;',
					'0m',
					'\x1b]0;',
					'\x07',
				)
				.map(encode),
			fc.constantFrom('é', '漢', '🙂').chain((one) => {
				const bytes = encode(one);
				return fc.nat(bytes.length).map((count) => bytes.subarray(0, count));
			}),
		),
		{ maxLength: 60 },
	)
	.map((parts) => concat(parts).slice());

/** The same bytes cut at random places. */
const cut = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
	const borders = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length];
	const sorted = borders.sort((a, b) => a - b);
	return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
};

describe('lines', () => {
	it('are the same however the bytes are cut into chunks', () => {
		fc.assert(
			fc.property(hostile, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
				expect(read(cut(bytes, places))).toEqual(read([bytes]));
			}),
			{ numRuns: 400 },
		);
	});

	it('hold every byte received, in order, and none is longer than the bound', () => {
		fc.assert(
			fc.property(hostile, fc.integer({ min: 1, max: 900 }), (bytes, times) => {
				const all = concat(Array.from({ length: times }, () => bytes));
				const { lines, partial } = read([all]);
				const kept = [...lines, ...(partial ? [partial] : [])].map((line) => line.bytes);
				expect(Buffer.compare(concat(kept), all)).toBe(0);
				for (const line of kept) expect(line.length).toBeLessThanOrEqual(LONGEST_LINE + 2048);
			}),
			{ numRuns: 100 },
		);
	});

	it('show valid text as it is, and what TextDecoder replaces as escapes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
				const printable = bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f);
				const shown = texts(printable).join('');
				const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(printable);
				const odd = /\\x[0-9A-F]{2}|\\u[0-9A-F]{4}|[\u0080-\u009f\u200e\u200f\u061c]|\ufffd/g;
				expect(shown.replace(odd, '')).toBe(decoded.replace(odd, ''));
				if (!decoded.includes('\ufffd')) expect(shown).not.toContain('\\x');
			}),
		);
	});

	it('show what only looks like UTF-8 byte by byte', () => {
		const wrong = [
			'C080',
			'E08080',
			'E09FBF',
			'EDA080',
			'EDBFBF',
			'F0808080',
			'F08FBFBF',
			'F4908080',
			'F5808080',
		];
		for (const hex of wrong) {
			const pairs = hex.match(/../g)!;
			const bytes = Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
			expect(texts(bytes), hex).toEqual([pairs.map((pair) => `\\x${pair}`).join('')]);
		}
		expect(texts(Uint8Array.of(0xed, 0x9f, 0xbf, 0xf4, 0x8f, 0xbf, 0xbf))).toEqual([
			'\ud7ff\u{10ffff}',
		]);
	});

	it('end at LF, CR, or both, which are one end', () => {
		expect(texts('a\r\nb\nc\rd\n\re')).toEqual(['a', 'b', 'c', 'd', '', 'e']);
		expect(texts('a\r\n\r\n\nb')).toEqual(['a', '', '', 'b']);
	});

	it('show a partial line at once, and the CR that may be its end', () => {
		const reader = new LineReader();
		expect(reader.push(encode('login: '), 5)).toEqual([]);
		expect(reader.partial).toMatchObject({ text: 'login: ', at: 5 });
		expect(reader.push(encode('x\r'), 6)).toEqual([]);
		expect(reader.partial).toMatchObject({ text: 'login: x', at: 5 });
		expect(reader.push(encode('\n'), 7).map(({ text }) => text)).toEqual(['login: x']);
		expect(reader.partial).toBeUndefined();
	});

	it('escape control characters, broken UTF-8 and marks that turn text round', () => {
		expect(texts(Uint8Array.of(0x41, 0x00, 0xff, 0xe6, 0xbc, 0x42, 0x07))).toEqual([
			'A\\x00\\xFF\\xE6\\xBCB\\x07',
		]);
		expect(texts('a\u202eb\u0085')).toEqual(['a\\u202Eb\\u0085']);
		expect(texts('a\tb\x08c')).toEqual(['a       c']);
		expect(texts(Uint8Array.of(0x61, 0xff, 0x08, 0x62))).toEqual(['ab']);
	});
});

describe('escape sequences', () => {
	it('colour what follows, also on the next line, and are not text', () => {
		const { lines } = read([encode('\x1b[1;31mred\nstill\x1b[0m plain\n')]);
		expect(lines.map(({ runs }) => runs)).toEqual([
			[{ text: 'red', style: { bold: true, fore: 1 } }],
			[
				{ text: 'still', style: { bold: true, fore: 1 } },
				{ text: ' plain', style: {} },
			],
		]);
	});

	it('other than colours are dropped', () => {
		const dropped = [
			'\x1b[2J',
			'\x1b[10;20H',
			'\x1b]0;title\x07',
			'\x1bP1$r\x1b\\',
			'\x1b(B',
			'\x1bc',
		];
		for (const sequence of [...dropped, '\x1b[?25l', '\x1b[>4;1m', '\x1b[38;2;1m'])
			expect(texts(`a${sequence}b`), JSON.stringify(sequence)).toEqual(['ab']);
	});

	it('that never end hide neither the next line nor the rest of an endless one', () => {
		for (const open of ['\x1b', '\x1b[', '\x1b[1;', '\x1b]0;', '\x1bP', '\x1b('])
			expect(texts(`a${open}\nb`), JSON.stringify(open)).toEqual(['a', 'b']);
		const text = texts(`\x1b]0;${'x'.repeat(5000)}`).join('');
		expect(text.length).toBeGreaterThan(3000);
		expect(texts(`\x1b[${'1;'.repeat(400)}end`).join('')).toContain('end');
	});

	it('know sixteen, 256 and true colours in both spellings', () => {
		const fore = (parameters: string): number | undefined => styleAfter({}, parameters).fore;
		expect(fore('95')).toBe(13);
		expect(fore('38;5;208')).toBe(208);
		expect(fore('38:5:208')).toBe(208);
		expect(fore('38;2;1;2;3')).toBe(TRUE_COLOUR + 0x010203);
		expect(fore('38:2::1:2:3')).toBe(TRUE_COLOUR + 0x010203);
		expect(styleAfter({}, '38;2;300;0;0;4')).toEqual({ underline: true });
		expect(styleAfter({}, '38;5;1;1')).toEqual({ fore: 1, bold: true });
		expect(styleAfter({ fore: 1, bold: true, underline: true }, '22;39;4:0')).toEqual({});
		expect(styleAfter({ fore: 1 }, '')).toEqual({});
	});

	it('with any parameters make a style', () => {
		const parameters = fc.string({ unit: fc.constantFrom(...'0123456789;:'), maxLength: 40 });
		fc.assert(
			fc.property(parameters, (text) => {
				const { fore = 0, back = 0 } = styleAfter({ fore: 3 }, text);
				for (const colour of [fore, back])
					expect(rgbOf(colour).every((part) => part >= 0 && part <= 255)).toBe(true);
			}),
		);
	});
});

describe('colours on the page', () => {
	const parse = (colour: string): Rgb => rgbOf(TRUE_COLOUR + Number.parseInt(colour.slice(1), 16));
	const colour = fc.oneof(
		fc.nat(255),
		fc.nat(0xffffff).map((rgb) => TRUE_COLOUR + rgb),
	);

	it('can be read on every ground, in both themes', () => {
		const style = fc.record(
			{ fore: colour, back: colour, inverse: fc.constant(true), dim: fc.constant(true) },
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(style, fc.constantFrom('light', 'dark'), (look, theme) => {
				const { fore, back } = paintOf(look, theme);
				const ground = back ? parse(back) : grounds[theme];
				if (fore) expect(contrast(parse(fore), ground)).toBeGreaterThanOrEqual(4.5);
				expect(fore === undefined).toBe(Object.keys(look).length === 0);
			}),
			{ numRuns: 1000 },
		);
	});

	it('are left alone where they can be read already', () => {
		expect(legible([0, 0, 0], [255, 255, 255])).toEqual([0, 0, 0]);
		expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
	});
});

describe('the log', () => {
	const filled = (count: number, limits: { lines: number; bytes: number }): ConsoleLog => {
		const log = new ConsoleLog(limits);
		for (let i = 0; i < count; i++) log.receive(encode(`line ${i}\n`), 1000 + i);
		return log;
	};

	it('keeps the newest lines, and counts those that made way', () => {
		const log = filled(12_345, { lines: 100, bytes: 1e9 });
		expect([log.first, log.end, log.dropped]).toEqual([12_245, 12_345, 12_245]);
		expect(log.get(12_244)).toBeUndefined();
		expect(log.get(12_245)?.text).toBe('line 12245');
		expect(log.get(12_344)).toMatchObject({ text: 'line 12344', at: 13_344, after: 1 });
		expect(log.get(12_345)).toBeUndefined();
	});

	it('keeps within its bytes', () => {
		const log = filled(5000, { lines: 1e6, bytes: 100_000 });
		expect(log.end - log.first).toBeLessThan(500);
		expect(log.end - log.first).toBeGreaterThan(300);
	});

	it('gives back any stretch of what it keeps', () => {
		fc.assert(
			fc.property(hostile, hostile, fc.nat(), fc.nat(64), (one, two, from, count) => {
				const log = new ConsoleLog();
				log.receive(one, 0);
				log.say('note', 'between', 0);
				log.receive(two, 0);
				const all = concat([one, two]);
				expect([...log.bytes()]).toEqual([...all]);
				const start = from % (all.length + 1);
				expect([...log.slice(start, count)]).toEqual([...all.subarray(start, start + count)]);
			}),
		);
	});

	it('goes on counting after it was cleared', () => {
		const log = filled(3, { lines: 10, bytes: 1e6 });
		log.receive(encode('open'), 5);
		log.clear();
		expect([...log.lines()]).toEqual([]);
		log.receive(encode('next\n'), 6);
		expect(log.get(log.first)).toMatchObject({ number: 3, text: 'next', offset: 25 });
		expect([...log.slice(25, 4)]).toEqual([...encode('next')]);
	});

	it('is searched while it grows and forgets', () => {
		const log = new ConsoleLog({ lines: 10, bytes: 1e6 });
		const search = new ConsoleSearch(log, 'ERR');
		for (let i = 0; i < 30; i++) {
			log.receive(encode(i % 4 === 0 ? `err ${i}\n` : `ok ${i}\n`), i);
			search.hits();
		}
		expect(search.hits()).toEqual([20, 24, 28]);
		expect(search.step(24, 1)).toBe(28);
		expect(search.step(28, 1)).toBe(20);
		expect(search.step(20, -1)).toBe(28);
		expect(placesOf('an Err, an ERROR', 'err')).toEqual([
			[3, 6],
			[11, 14],
		]);
	});
});

describe('what is typed', () => {
	it('becomes bytes', () => {
		expect([...lineBytes('é', 'crlf')]).toEqual([0xc3, 0xa9, 0x0d, 0x0a]);
		expect(hexBytes('0d 0A,0x1b 7')).toEqual(Uint8Array.of(0x0d, 0x0a, 0x1b, 0x07));
		expect(hexBytes('0D0A1B')).toEqual(Uint8Array.of(0x0d, 0x0a, 0x1b));
		for (const wrong of ['', ' ', 'xyz', '123', '0x', '1g'])
			expect(hexBytes(wrong)).toBeUndefined();
		expect(controlByte('c')).toBe(3);
		expect(controlByte('[')).toBe(0x1b);
		expect(controlByte('Enter')).toBeUndefined();
	});

	it('and times are written the same everywhere', () => {
		expect(clockText(Date.UTC(2026, 0, 2, 3, 4, 5, 6), -60)).toBe('04:04:05.006');
		expect(afterText(12_345)).toBe('+12.345');
		expect(afterText(5_400_000)).toBe('+90:00.0');
	});
});
