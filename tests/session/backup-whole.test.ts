// A backup of the whole flash: everything is read once, before anything is erased, and brings back what no plan named.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { segmentRange } from '#core/image.ts';
import { overlaps } from '#core/range.ts';
import { firmware, hexFile, imageAt, rig, type Rig } from './rig.ts';

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

describe('an erase that strikes a sector beside the plan', () => {
	it('is told, and the backup of the whole flash brings that sector back', async () => {
		const made = rig({
			part: 'STM32F103C8',
			transport: 'uart',
			content: imageAt(BASE, old),
			keeping: { keep: true, backup: true, compare: true },
		});
		made.session.keeper.backupWhole = true;
		await made.connect();
		await made.session.open([hexFile(imageAt(BASE, firmware(BASE, 3000, 4)))]);
		const { board } = made.simulated;
		const erase = board.erase.bind(board);
		let [struck, before] = [false, new Uint8Array()];
		board.erase = (sector, signal) => {
			if (struck) return erase(sector, signal);
			struck = true;
			const other = board.sectors.at(board.sectors.indexOf(sector) + 20)!;
			before = Uint8Array.from(board.peek(other.range));
			return erase(other, signal);
		};
		await made.session.program();
		const { job } = made.session.state;
		expect(job).toMatchObject({ status: 'failed', failure: { code: 'job.not-blank' } });
		expect(before.some((byte) => byte !== 0xff)).toBe(true);
		const flash = (): Uint8Array => board.peek({ start: BASE, end: BASE + SIZE });
		expect(firstDifference(flash(), old)).toBeGreaterThan(0);
		const [record] = made.session.keeper.interrupted;
		await made.session.keeper.setAside(record!);
		const [backup] = made.session.keeper.backups;
		await made.session.openBackup(backup!);
		await made.session.program();
		expect(made.session.state.job).toMatchObject({ report: { result: 'verified' } });
		expect(firstDifference(flash(), old)).toBe(-1);
	});
});

describe('a chip whose write protection nobody knows', () => {
	it('is erased page by page, also where a backup of the whole has found its rest blank', async () => {
		const made = rig({
			part: 'STM32U031C8',
			transport: 'uart',
			content: imageAt(BASE, old.slice(0, 62 * 1024)),
			keeping: { keep: true, backup: true, compare: true },
		});
		made.session.keeper.backupWhole = true;
		await made.connect();
		expect(made.session.board?.options?.layout).toBeUndefined();
		await made.session.open([hexFile(imageAt(BASE, firmware(BASE, 62 * 1024, 5)))]);
		await made.session.program();
		const { job } = made.session.state;
		expect(job).toMatchObject({ status: 'finished', report: { result: 'verified' } });
		expect(made.simulated.board.events.map(({ kind }) => kind)).not.toContain('mass-erase');
	});
});

describe('a backup that is put back', () => {
	const boot = { name: 'Boot', range: { start: BASE, end: BASE + 1024 } };
	/** Shares its page with the rest. */
	const settings = { name: 'Settings', range: { start: BASE + 5000, end: BASE + 5100 } };
	const other = firmware(BASE, 8 * 1024, 9);
	const keeping = { keep: true, backup: true, compare: true };

	/** A board that was given other content after the backup, with its ranges protected. */
	async function after(keep: boolean): Promise<Rig> {
		const made = rig({
			part: 'STM32F103C6',
			transport: 'uart',
			content: imageAt(BASE, old.slice(0, 8 * 1024)),
			keeping,
		});
		made.session.keeper.backupWhole = true;
		await made.connect();
		await made.session.open([hexFile(imageAt(BASE, other))]);
		await made.session.program();
		made.simulated.reset('bootloader');
		await made.connect();
		const book = await made.session.protect.open();
		for (const one of [boot, settings]) await book.add(one);
		Object.assign(made.session.keeper, { keep, backupWhole: false });
		await made.session.openBackup(made.session.keeper.backups[0]!);
		return made;
	}
	const held = ({ simulated }: Rig, { start, end }: { start: number; end: number }) => {
		const bytes = simulated.board.peek({ start, end });
		const is = (content: Uint8Array): boolean =>
			firstDifference(bytes, content.subarray(start - BASE, end - BASE)) < 0;
		return is(other) ? 'board' : is(old) ? 'backup' : 'neither';
	};
	const rest = [
		{ start: BASE + 1024, end: BASE + 5000 },
		{ start: BASE + 5100, end: BASE + 8 * 1024 },
	];

	const opened = ({ session }: Rig) => session.merged.firmware?.image.map(segmentRange);

	it.each([true, false])('leaves what is protected as it is, neighbours kept: %s', async (keep) => {
		const made = await after(keep);
		expect(opened(made)).toEqual([rest[0], { start: BASE + 5100, end: BASE + 32 * 1024 }]);
		expect(made.session.readiness.ready).toBe(true);
		await made.session.program();
		expect(made.session.state.job).toMatchObject({ report: { result: 'verified' } });
		expect([boot, settings].map(({ range }) => held(made, range))).toEqual(['board', 'board']);
		expect(rest.map((range) => held(made, range))).toEqual(['backup', 'backup']);
	});

	it('puts a range back, too, once it is given up by name', async () => {
		const made = await after(true);
		made.session.keeper.givenUp = ['Boot'];
		expect(opened(made)).toMatchObject([{ end: BASE + 5000 }, { start: BASE + 5100 }]);
		await made.session.program();
		expect(made.session.state.job).toMatchObject({ report: { result: 'verified' } });
		expect([boot, settings].map(({ range }) => held(made, range))).toEqual(['backup', 'board']);
		expect(rest.map((range) => held(made, range))).toEqual(['backup', 'backup']);
	});
});

describe('flash that cannot be read', () => {
	// The third sector of 16 KiB is marked as neither readable nor erasable (UM0424 4.3: d).
	const strings = ['@Internal Flash  /0x08000000/02*016Kg,01*016Kd,01*016Kg,01*064Kg'];
	const missing = [{ start: BASE + 32 * 1024, end: BASE + 48 * 1024 }];

	it('is named by the backup, by the report, and where the backup is opened', async () => {
		const made = rig({
			part: 'STM32F405RG',
			transport: 'dfu',
			quirks: { strings },
			content: imageAt(BASE, old),
			keeping: { keep: true, backup: true, compare: true },
		});
		const { session } = made;
		session.keeper.backupWhole = true;
		await made.connect();
		await session.open([hexFile(imageAt(BASE, firmware(BASE, 3000, 4)))]);
		await session.program();
		const { job } = session.state;
		expect(job).toMatchObject({ status: 'finished', report: { backupLacks: missing } });
		const [backup] = session.keeper.backups;
		expect(backup).toMatchObject({ whole: true, missing });
		await session.openBackup(backup!);
		expect(session.merged.firmware?.diagnostics).toMatchObject([
			{ code: 'store.backup-lacks', severity: 'warning', range: missing[0] },
		]);
		const held = session.merged.firmware!.image.map(segmentRange);
		expect(held.some((range) => overlaps(range, missing[0]!))).toBe(false);
	});
});
