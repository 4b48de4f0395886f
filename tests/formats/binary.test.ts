// The address proposed for a raw binary, from vector tables made by hand; real ones are in fixtures.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeAddress } from '#formats/binary.ts';
import { little } from './encode.ts';
import { open } from './open.ts';

const LOOP = 0xe7fe;
const PUSH = 0xb510;

interface Program {
	readonly base: number;
	readonly size?: number;
	readonly stack?: number;
	/** Offset of the reset handler. */
	readonly reset?: number;
	/** Where the code window stands for the handlers; `base` when they run where they are stored. */
	readonly runBase?: number;
}

/** A table of 60 vectors, a default handler and a reset handler that begin as compilers begin them. */
function program({ base, size = 8192, stack = 0x20005000, reset = 0x400, runBase }: Program) {
	const data = new Uint8Array(size).map((_, index) => (index * 31) & 0x3f);
	const at = runBase ?? base;
	const other = 0x300;
	const words = [stack, at + reset + 1, ...Array<number>(58).fill(at + other + 1)];
	data.set(words.flatMap((word) => little(word, 4)));
	data.set(little(LOOP, 2), other);
	data.set(little(PUSH, 2), reset);
	return data;
}

describe('the proposed address', () => {
	for (const base of [0x08000000, 0x08000400, 0x08002000, 0x08005000, 0x0800c000, 0x08040000]) {
		it(`is 0x${base.toString(16)} for a program linked there`, () => {
			expect(proposeAddress(program({ base }))).toBe(base);
		});
	}

	it('does not depend on where in the file the reset handler is', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 128 }),
				fc.integer({ min: 0x200, max: 0xf000 }),
				(sector, reset) => {
					const base = 0x08000000 + sector * 4096;
					const data = program({ base, size: 0x10000, reset: 0x400 + (reset & 0xfffe) });
					expect(proposeAddress(data)).toBe(base);
				},
			),
		);
	});

	it('works for every kind of RAM a stack may be in', () => {
		for (const stack of [0x10010000, 0x20000400, 0x20020000, 0x24080000, 0x30040000, 0x38010000]) {
			expect(proposeAddress(program({ base: 0x08008000, stack }))).toBe(0x08008000);
		}
	});

	it('is the flash address where the program runs through another view of the flash', () => {
		const itcm = program({ base: 0x08008000, runBase: 0x00208000 });
		expect(proposeAddress(itcm)).toBe(0x08008000);
		const boot = program({ base: 0x08000000, runBase: 0x00000000 });
		expect(proposeAddress(boot)).toBe(0x08000000);
	});

	it('stays in external or secure flash', () => {
		expect(proposeAddress(program({ base: 0x90000000 }))).toBe(0x90000000);
		expect(proposeAddress(program({ base: 0x0c000000 }))).toBe(0x0c000000);
	});

	it('is missing where the first words are no vector table', () => {
		const data = program({ base: 0x08000000 });
		const changed = (at: number, word: number) => {
			const copy = Uint8Array.from(data);
			copy.set(little(word, 4), at);
			return proposeAddress(copy);
		};
		expect(changed(0, 0x40000000)).toBeUndefined(); // stack in peripherals
		expect(changed(0, 0x20005001)).toBeUndefined(); // stack not aligned
		expect(changed(4, 0x08000400)).toBeUndefined(); // reset handler without Thumb bit
		expect(changed(4, 0x40000401)).toBeUndefined(); // reset handler in peripherals
		expect(proposeAddress(data.subarray(0, 12))).toBeUndefined();
		expect(proposeAddress(new Uint8Array(0))).toBeUndefined();
	});

	it('is missing for a program that runs in RAM', () => {
		expect(proposeAddress(program({ base: 0x20000000 }))).toBeUndefined();
	});

	it('is in flash and lets the reset handler fall into the file, whatever the bytes', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ minLength: 16, maxLength: 3000 }),
				fc.integer({ min: 0, max: 0xffffff }),
				(data, offset) => {
					const reset = 0x08000000 + (offset | 1);
					data.set([...little(0x20001000, 4), ...little(reset, 4)]);
					const address = proposeAddress(data);
					if (address === undefined) return;
					expect(address % 1024).toBe(0);
					expect(address).toBeGreaterThanOrEqual(0x08000000);
					expect(reset).toBeGreaterThan(address);
					expect(reset).toBeLessThan(address + data.length);
				},
			),
		);
	});
});

describe('opening a raw binary', () => {
	it('needs no name when a vector table begins it', async () => {
		const data = program({ base: 0x08004000 });
		expect(await open(data, 'download')).toEqual({
			kind: 'binary',
			format: 'raw binary',
			data,
			proposedAddress: 0x08004000,
		});
	});

	it('takes a read-out whose first sector is erased', async () => {
		const data = new Uint8Array(8192).fill(0xff);
		data[8000] = 1;
		expect(await open(data, 'download')).toEqual({ kind: 'binary', format: 'raw binary', data });
	});
});
