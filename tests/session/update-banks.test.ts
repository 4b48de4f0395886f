// Updates of chips with two banks: the old firmware runs until the new one is proven, whenever the power goes.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { edit } from '#core/options.ts';
import { optionsOf } from '#devices/options.ts';
import { framesToTry } from './frames.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import {
	BASE,
	contentOf,
	keepAt,
	program,
	updateFile,
	updateRig,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

interface Chip {
	readonly options: UpdateRigOptions;
	readonly productId: number;
	/** Where bank 2 begins. */
	readonly second: number;
	/** Bytes between the programs' start and what is to be kept. */
	readonly gap: number;
}

const chips: readonly Chip[] = [
	{
		options: { part: 'STM32L476RG', transport: 'dfu' },
		productId: 0x415,
		second: 0x08080000,
		gap: 6 * 1024,
	},
	{
		options: { part: 'STM32G474RE', transport: 'uart' },
		productId: 0x469,
		second: 0x08040000,
		gap: 6 * 1024,
	},
	{
		options: { part: 'STM32F429ZI', transport: 'uart' },
		productId: 0x419,
		second: 0x08100000,
		gap: 16 * 1024,
	},
];

const old = program('1.0.0', 3000, 7);
const next = program('2.0.0', 2500, 8);
const third = program('3.0.0', 2000, 9);

const update = (chip: Chip, version: string, bytes: Uint8Array, origin = BASE + chip.gap) =>
	updateFile({
		version,
		bytes,
		productId: chip.productId,
		boardIdAt: BASE + chip.gap,
		draft: {
			dualBank: 'inactive-bank',
			keep: keepAt(origin),
		},
	});

/** The bytes of the program that starts when the device is switched on without its button. */
function running({ simulated }: UpdateRig, size: number): Uint8Array | undefined {
	simulated.reset('application');
	const { runs } = simulated;
	return runs === undefined ? undefined : simulated.board.peek({ start: runs, end: runs + size });
}

const runs = (one: UpdateRig, bytes: Uint8Array): boolean => {
	const found = running(one, bytes.length);
	return found !== undefined && firstDifference(found, bytes) < 0;
};

const boardOf = (chip: Chip): UpdateRigOptions => ({
	...chip.options,
	content: contentOf(old, BASE + chip.gap),
});

async function install(one: UpdateRig, chip: Chip, file: Uint8Array<ArrayBuffer>): Promise<void> {
	one.simulated.reset('bootloader');
	await one.updater.openFile(file, 'lamp.swupdate');
	await one.updater.connect(chip.options.transport, 'ask');
}

