// Which of two banks a chip starts from, by its option bit and by what the banks begin with (AN2606, dual bank boot).
import { describe, expect, it } from 'vitest';
import { findByPart } from '#devices/index.ts';
import { simulate } from '#simulator/index.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

const FIRST = 0x08000000;
const SECOND = 0x08080000;
const never = new AbortController().signal;
/** A stack in SRAM1, and a handler. */
const starts = Uint8Array.of(0x00, 0x10, 0x00, 0x20, 0x41, 0x00, 0x00, 0x08);
const nonsense = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** An L476 with what its banks hold; `second` sets BFB2 (bit 20 of FLASH_OPTR, RM0351 3.4.1). */
async function chip(banks: { first?: Uint8Array; second?: Uint8Array }, second: boolean) {
	const clock = new VirtualClock();
	const content = [
		...(banks.first ? [{ address: FIRST, data: banks.first }] : []),
		...(banks.second ? [{ address: SECOND, data: banks.second }] : []),
	];
	const device = findByPart('STM32L476RG')[0]!;
	const made = simulate({ device, clock, content, boot0: false });
	if (second) {
		const options = { start: 0x1fff7800, end: 0x1fff7828 };
		const bytes = made.board.peek(options).slice();
		bytes[2]! |= 0x10;
		await made.board.write(options.start, bytes, never);
		made.unplug();
		made.replug();
	}
	return Object.assign(made, { clock });
}

describe('a chip with two banks', () => {
	it('starts from bank 1 as delivered, whatever is in bank 2', async () => {
		expect((await chip({ first: starts, second: starts }, false)).runs).toBe(FIRST);
		expect((await chip({ second: starts }, false)).runs).toBe(FIRST);
	});

	it('starts from bank 2 with BFB2, if a stack is there', async () => {
		expect((await chip({ first: starts, second: starts }, true)).runs).toBe(SECOND);
		expect((await chip({ first: starts }, true)).runs).toBe(FIRST);
		expect((await chip({ first: starts, second: nonsense }, true)).runs).toBe(FIRST);
	});

	it('stays in its bootloader with BFB2 and no program', async () => {
		const made = await chip({ first: nonsense }, true);
		expect([made.runs, made.mode]).toEqual([undefined, 'bootloader']);
	});

	it('counts BFB2 as set where the option word was cut off, and is closed then', async () => {
		const made = await chip({ first: starts, second: starts }, false);
		const area = { start: 0x1fff7800, end: 0x1fff7828 };
		const stop = new AbortController();
		const writing = made.board.write(area.start, made.board.peek(area).slice(), stop.signal);
		await made.clock.sleep(5, never);
		stop.abort(new Error('cut'));
		await expect(writing).rejects.toThrow('cut');
		made.unplug();
		made.replug();
		expect([made.runs, made.board.readoutProtection]).toEqual([SECOND, 1]);
	});
});

describe('a chip without that bit', () => {
	it('starts from the start of flash', () => {
		const device = findByPart('STM32F405RG')[0]!;
		const made = simulate({ device, clock: new VirtualClock(), boot0: false });
		expect(made.runs).toBe(FIRST);
	});
});
