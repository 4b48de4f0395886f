// Two devices were given the same file, and both lost their power on the way: each goes on, or back, as itself.
import { expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { listRecords, saveRecord, type UpdateRecord } from '#session/update/records.ts';
import { memoryStore } from './memory-store.ts';
import { imageAt } from './rig.ts';
import {
	BASE,
	contentOf,
	fitting,
	holds,
	keepAt,
	KEPT_AT,
	next,
	old,
	program,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

type Files = Map<string, Uint8Array>;

const lettersOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const ONE = { uniqueId: lettersOf('BOARDAAAAAAA'), today: () => '2026-01-01T00:00:00.000Z' };
const TWO = { uniqueId: lettersOf('QXZRDBBBBB12'), today: () => '2026-01-02T00:00:00.000Z' };

/** Beside the firmware, in a sector of it. */
const DATA_AT = KEPT_AT + 16;
const mine = (letter: string, runs = old) => [
	...contentOf(runs, KEPT_AT),
	...imageAt(DATA_AT, lettersOf(letter.repeat(4))),
];
const dataOf = ({ simulated }: UpdateRig): string =>
	String.fromCharCode(...simulated.board.peek({ start: DATA_AT, end: DATA_AT + 4 }));

/** Opens the update, and says of the device what its owner knows. */
async function laidOut(one: UpdateRig, file: Uint8Array<ArrayBuffer>): Promise<void> {
	one.simulated.reset('bootloader');
	await one.updater.openFile(file, 'lamp.swupdate');
	await connected(one, () => false);
	expect(one.updater.stage.status).toBe('ready');
}

async function connected(one: UpdateRig, isIts: (asked: string) => boolean): Promise<void> {
	await one.updater.connect('dfu', 'ask');
	for (let i = 0; i < 4; i++) {
		const { stage } = one.updater;
		if (stage.status === 'ask-product') await one.updater.confirmProduct();
		else if (stage.status === 'ask-device') await one.updater.confirmDevice(isIts(stage.id));
	}
}

/** It loses its power while it is written; `dies`: and the page with it. */
async function cut(one: UpdateRig, dies = false): Promise<void> {
	const updating = one.updater.update();
	const never = new AbortController().signal;
	for (;;) {
		await one.clock.sleep(2, never);
		const { stage } = one.updater;
		expect(stage.status).toMatch(/ready|updating/);
		if (stage.status === 'updating' && stage.phase === 'writing' && stage.done > 0.3) break;
	}
	if (dies) one.store.answers = 0;
	one.simulated.unplug();
	await updating;
	one.simulated.replug();
	one.simulated.reset('bootloader');
}

const recordOf = async (files: Files, { today }: typeof ONE): Promise<UpdateRecord> =>
	(await listRecords(memoryStore(files))).find(({ when }) => when === today())!;

/** What its owner knows: whether this, a record or a job, is of the update `record`. */
const isOf = (one: UpdateRig, record: UpdateRecord) => (asked: string) =>
	asked === record.id ||
	one.session.keeper.interrupted.find(({ id }) => id === asked)?.update === record.id;

const chips = [
	['which tell their numbers', 'STM32F405RG', 0x413],
	['which tell none', 'STM32H723ZG', 0x483],
] as const;

for (const [which, part, productId] of chips) {
	const options: UpdateRigOptions = { part, transport: 'dfu', sameBoard: 'silent' };
	const about: UpdateOf = { ...fitting, productId, draft: { keep: keepAt(KEPT_AT) } };

	for (const dies of [false, true])
		for (const by of ['its file', 'the list', 'the way back'] as const)
			it(`the first of two ${which}, ${dies ? 'page gone' : 'page open'}, by ${by}`, async () => {
				const files: Files = new Map();
				const file = await updateFile(about);
				const content = { A: mine('A'), B: mine('B', program('1.0.0', 12_000, 77)) };
				const store = () => memoryStore(files);
				const first = await updateRig({ ...options, ...ONE, content: content.A, store: store() });
				await laidOut(first, file);
				await cut(first, dies);
				const second = await updateRig({ ...options, ...TWO, content: content.B, store: store() });
				await laidOut(second, file);
				await cut(second, dies);

				const { today } = ONE;
				const again = await updateRig({ ...options, today, boardOf: first, store: store() });
				const [its, others] = [await recordOf(files, ONE), await recordOf(files, TWO)];
				if (by === 'its file') await again.updater.openFile(file, 'lamp.swupdate');
				else if (by === 'the list') await again.updater.openUnfinished(its.id);
				else await again.updater.openPrevious(its.id);
				await connected(again, isOf(again, its));
				await again.updater.update();

				const back = by === 'the way back';
				expect(again.updater.stage).toMatchObject({ status: 'done', goneBack: back });
				expect(dataOf(again)).toBe('AAAA');
				expect(holds(again, back ? old : next)).toBe(true);
				expect(await recordOf(files, ONE)).toMatchObject({ state: back ? 'taken-back' : 'proven' });
				expect(await recordOf(files, TWO)).toEqual(others);
				const left = again.session.keeper.interrupted.map(({ update }) => update);
				expect(left).toEqual([others.id]);
			});
}

it('takes no backup of another device back, whatever its record names', async () => {
	const files: Files = new Map();
	const usual: UpdateRigOptions = { part: 'STM32F405RG', transport: 'dfu', sameBoard: 'silent' };
	const rigs = [ONE, TWO].map((which) =>
		updateRig({ ...usual, ...which, content: mine('A'), store: memoryStore(files) }),
	);
	for (const one of await Promise.all(rigs)) {
		await laidOut(one, await updateFile(fitting));
		await cut(one);
	}
	const { backup } = await recordOf(files, TWO);
	const record = await recordOf(files, ONE);
	await saveRecord(memoryStore(files), { ...record, backup: backup! });
	const boardOf = (await Promise.all(rigs))[0]!;
	const again = await updateRig({ ...usual, boardOf, store: memoryStore(files) });
	await again.updater.openPrevious(record.id);
	await connected(again, () => true);
	expect(again.updater.stage).toMatchObject({
		status: 'unfit',
		failure: { code: 'update.nothing-kept' },
	});
});

const GAP = 6 * 1024;
const banked: UpdateRigOptions = {
	part: 'STM32L476RG',
	transport: 'dfu',
	sameBoard: 'silent',
	content: contentOf(program('1.0.0', 3000, 7), BASE + GAP),
};
const third = program('3.0.0', 16_000, 9);
const toBank = (version: string, bytes: Uint8Array, counter = 1) =>
	updateFile({
		version,
		bytes,
		productId: 0x415,
		boardIdAt: BASE + GAP,
		draft: { dualBank: 'inactive-bank', version: { name: version, counter } },
	});
const runs = ({ simulated }: UpdateRig, bytes: Uint8Array): boolean => {
	simulated.reset('application');
	const start = simulated.runs;
	simulated.reset('bootloader');
	if (start === undefined) return false;
	return firstDifference(simulated.board.peek({ start, end: start + bytes.length }), bytes) < 0;
};

it('of two with two banks, each goes on into its own other bank', async () => {
	const files: Files = new Map();
	const first = await updateRig({ ...banked, ...ONE, store: memoryStore(files) });
	await laidOut(first, await toBank('3.0.0', third));
	await cut(first);
	let day = '2026-01-01T12:00:00.000Z';
	const today = () => day;
	const second = await updateRig({ ...banked, ...TWO, today, store: memoryStore(files) });
	await laidOut(second, await toBank('2.0.0', program('2.0.0', 2500, 8)));
	await second.updater.update();
	day = TWO.today();
	await laidOut(second, await toBank('3.0.0', third));
	await cut(second);
	const [its, others] = [await recordOf(files, ONE), await recordOf(files, TWO)];
	expect([its.bank, others.bank]).toEqual([
		{ from: 1, to: 2 },
		{ from: 2, to: 1 },
	]);

	const again = await updateRig({ ...banked, boardOf: first, store: memoryStore(files) });
	await again.updater.openFile(await toBank('3.0.0', third), 'lamp.swupdate');
	await connected(again, isOf(again, its));
	await again.updater.update();
	expect(again.updater.stage).toMatchObject({ status: 'done', version: '3.0.0' });
	expect(runs(again, third)).toBe(true);
	expect(await recordOf(files, ONE)).toMatchObject({ state: 'proven' });
	expect(await recordOf(files, TWO)).toEqual(others);
});

it('never turns to a bank that did not run when the update was begun', async () => {
	const files: Files = new Map();
	const first = await updateRig({ ...banked, ...ONE, store: memoryStore(files) });
	await laidOut(first, await toBank('3.0.0', third));
	await cut(first);
	const record = await recordOf(files, ONE);
	await saveRecord(memoryStore(files), { ...record, bank: { from: 2, to: 1 } });
	const again = await updateRig({ ...banked, boardOf: first, store: memoryStore(files) });
	await again.updater.openUnfinished(record.id);
	await connected(again, () => true);
	await again.updater.update();
	expect(again.updater.stage).toMatchObject({
		status: 'failed',
		failure: { code: 'update.not-taken' },
	});
	expect(runs(again, program('1.0.0', 3000, 7))).toBe(true);
});

it('knows the counter of what ran before by the device itself, not by one that may be it', async () => {
	const files: Files = new Map();
	const second = program('2.0.0', 2500, 8);
	const first = await updateRig({ ...banked, ...ONE, store: memoryStore(files) });
	await laidOut(first, await toBank('2.0.0', second, 1));
	await first.updater.update();
	const other = await updateRig({ ...banked, ...TWO, store: memoryStore(files) });
	await laidOut(other, await toBank('2.0.0', second, 5));
	await other.updater.update();
	const store = memoryStore(files);
	const again = await updateRig({ ...banked, boardOf: first, store });
	await laidOut(again, await toBank('3.0.0', third, 6));
	await again.updater.update();
	const newest = (await listRecords(store)).find(({ version }) => version === '3.0.0');
	expect(newest).toMatchObject({ state: 'proven', previousCounter: 1 });
});