describe.each(chips)('$options.part by $options.transport', (chip) => {
	it('is updated into the bank that does not run, and back and forth', async () => {
		const one = await updateRig(boardOf(chip));
		await install(one, chip, await update(chip, '2.0.0', next));
		expect(one.updater.stage).toMatchObject({
			status: 'ready',
			device: { versionNow: '1.0.0', guarantee: 'old-until-proven' },
		});
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({
			status: 'done',
			version: '2.0.0',
			restarted: false,
			canGoBack: true,
		});
		expect(runs(one, next)).toBe(true);
		expect(one.simulated.runs).toBe(chip.second);
		// What is to be kept went along, and bank 1 is as it was.
		const kept = one.simulated.board.peek({
			start: chip.second + chip.gap,
			end: chip.second + chip.gap + 4,
		});
		expect([...kept]).toEqual([0x53, 0x57, 0x42, 0x31]);
		const before = one.simulated.board.peek({ start: BASE, end: BASE + old.length });
		expect(firstDifference(before, old)).toBe(-1);

		await install(one, chip, await update(chip, '3.0.0', third));
		expect(one.updater.stage).toMatchObject({
			device: { versionNow: '2.0.0', guarantee: 'old-until-proven' },
		});
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '3.0.0' });
		expect(runs(one, third)).toBe(true);
		expect(one.simulated.runs).toBe(BASE);

		await one.updater.load();
		const [newest] = one.updater.reversible;
		expect(newest).toMatchObject({ version: '3.0.0', previous: '2.0.0' });
		one.simulated.reset('bootloader');
		await one.updater.openPrevious(newest!.id);
		await one.updater.connect(chip.options.transport, 'ask');
		expect(one.updater.stage).toMatchObject({
			status: 'ready',
			device: { versionNow: '3.0.0', guarantee: 'old-until-proven' },
		});
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0', goneBack: true });
		expect(runs(one, next)).toBe(true);
	});

	it('goes back only to what was there', async () => {
		const one = await updateRig(boardOf(chip));
		await install(one, chip, await update(chip, '2.0.0', next));
		await one.updater.update();
		for (const other of [third, new Uint8Array(third.length).fill(0xff)]) {
			const kept = one.simulated.board.peek({ start: chip.second, end: chip.second + 8 * 1024 });
			const { simulated, store } = one;
			const content = [
				{ address: BASE, data: other },
				{ address: chip.second, data: kept.slice() },
			];
			const later = await updateRig({ ...chip.options, content, store });
			// The option bit as it was.
			const area = simulated.board.memory.find(({ kind }) => kind === 'option-bytes')!.range;
			const never = new AbortController().signal;
			await later.simulated.board.write(area.start, simulated.board.peek(area).slice(), never);
			later.simulated.reset('bootloader');
			await later.updater.load();
			await later.updater.openPrevious(later.updater.reversible[0]!.id);
			await later.updater.connect(chip.options.transport, 'ask');
			expect(later.updater.stage).toMatchObject({
				status: 'unfit',
				failure: { code: 'update.nothing-kept' },
			});
		}
	});

	it('is updated in place where what is to be kept would be swapped away', async () => {
		const one = await updateRig(boardOf(chip));
		const file = await update(chip, '2.0.0', next, chip.second + 64);
		await install(one, chip, file);
		expect(one.updater.stage).toMatchObject({ device: { guarantee: 'continue' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0', restarted: true });
		expect(runs(one, next)).toBe(true);
		expect(one.simulated.runs).toBe(BASE);
	});
});

/** The option bit names bank 2, which holds nothing: bank 1 runs for want of another. */
async function nameEmptyBank({ simulated, environment }: UpdateRig, part: string): Promise<void> {
	const device = (await environment.loadCatalogue()).findByPart(part)[0]!;
	const area = simulated.board.memory.find(({ kind }) => kind === 'option-bytes')!.range;
	const before = [{ address: area.start, bytes: simulated.board.peek(area).slice() }];
	const [after] = edit(optionsOf(device)!, before, { BFB2: 1 });
	const never = new AbortController().signal;
	await simulated.board.write(area.start, after!.bytes.slice(), never);
	simulated.reset('bootloader');
}

describe('the power goes', () => {
	/** `ms`: after the option bytes have begun to be written; `lasted`: how long that took. */
	const started = async (
		chip: Chip,
		store: MemoryStore,
		cut: { readonly frame?: number; readonly ms?: number; readonly named?: boolean } = {},
	): Promise<
		UpdateRig & { readonly first: number; readonly lasted: number; readonly lastWrite: number }
	> => {
		const { frame, ms, named } = cut;
		const mischief = frame === undefined ? [] : [{ at: frame, kind: 'unplug' as const }];
		const one = await updateRig({ ...boardOf(chip), store, mischief });
		if (named) await nameEmptyBank(one, chip.options.part);
		let [lasted, lastWrite, cutOnce] = [0, 0, ms];
		const { board } = one.simulated;
		const write = board.write.bind(board);
		board.write = async (address, data, signal) => {
			if (board.kindAt(address) !== 'option-bytes') {
				const written = await write(address, data, signal);
				lastWrite = one.simulated.frames;
				return written;
			}
			const from = one.clock.now();
			if (cutOnce !== undefined) {
				void one.clock.sleep(cutOnce, new AbortController().signal).then(() => {
					one.simulated.unplug();
				});
				cutOnce = undefined;
			}
			const written = await write(address, data, signal);
			lasted = one.clock.now() - from;
			return written;
		};
		await one.updater.openFile(await update(chip, '2.0.0', next), 'lamp.swupdate');
		await one.updater.connect(chip.options.transport, 'ask');
		const first = one.simulated.frames;
		await one.updater.update();
		return { ...one, first, lasted, lastWrite };
	};

	/** Whatever it is now, it runs; then the update is opened again on another page. */
	const judge = async (chip: Chip, first: UpdateRig): Promise<'old' | 'new' | 'locked'> => {
		first.simulated.unplug();
		first.simulated.replug();
		const now = runs(first, old) ? 'old' : runs(first, next) ? 'new' : undefined;
		expect(now).toBeDefined();
		const { stage } = first.updater;
		if (stage.status === 'done') expect(now).toBe('new');
		if (stage.status === 'failed' && stage.holds === 'old') expect(now).toBe('old');
		const second = await updateRig({ ...chip.options, store: first.store, boardOf: first });
		await install(second, chip, await update(chip, '2.0.0', next));
		if (second.simulated.board.readoutProtection === 1) {
			expect(second.updater.stage).toMatchObject({ failure: { code: 'update.locked' } });
			return 'locked';
		}
		expect(second.updater.stage).toMatchObject({ status: 'ready' });
		if (now === 'old') {
			await second.updater.update();
			expect(second.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
		} else {
			// Whatever the first page has seen of the switch, it counts, and can be taken back.
			expect(second.updater.stage).toMatchObject({ device: { same: true } });
			await second.updater.load();
			const [reversible] = second.updater.reversible;
			expect(reversible).toMatchObject({ version: '2.0.0', previous: '1.0.0' });
		}
		expect(runs(second, next)).toBe(true);
		return now!;
	};

	it.each(chips.slice(0, 2))(
		'at any frame: $options.part by $options.transport runs the old version or the new one',
		async (chip) => {
			const clean = await started(chip, memoryStore());
			expect(clean.updater.stage).toMatchObject({ status: 'done' });
			const { frames } = clean.simulated;
			const tally = { old: 0, new: 0, locked: 0 };
			const tried = framesToTry(clean.first, frames, 12);
			for (const frame of tried)
				tally[await judge(chip, await started(chip, memoryStore(), { frame }))]++;
			expect(tally.old).toBeGreaterThan(0);
			expect(tally.new).toBeGreaterThan(0);
			console.log(
				`${chip.options.part}: cut at ${tried.length} of ${frames - clean.first} frames`,
				tally,
				'0 neither',
			);
		},
		600_000,
	);

	it.each(chips.slice(0, 1))(
		'at any frame, with bank 2 named and empty: $options.part by $options.transport runs the old version until the new one is proven',
		async (chip) => {
			const clean = await started(chip, memoryStore(), { named: true });
			expect(clean.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
			expect(runs(clean, next)).toBe(true);
			const { frames } = clean.simulated;
			const tally = { old: 0, new: 0, locked: 0 };
			// The vector table of bank 2 stands there, and is not proven yet.
			const unproven = [1, 2, 4].map((frame) => clean.lastWrite + frame);
			for (const frame of [...framesToTry(clean.first, frames, 4), ...unproven])
				tally[await judge(chip, await started(chip, memoryStore(), { frame, named: true }))]++;
			expect(tally.old).toBeGreaterThan(unproven.length);
			expect(tally.new).toBeGreaterThan(0);
			console.log(`${chip.options.part}, bank 2 named and empty:`, tally, '0 neither');
		},
		600_000,
	);

	it('while the option bytes are written: it runs, and says so where it has locked itself', async () => {
		const [chip] = chips;
		const { lasted } = await started(chip!, memoryStore());
		const tally = { old: 0, new: 0, locked: 0 };
		for (let ms = 0; ms <= lasted + 2; ms += 3)
			tally[await judge(chip!, await started(chip!, memoryStore(), { ms }))]++;
		expect(tally.old).toBeGreaterThan(0);
		expect(tally.locked).toBeGreaterThan(0);
		expect(tally.new).toBeGreaterThan(0);
		console.log('cut while the option bytes are written:', tally, '0 neither');
	}, 120_000);
});
