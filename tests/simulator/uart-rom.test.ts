import { describe, expect, it } from 'vitest';
import { f4 } from './sample-device.ts';
import { bench, Wire } from './talk.ts';

describe('the UART ROM', () => {
	it('answers 0x7F with ACK and Get with its commands', async () => {
		const wire = await Wire.open(bench({ device: f4 }));
		expect(await wire.ask([0x7f])).toEqual([0x79]);
		expect(await wire.ask([0x00, 0xff])).toEqual([
			0x79, 11, 0x31, 0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0x63, 0x73, 0x82, 0x92, 0x79,
		]);
		expect(await wire.ask([0x02, 0xfd])).toEqual([0x79, 0x01, 0x04, 0x13, 0x79]);
	});
});
