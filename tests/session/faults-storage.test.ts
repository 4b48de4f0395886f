// What the machine's storage can refuse, at every write of a job: nothing is erased without the journal it needs, the
// user is told why, and with room again the job ends exactly right.
import { afterAll, describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { describe as textOf, isFailure, type FailureCode } from '#core/failure.ts';
import { areaOf, benches, boardWith, keeping, startOf, storeOf, type Bench } from './fault-jobs.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { rig, type Rig } from './rig.ts';

const few = benches.filter(({ options }) => ['STM32L476RG', 'STM32L152RE'].includes(options.part));
/** More than one update of the journal announces. */
const long: Bench = {
	...benches.find(({ options }) => options.part === 'STM32F405RG')!,
	name: 'STM32F405RG, four sectors',
	base: 0x08004000,
	old: 112 * 1024,
	at: 100,
	size: 60_000,
};
/** How jobs ended. */
const codes = new Set<string>();
afterAll(() => {
	expect([...codes].sort()).toEqual([
		'finished',
		'job.no-more-journal',
		'store.full',
		'store.silent',
	]);
});

const held = (which: Bench, { simulated }: Rig): Uint8Array => simulated.board.peek(areaOf(which));
const changed = ({ simulated }: Rig): boolean =>
	simulated.board.events.some(({ kind }) => kind === 'erase' || kind === 'write');

/** The code a job failed with; each says a cause and a next step. */
function failureOf({ session }: Rig): FailureCode | undefined {
	const { job } = session.state;
	if (job.status !== 'failed') return undefined;
	expect(isFailure(job.failure)).toBe(true);
	const { cause, next } = textOf(job.failure);
	expect([cause, next].every((text) => text.length > 10)).toBe(true);
	return job.failure.code;
}

/** Another page on the same board goes on, with room; or begins again where nothing was begun. */
async function goOn(
	which: Bench,
	page: Rig,
	store: MemoryStore,
	open: (page: Rig) => Promise<void>,
): Promise<Rig> {
	Object.assign(store, { room: Infinity, answers: Infinity });
	page.simulated.unplug();
	page.simulated.replug();
	const next = rig({ ...which.options, keeping, store, boardOf: page });
	await next.session.keeper.refresh();
	const [record] = next.session.keeper.interrupted;
	if (record) await next.session.resume(record);
	else await open(next);
	await next.connect();
	await next.session.program();
	expect(next.session.state.job.status).toBe('finished');
	expect(await store.list('journal')).toEqual([]);
	return next;
}

describe.each([...few, long])('$name', (which) => {
	it.each(
		which === long ? (['program'] as const) : (['program', 'append', 'restore', 'resume'] as const),
	)('%s, with the quota full or the disk silent from every write on', async (job) => {
		const start = await startOf(which, job);
		const whole = storeOf(start.files);
		const clean = boardWith(which, start.content, { store: whole });
		await start.open(clean);
		await clean.connect();
		await clean.session.program();
		const writes = whole.log.length;
		expect(writes).toBeGreaterThan(0);
		for (const how of ['room', 'answers'] as const) {
			// Its blobs are told apart above; here it is the journal that matters.
			for (let left = which === long ? writes - 4 : 0; left < writes; left++) {
				const store = storeOf(start.files);
				store[how] = left;
				const page = boardWith(which, start.content, { store });
				await start.open(page);
				await page.connect();
				await page.session.program();
				const code = failureOf(page) ?? 'finished';
				codes.add(code);
				if (code === 'finished') {
					// The last word of a journal is not needed: it would only have saved time.
					expect(firstDifference(held(which, page), start.expected)).toBe(-1);
					continue;
				}
				if (code === 'job.no-more-journal') expect(changed(page) || job === 'resume').toBe(true);
				else expect(changed(page)).toBe(false);
				const next = await goOn(which, page, store, start.open);
				expect(firstDifference(held(which, next), start.expected), `${how} ${left}`).toBe(-1);
			}
		}
	});

	if (which === long) return;

	it('a store that is refused: nothing to be kept is erased, unless the user says so', async () => {
		const start = await startOf(which, 'program');
		const store = memoryStore();
		store.refused = true;
		const page = boardWith(which, start.content, { store });
		await start.open(page);
		await page.connect();
		expect(page.session.keeper.trouble?.code).toBe('store.refused');
		await page.session.program();
		expect(failureOf(page)).toBe('job.no-journal');
		expect(changed(page)).toBe(false);
		page.session.keeper.withoutJournal = true;
		await page.session.program();
		expect(page.session.state.job.status).toBe('finished');
		expect(firstDifference(held(which, page), start.expected)).toBe(-1);
	});

	it('a journal update cut off or changed at any byte leaves the one before', async () => {
		const start = await startOf(which, 'resume');
		const paths = [...start.files.keys()].filter((path) => path.startsWith('journal/'));
		expect(paths.length).toBe(2);
		for (const path of paths) {
			const bytes = start.files.get(path)!;
			const places = [0, 8, 9, bytes.length >> 1, bytes.length - 1];
			for (const at of places) {
				for (const damaged of [bytes.slice(0, at), flipped(bytes, at)]) {
					const store = storeOf(start.files);
					store.files.set(path, damaged);
					const page = boardWith(which, start.content, { store });
					await start.open(page);
					await page.connect();
					await page.session.program();
					expect(page.session.state.job.status).toBe('finished');
					expect(firstDifference(held(which, page), start.expected)).toBe(-1);
				}
			}
		}
	});
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
	const copy = bytes.slice();
	copy[at]! ^= 0x10;
	return copy;
};

describe('two tabs', () => {
	const which = few[0]!;

	it('with one interrupted job: one continues it, the other is told, whatever it does', async () => {
		const start = await startOf(which, 'resume');
		const first = storeOf(start.files);
		const second = memoryStore(first.files);
		const here = boardWith(which, start.content, { store: first });
		const there = boardWith(which, start.content, { store: second });
		await start.open(here);
		await here.connect();
		await start.open(there);
		await there.connect();
		const [record] = there.session.keeper.interrupted;
		const letGo = await first.hold(`job:${record!.id}`);
		await there.session.keeper.setAside(record!);
		expect(there.session.keeper.refused?.code).toBe('job.other-tab');
		expect(there.session.keeper.interrupted).toEqual([]);
		expect(there.session.keeper.elsewhere).toHaveLength(1);
		await there.session.program();
		expect(failureOf(there)).toBe('job.other-tab');
		expect(changed(there)).toBe(false);
		letGo!();
		await here.session.program();
		expect(here.session.state.job.status).toBe('finished');
		expect(firstDifference(held(which, here), start.expected)).toBe(-1);
		// The other page still shows the job as it was when it looked.
		there.session.keeper.interrupted = [record!];
		await there.session.resume(record!);
		await there.session.program();
		expect(failureOf(there)).toBe('job.gone-on');
		expect(changed(there)).toBe(false);
	});

	it('a job under way loses nothing to a tab that clears the history', async () => {
		const start = await startOf(which, 'program');
		const first = memoryStore();
		const second = memoryStore(first.files);
		const here = boardWith(which, start.content, { store: first });
		const there = boardWith(which, start.content, { store: second });
		await start.open(here);
		await here.connect();
		const write = first.write.bind(first);
		let cleared = 0;
		first.write = async (path, bytes) => {
			await write(path, bytes);
			await there.session.keeper.refresh();
			for (const { id } of there.session.keeper.backups) {
				cleared++;
				await there.session.keeper.removeBackup(id);
			}
			for (const record of there.session.keeper.interrupted)
				await there.session.keeper.setAside(record);
		};
		const ended = here.session.program();
		const wait = new AbortController();
		for (let ms = 0; ms < 10_000; ms += 5) {
			await here.clock.sleep(5, wait.signal);
			const { job } = here.session.state;
			if (job.status === 'running' && job.progress.phase === 'write') break;
		}
		expect(cleared).toBeGreaterThan(0);
		here.simulated.unplug();
		await ended;
		first.write = write;
		const next = await goOn(which, here, first, start.open);
		expect(firstDifference(held(which, next), start.expected)).toBe(-1);
	});
});
