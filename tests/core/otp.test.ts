// One-time bytes: blocks and their locks, and which writes the hardware could take.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure, type FailureCode } from '#core/failure.ts';
import { checkOtpWrite, otpBlocks, type OtpLayout } from '#core/otp.ts';

const range = { start: 0x1fff7800, end: 0x1fff7a00 };
const f4: OtpLayout = {
	range,
	unit: 4,
	once: false,
	locks: { address: range.end, blocks: 16 },
};
const l4: OtpLayout = { range, unit: 8, once: true };

const blank = (): Uint8Array => new Uint8Array(512).fill(0xff);
const noLocks = new Uint8Array(16).fill(0xff);

function refusal(act: () => void): FailureCode | undefined {
	try {
		act();
		return undefined;
	} catch (error) {
		return isFailure(error) ? error.code : 'job.internal';
	}
}

describe('blocks', () => {
	it('are blank, used or locked', () => {
		const bytes = blank();
		bytes[40] = 0;
		const locks = noLocks.slice();
		locks[2] = 0;
		const states = otpBlocks(f4, bytes, locks).map(({ state }) => state);
		expect(states.slice(0, 4)).toEqual(['blank', 'used', 'locked', 'blank']);
		expect(states).toHaveLength(16);
	});

	it('cover every byte once, whatever the size', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 5000 }), (length) => {
				const layout = { range: { start: 0, end: length }, unit: 4, once: true };
				const blocks = otpBlocks(layout, new Uint8Array(length), new Uint8Array());
				expect(blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(length);
				expect(blocks.at(-1)!.range.end).toBe(length);
			}),
		);
	});
});

describe('a write', () => {
	const at = (offset: number): number => range.start + offset;
	const write = (layout: OtpLayout, bytes: Uint8Array, offset: number, data: number[]) => () => {
		const blocks = otpBlocks(layout, bytes, noLocks);
		checkOtpWrite(layout, blocks, at(offset), Uint8Array.from(data));
	};

	it('fits blank bytes, and bits that are still one where the flash has no error correction', () => {
		const bytes = blank();
		bytes[8] = 0xf0;
		expect(refusal(write(f4, bytes, 0, [1, 2, 3, 4]))).toBeUndefined();
		expect(refusal(write(f4, bytes, 8, [0x30, 0, 0, 0]))).toBeUndefined();
		expect(refusal(write(f4, bytes, 8, [0x31, 0, 0, 0]))).toBe('otp.taken');
		expect(refusal(write(l4, bytes, 8, Array<number>(8).fill(0)))).toBe('otp.taken');
	});

	it('is refused beside the memory, off its units, or empty', () => {
		for (const [offset, length] of [
			[-8, 8],
			[508, 8],
			[4, 4],
			[0, 12],
			[0, 0],
		] as const)
			expect(refusal(write(l4, blank(), offset, Array<number>(length).fill(0)))).toBe(
				'otp.outside',
			);
	});

	it('is refused when a later byte of it is locked', () => {
		const locks = noLocks.slice();
		locks[1] = 0;
		const blocks = otpBlocks(f4, blank(), locks);
		const act = (): void => {
			checkOtpWrite(f4, blocks, at(28), new Uint8Array(8));
		};
		expect(refusal(act)).toBe('otp.locked');
	});
});
