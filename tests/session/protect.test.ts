// Named ranges that no job may change: where they come from, how long they last, and what a job does about them.
import { describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import { size } from '#core/range.ts';
import { projectText } from '#formats/project-file.ts';
import { recordText } from '#session/protect-store.ts';
import { memoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';
import { framesToTry } from './frames.ts';

const BASE = 0x08000000;
const everything = { keep: true, backup: true, compare: true };
const before = firmware(BASE, 32 * 1024, 99);
/** Shares sector 0 with a firmware of 3000 bytes. */
const calibration = { name: 'Calibration', range: { start: BASE + 8192, end: BASE + 9216 } };
const vectors = { name: 'Boot', range: { start: BASE, end: BASE + 512 } };
const files = { name: 'Files', range: { start: BASE + 65536, end: BASE + 131072 } };

const made = (options: Partial<RigOptions> = {}): Rig =>
	rig({
		part: 'STM32F405RG',
		transport: 'dfu',
		keeping: everything,
		content: imageAt(BASE, before),
		...options,
	});
const projectFile = (ranges = [calibration], name = 'sectorwise.json', device = 'STM32F405RG') =>
	new File([projectText({ name: 'Beacon', device, ranges })], name);
const open = async (one: Rig, size = 3000): Promise<void> =>
	one.session.open([hexFile(imageAt(BASE, firmware(BASE, size)))]);
const names = ({ session }: Rig): string[] =>
	session.protect.book?.ranges.map(({ name, of }) => `${name} (${of})`) ?? [];
const held = ({ simulated }: Rig, range: { start: number; end: number }): Uint8Array =>
	simulated.board.peek(range);
const bytesOf = ({ start, end }: { start: number; end: number }): Uint8Array =>
	before.slice(start - BASE, end - BASE);

describe('a project file', () => {
	it('is opened like any file, protects, and stays open over a reload', async () => {
		const ranges = new Map<string, string>();
		const one = made({ ranges });
		await one.session.open([projectFile()]);
		await open(one);
		expect(one.session.state.files.map(({ name }) => name)).toEqual(['firmware.hex']);
		expect(names(one)).toEqual(['Calibration (project)']);
		const reloaded = made({ ranges });
		await reloaded.connect();
		expect(names(reloaded)).toEqual(['Calibration (project)']);
		await reloaded.session.protect.book!.closeProject();
		expect(names(reloaded)).toEqual([]);
		const later = made({ ranges });
		await later.connect();
		expect(names(later)).toEqual([]);
	});

	it('that is wrong shows as a refused file, under any name, and closes nothing', async () => {
		const one = made();
		await one.session.open([projectFile()]);
		await one.session.open([new File(['{"sectorwise":1,"name":"x"}'], 'other.txt')]);
		await one.session.open([new File(['not even JSON'], 'Sectorwise.json')]);
		const codes = one.session.state.files.map(({ content }) =>
			content.status === 'refused' ? content.failure.code : content.status,
		);
		expect(codes).toEqual(['project.field', 'project.not-json']);
		expect(names(one)).toEqual(['Calibration (project)']);
		expect(one.session.readiness).toMatchObject({ ready: false, why: 'file-refused' });
	});

	it('is written with every range in force', async () => {
		const one = made();
		await one.session.open([projectFile()]);
		await one.session.protect.book!.add(files);
		const text = one.session.protect.book!.fileText('unused', undefined);
		expect(JSON.parse(text)).toMatchObject({
			name: 'Beacon',
			device: 'STM32F405RG',
			ranges: [{ name: 'Calibration' }, { name: 'Files', origin: '0x08010000', length: '64K' }],
		});
	});
});

describe('a range of a board', () => {
	it('waits for the board, is remembered for it, and is not another board’s', async () => {
		const ranges = new Map<string, string>();
		const one = made({ ranges });
		await (await one.session.protect.open()).add(calibration);
		expect(names(one)).toEqual(['Calibration (page)']);
		await one.connect();
		expect(names(one)).toEqual(['Calibration (board)']);
		const again = made({ ranges });
		await again.connect();
		expect(names(again)).toEqual(['Calibration (board)']);
		// The simulated boards all have the same serial number: another one's record has another.
		const [text = ''] = ranges.values();
		const label = again.session.board?.identity.usb?.serial ?? '';
		expect(text).toContain(label);
		const other = made({ ranges: new Map([['board other', text.replace(label, '0123456789AB')]]) });
		await other.connect();
		expect([names(other), other.session.protect.book?.damaged]).toEqual([[], []]);
	});

	it('is let go by name, wherever it is remembered', async () => {
		const ranges = new Map<string, string>();
		const one = made({ ranges });
		await one.connect();
		const book = one.session.protect.book!;
		await book.add(calibration);
		await one.session.open([projectFile([calibration, files])]);
		expect(names(one)).toEqual(['Calibration (project)', 'Files (project)']);
		await book.remove(book.ranges[0]!);
		expect(names(one)).toEqual(['Files (project)']);
		const again = made({ ranges });
		await again.connect();
		expect(names(again)).toEqual(['Files (project)']);
	});

	it('gets a name of its own, and is refused where it is no range', async () => {
		const one = made();
		await one.connect();
		const book = one.session.protect.book!;
		await book.add(calibration);
		expect(await book.add({ name: 'Calibration', range: files.range })).toBe('Calibration 2');
		expect(await book.add(calibration)).toBe('Calibration');
		expect(names(one)).toEqual(['Calibration (board)', 'Calibration 2 (board)']);
		for (const [name, start, end] of [
			['', 0, 1],
			['A', 5, 5],
			['A', 2 ** 32 - 1, 2 ** 32 + 1],
			['a\nb', 0, 1],
		] as const)
			await expect(book.add({ name, range: { start, end } })).rejects.toBeInstanceOf(Failure);
	});

	it('is not lost to another tab that has read before it and writes after it', async () => {
		const ranges = new Map<string, string>();
		const [one, two] = [made({ ranges }), made({ ranges })];
		await one.connect();
		await two.connect();
		await one.session.protect.book!.add(calibration);
		await two.session.protect.book!.add(files);
		const later = made({ ranges });
		await later.connect();
		expect(names(later)).toEqual(['Calibration (board)', 'Files (board)']);
	});

	it('that cannot be believed is told, and forgotten only when asked', async () => {
		const good = recordText({ board: { name: 'x', productId: 0x413 }, ranges: [calibration] });
		for (const text of ['', '{', 'null', '{"board":1,"ranges":[]}', good.slice(0, -9)]) {
			const ranges = new Map([['board x', text]]);
			const one = made({ ranges });
			await one.connect();
			const book = one.session.protect.book!;
			expect([names(one), book.damaged]).toEqual([[], ['board x']]);
			await book.forgetDamaged();
			expect([book.damaged, ranges.size]).toEqual([[], 0]);
		}
	});
});

describe('a job beside a protected range', () => {
	it('keeps it by merge, bit by bit', async () => {
		const one = made();
		await one.session.open([projectFile()]);
		await open(one);
		await one.connect();
		await one.session.program();
		expect(one.session.state.job).toMatchObject({ status: 'finished' });
		expect(held(one, calibration.range)).toEqual(bytesOf(calibration.range));
	});

	it.each(['dfu', 'uart'] as const)(
		'keeps it alone where neighbours are not kept, by %s',
		async (transport) => {
			for (const backup of transport === 'dfu' ? [true, false] : [false]) {
				const one = made({ transport, keeping: { keep: false, backup, compare: true } });
				await one.session.open([projectFile()]);
				await open(one);
				await one.connect();
				expect(one.session.plan?.keep).toEqual([calibration.range]);
				const looked = one.session.look.reduce((sum, { range }) => sum + size(range), 0);
				if (!backup) expect(looked).toBeLessThan(6000);
				await one.session.program();
				expect(one.session.state.job).toMatchObject({ status: 'finished' });
				expect(held(one, calibration.range)).toEqual(bytesOf(calibration.range));
				const beside = { start: calibration.range.end, end: BASE + 16 * 1024 };
				expect(held(one, beside).every((byte) => byte === 0xff)).toBe(true);
			}
		},
	);

	it('goes on after the cable went, and keeps it where neighbours are not kept', async () => {
		const store = memoryStore();
		const options = { store, keeping: { keep: false, backup: false, compare: true } };
		const whole = made(options);
		await whole.session.open([projectFile()]);
		await open(whole);
		await whole.connect();
		const first = whole.simulated.frames;
		await whole.session.program();
		const tried = framesToTry(first, whole.simulated.frames, 8);
		for (const at of tried) {
			const kept = memoryStore();
			const one = made({ ...options, store: kept, mischief: [{ at, kind: 'unplug' }] });
			await one.session.open([projectFile()]);
			await open(one);
			await one.connect();
			await one.session.program();
			one.simulated.replug();
			const two = made({ ...options, store: kept, boardOf: one });
			await two.session.open([projectFile()]);
			await open(two);
			await two.connect();
			await two.session.program();
			expect(two.session.state.job).toMatchObject({ status: 'finished' });
			expect(held(two, calibration.range)).toEqual(bytesOf(calibration.range));
		}
	});

	it('does not run where it cannot be read', async () => {
		const one = made();
		one.simulated.board.readoutProtection = 1;
		await one.session.open([projectFile()]);
		await open(one);
		await one.connect();
		expect(one.session.plan?.diagnostics.map(({ code }) => code)).toContain('plan.protected-lost');
		expect(one.session.readiness.ready).toBe(false);
	});

	it('that writes into it runs once it was given up by name, once', async () => {
		const one = made();
		await one.session.open([projectFile([vectors, calibration])]);
		await open(one);
		await one.connect();
		expect(one.session.readiness).toMatchObject({
			ready: false,
			because: { code: 'plan.protected', data: { name: 'Boot' } },
		});
		one.session.keeper.givenUp = ['Calibration'];
		expect(one.session.readiness.ready).toBe(false);
		one.session.keeper.givenUp = ['Boot'];
		expect(one.session.readiness.ready).toBe(true);
		await one.session.program();
		expect(one.session.state.job).toMatchObject({ status: 'finished' });
		expect(held(one, vectors.range)).toEqual(firmware(BASE, 3000).slice(0, 512));
		expect(held(one, calibration.range)).toEqual(bytesOf(calibration.range));
		expect(one.session.keeper.givenUp).toEqual([]);
		one.simulated.reset('bootloader');
		await one.connect();
		expect(one.session.readiness.ready).toBe(false);
	});

	it('is asked again for another file, and for another board', async () => {
		const one = made();
		await one.session.open([projectFile([vectors])]);
		await open(one);
		await one.connect();
		one.session.keeper.givenUp = ['Boot'];
		await open(one, 4000);
		expect(one.session.keeper.givenUp).toEqual([]);
		one.session.keeper.givenUp = ['Boot'];
		await one.session.disconnect();
		expect(one.session.keeper.givenUp).toEqual([]);
	});

	it('is not begun before what is remembered has been read', async () => {
		const one = made();
		await open(one);
		await one.connect();
		const ranges = new Map<string, string>();
		const two = made({ boardOf: one, ranges });
		ranges.set('project', projectText({ name: 'Late', ranges: [vectors] }));
		await open(two);
		await one.session.disconnect();
		await two.connect();
		await two.session.program();
		expect(two.session.state.job.status).toBe('idle');
		expect(two.session.readiness).toMatchObject({ because: { code: 'plan.protected' } });
	});
});
