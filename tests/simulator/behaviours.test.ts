// The oddities that cannot be counted while they show: what a host that reads carelessly would meet.
import { describe, expect, it } from 'vitest';
import { findByPart } from '#devices/index.ts';
import { behaviours } from '#simulator/behaviours.ts';
import { simulate } from '#simulator/index.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

const never = new AbortController().signal;

async function ask(behaviour: string, value: number): Promise<number[] | 'stall' | 'silence'> {
	const clock = new VirtualClock();
	const device = findByPart('STM32F405RG')[0]!;
	const { usb } = simulate({ device, clock, ...behaviours[behaviour] });
	await usb.open();
	await usb.selectConfiguration(1);
	const setup = { requestType: 'standard', recipient: 'device', request: 6, index: 0 } as const;
	const answer = usb.controlTransferIn({ ...setup, value }, 4096);
	const late = clock.sleep(60_000, never).then(() => 'silence' as const);
	const result = await Promise.race([answer, late]);
	if (result === 'silence') return result;
	return result.data ? [...new Uint8Array(result.data.buffer)] : 'stall';
}

/** Types of the descriptors of a configuration, in their order. */
async function types(behaviour: string): Promise<number[]> {
	const blob = await ask(behaviour, 0x0200);
	if (typeof blob === 'string') return [];
	const found: number[] = [];
	for (let at = 0; at + 1 < blob.length && blob[at]! > 1; at += blob[at]!)
		found.push(blob[at + 1]!);
	return found;
}

describe('behaviours of the simulator', () => {
	it('of descriptors differ from what is documented', async () => {
		expect(await types('as-documented')).toEqual([2, 4, 4, 4, 4, 0x21]);
		expect(await types('no-functional-descriptor')).toEqual([2, 4, 4, 4, 4]);
		expect(await types('hid-beside')).toEqual([2, 4, 0x21, 4, 4, 4, 4, 0x21]);
		const short = await ask('short-functional-descriptor', 0x0200);
		expect(short.slice(-7)).toEqual([7, 0x21, 0x0b, 255, 0, 0, 8]);
		const nonsense = await ask('nonsense-lengths', 0x0200);
		expect([nonsense.slice(2, 4), nonsense.slice(-2)]).toEqual([
			[0xff, 0xff],
			[0, 0],
		]);
		const stated = await ask('states-dfu-1-1', 0x0200);
		expect(stated.slice(-2)).toEqual([0x10, 0x01]);
	});

	it('answer a lone request for the functional descriptor by a stall, or never', async () => {
		expect(await ask('as-documented', 0x2100)).toBe('stall');
		expect(await ask('hangs-on-lone-request', 0x2100)).toBe('silence');
	});

	it('keep a string to themselves', async () => {
		expect(await ask('one-string-unreadable', 0x0305)).toBe('stall');
		expect(await ask('as-documented', 0x0305)).not.toBe('stall');
	});
});
