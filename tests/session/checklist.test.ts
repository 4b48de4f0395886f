import { describe, expect, it } from 'vitest';
import { checklist, hardwareReport, nothingSeen, observe } from '#session/checklist.ts';
import { firmware, hexFile, imageAt, rig } from './rig.ts';

const BASE = 0x08000000;
const never = new AbortController().signal;
const told = {
	app: '1',
	system: 'linux',
	board: 'a board',
	notes: '',
	answers: { runs: 'yes' },
} as const;

describe('the hardware checklist', () => {
	it('ticks only what it has seen, and the report says the rest was not tried', async () => {
		const made = rig({ part: 'STM32F405RG', transport: 'uart' });
		const { session, clock } = made;
		const file = hexFile(imageAt(BASE, firmware(BASE, 20000)));
		let seen = observe(nothingSeen, session.state);
		expect(hardwareReport(seen, told).items.filter(({ result }) => result === 'yes')).toEqual([
			{ id: 'runs', result: 'yes' },
		]);
		await session.open([file]);
		await made.connect();
		seen = observe(seen, session.state);
		expect([...seen.passed]).toEqual(['identified']);
		const job = session.program();
		await clock.sleep(1500, never);
		session.cancel();
		await job;
		seen = observe(observe(seen, session.state), session.state);
		expect(seen.reports).toHaveLength(1);
		expect(seen.passed.has('cancelled')).toBe(false);
		await session.program();
		seen = observe(seen, session.state);
		expect([...seen.passed]).toEqual(['identified', 'programmed', 'cancelled']);
		const report = hardwareReport(seen, told);
		expect(report.items.map(({ id }) => id)).toEqual(checklist.map(({ id }) => id));
		expect(report.items.find(({ id }) => id === 'unplugged')?.result).toBe('not tried');
		expect(JSON.stringify(report)).not.toContain('firmware.hex');
	});
});
