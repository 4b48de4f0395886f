// A backup of the whole flash: everything is read once, before anything is erased, and brings back what no plan named.
import { describe, expect, it } from 'vitest';
import { firmware, hexFile, imageAt, rig } from './rig.ts';

const BASE = 0x0800_0000;
const SIZE = 64 * 1024;
const old = firmware(BASE, SIZE, 3);

describe('a backup of the whole flash', () => {
	it.each(['dfu', 'uart'] as const)(
		'by %s holds every byte, also of sectors left alone',
		async (transport) => {
			const made = rig({
				part: transport === 'dfu' ? 'STM32L072CZ' : 'STM32F103C8',
				transport,
				content: imageAt(BASE, old),
				keeping: { keep: true, backup: true, compare: true },
			});
			made.session.keeper.backupWhole = true;
			await made.connect();
			await made.session.open([hexFile(imageAt(BASE, firmware(BASE, 3000, 4)))]);
			await made.session.program();
			expect(made.session.state.job.status).toBe('finished');
			const [backup] = made.session.keeper.backups;
			const held = await made.session.keeper.content(backup!);
			const bytes = held.find(({ address }) => address === BASE)?.data.subarray(0, SIZE);
			expect(Buffer.compare(bytes ?? new Uint8Array(), old)).toBe(0);
		},
	);

	it('is none where nothing changes', async () => {
		const made = rig({
			part: 'STM32F103C8',
			transport: 'uart',
			content: imageAt(BASE, old),
			keeping: { keep: true, backup: true, compare: true },
		});
		made.session.keeper.backupWhole = true;
		await made.connect();
		await made.session.open([hexFile(imageAt(BASE, old.slice(0, 2048)))]);
		await made.session.program();
		expect(made.session.state.job.status).toBe('finished');
		expect(made.session.keeper.backups).toEqual([]);
	});
});
