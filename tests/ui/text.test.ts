import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	aboutText,
	address,
	durationText,
	listText,
	numbersText,
	parseAddress,
	percentText,
	plainAddress,
	rangeText,
	shortSize,
} from '#ui/text.ts';

describe('addresses', () => {
	it('are grouped to be read and plain to be copied', () => {
		expect(address(0x08004000)).toBe('0x0800_4000');
		expect(plainAddress(0xfffffffc)).toBe('0xFFFFFFFC');
		expect(rangeText({ start: 0x08000000, end: 0x08004000 })).toBe('0x0800_0000 – 0x0800_3FFF');
	});

	it('are read back from any way they are written', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
				for (const text of [address(value), plainAddress(value), value.toString(16)])
					expect(parseAddress(text)).toBe(value);
			}),
		);
	});

	it.each(['', '0x', '0x123456789', '08g0', '-1', '1e3.5', 'main'])('refuse %j', (text) => {
		expect(parseAddress(text)).toBeUndefined();
	});
});

it.each([
	[0, '0.0 s'],
	[9949, '9.9 s'],
	[9950, '10 s'],
	[59_400, '59 s'],
	[59_600, '1 min 0 s'],
	[125_000, '2 min 5 s'],
	[3_780_000, '1 h 3 min'],
])('writes %d ms as %s', (ms, text) => {
	expect(durationText(ms)).toBe(text);
});

it('does not make an estimate look more exact than it is', () => {
	expect(aboutText(400)).toBe('under a second');
	expect(aboutText(3100)).toBe('about 3 s');
	expect(aboutText(61_000)).toBe('about 1 min 5 s');
});

it('says 100 % only when everything is done', () => {
	expect(percentText(0.9999)).toBe('99 %');
	expect(percentText(1)).toBe('100 %');
});

it('draws neighbouring sector numbers together', () => {
	expect(numbersText([2])).toBe('2');
	expect(numbersText([2, 3])).toBe('2 and 3');
	expect(numbersText([0, 1, 2, 3, 7, 9, 10])).toBe('0 to 3, 7, 9 and 10');
	expect(numbersText([])).toBe('');
});

it('joins lists in words and sizes in letters', () => {
	expect(listText(['.text', '.data', '.rodata'])).toBe('.text, .data and .rodata');
	expect([128, 1536, 16384, 2 ** 20].map(shortSize)).toEqual(['128', '1.5K', '16K', '1M']);
});
