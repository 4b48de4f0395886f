// One disturbed job: the trouble strikes, the board is powered again, another page continues (or begins again where
// nothing was begun), and what the board holds in the end is compared with what it must hold.
import { expect } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import type { Sector } from '#core/memory.ts';
import { includes, overlaps, type Range } from '#core/range.ts';
import type { MischiefEntry, Trouble } from '#simulator/mischief.ts';
import { areaOf, boardWith, keeping, storeOf, type Bench, type Start } from './fault-jobs.ts';
import type { MemoryStore } from './memory-store.ts';
import { firmware, rig, type Rig } from './rig.ts';

/** Virtual time after which a job counts as hung. */
const HANG_MS = 600_000;
/** Pages that may be needed to bring a board back after one trouble. */
const PAGES = 3;

/** What an undisturbed job looks like from below. */
export interface Course {
	/** Frames of the job itself, behind those that connect. */
	readonly first: number;
	readonly end: number;
	/** When the flash was at work: virtual milliseconds from and to. */
	readonly work: readonly {
		readonly kind: 'erase' | 'write';
		readonly sector?: Sector | undefined;
		readonly from: number;
		readonly to: number;
	}[];
}

/** Trouble at a frame, or with one of the flash's operations. */
export type Strike =
	| { readonly kind: 'frame'; readonly entry: MischiefEntry }
	/** The supply goes at this time. */
	| { readonly kind: 'power'; readonly at: number }
	/** The operation of this number is acknowledged and does nothing. */
	| { readonly kind: 'ignored'; readonly nth: number }
	/** The erase of this number strikes another sector in its place: so many further. */
	| { readonly kind: 'wrong-sector'; readonly nth: number; readonly by: number }
	/** The cable goes at this frame, and another board of the same kind answers first. */
	| { readonly kind: 'other-board'; readonly frame: number };

export interface Ending {
	/** 'finished', or the code the disturbed job failed with. */
	readonly first: string;
	readonly continued: boolean;
	/**
	 * The board erased another sector than it was told to, one nobody had read because the job leaves it alone: what
	 * stood there, and that alone, is gone.
	 */
	readonly lost: boolean;
}

export async function courseOf(which: Bench, start: Start): Promise<Course> {
	const page = boardWith(which, start.content, { store: storeOf(start.files) });
	const work: { kind: 'erase' | 'write'; sector: Sector | undefined; from: number; to: number }[] =
		[];
	onFlash(page, async (kind, run, sector) => {
		const from = page.clock.now();
		const done = await run();
		work.push({ kind, sector, from, to: page.clock.now() });
		return done;
	});
	await start.open(page);
	await page.connect();
	const first = page.simulated.frames;
	await page.session.program();
	expect(page.session.state.job.status).toBe('finished');
	expectRight(page, which, start);
	return { first, end: page.simulated.frames, work };
}

type Operation = (
	kind: 'erase' | 'write',
	run: (instead?: Sector) => Promise<boolean>,
	sector?: Sector,
) => Promise<boolean>;

/** Puts `around` around every erase and write of the board's flash. */
function onFlash({ simulated: { board } }: Rig, around: Operation): void {
	const [erase, write] = [board.erase.bind(board), board.write.bind(board)];
	board.erase = (sector, signal) =>
		around('erase', (instead = sector) => erase(instead, signal), sector);
	board.write = (address, data, signal) => around('write', () => write(address, data, signal));
}

/** Makes the trouble happen; tells afterwards which sector was erased in another one's place. */
function prepare(page: Rig, strike: Strike): () => Sector | undefined {
	const { simulated, clock } = page;
	let count = 0;
	let victim: Sector | undefined;
	switch (strike.kind) {
		case 'power':
			void clock.sleep(strike.at, new AbortController().signal).then(() => {
				simulated.unplug();
			});
			break;
		case 'ignored':
			onFlash(page, (_, run) => (count++ === strike.nth ? Promise.resolve(true) : run()));
			break;
		case 'wrong-sector':
			onFlash(page, (kind, run, sector) => {
				if (kind === 'write' || count++ !== strike.nth) return run();
				const { sectors } = simulated.board;
				victim = sectors[sectors.indexOf(sector!) + strike.by];
				return run(victim);
			});
			break;
		default:
			break;
	}
	return () => victim;
}

/** Runs the job with the trouble, brings the board back, and compares. @throws what was wrong. */
export async function attempt(
	which: Bench,
	start: Start,
	course: Course,
	strike: Strike,
): Promise<Ending> {
	const begun = start.begun === true;
	const store = storeOf(start.files);
	const mischief: MischiefEntry[] =
		strike.kind === 'frame'
			? [strike.entry]
			: strike.kind === 'other-board'
				? [{ at: strike.frame, kind: 'unplug' }]
				: [];
	const page = boardWith(which, start.content, { store, mischief });
	const victim = prepare(page, strike);
	await start.open(page);
	await page.connect();
	await inTime(page, page.session.program());
	const first = endingOf(page);
	expect(first).not.toBe('job.internal');
	const struck = victim();
	// What a job leaves alone: sectors beside its image, and those that hold it already.
	const mayLose = struck && !course.work.some(({ sector }) => sector === struck);
	const alone = mayLose && (!begun || !overlaps(struck.range, imageRange(which)));
	const mayBeBlank = alone ? struck.range : undefined;
	if (first === 'finished') expectRight(page, which, { ...start, mayBeBlank });
	if (strike.kind === 'other-board') await refuseStranger(which, store);
	const continued = await bringBack(page, which, { ...start, mayBeBlank }, store);
	const held = page.simulated.board.peek(areaOf(which));
	return { first, continued, lost: firstDifference(held, start.expected) >= 0 };
}

const imageRange = ({ base, at, size }: Bench): Range => ({
	start: base + at,
	end: base + at + size,
});

interface Goal extends Start {
	/** What nobody had read may be gone here; the image may not. */
	readonly mayBeBlank?: Range | undefined;
}

/** Another board of the same kind is connected to continue: nothing of it may change, and the journal stays. */
async function refuseStranger(which: Bench, store: MemoryStore): Promise<void> {
	const content = firmware(which.base, which.old, 7);
	const uniqueId = Uint8Array.from('ANOTHERBOARD', (letter) => letter.charCodeAt(0));
	for (const order of ['resume-first', 'connect-first']) {
		const identity = { serial: '357A364A3035' };
		// Where the board does not tell, its owner knows.
		const stranger = { uniqueId, quirks: { identity }, sameBoard: false };
		const page = boardWith(which, content, { store, ...stranger });
		const { session } = page;
		await session.keeper.refresh();
		const [record] = session.keeper.interrupted;
		if (!record) return;
		if (order === 'connect-first') await page.connect();
		await session.resume(record);
		if (order === 'resume-first') await page.connect();
		await inTime(page, session.program());
		expect(endingOf(page)).toBe('job.other-board');
		const { board } = page.simulated;
		expect(firstDifference(board.peek(areaOf(which)), content)).toBe(-1);
		expect(board.events).toEqual([]);
		expect(await store.list('journal')).not.toEqual([]);
	}
}

/** Power, a new page, Continue: until the job is done. True where there was something to continue. */
async function bringBack(
	page: Rig,
	which: Bench,
	start: Goal,
	store: MemoryStore,
): Promise<boolean> {
	let done = endingOf(page) === 'finished';
	let continued = false;
	const endings: string[] = [];
	for (let pages = 0; ; pages++) {
		page.simulated.unplug();
		page.simulated.replug();
		const next = rig({ ...which.options, keeping, store, boardOf: page });
		const { session } = next;
		await session.keeper.refresh();
		const [record] = session.keeper.interrupted;
		if (!record && done) break;
		expect(pages, endings.join(', ')).toBeLessThan(PAGES);
		if (record) {
			continued = true;
			await session.resume(record);
		} else await start.open(next);
		await next.connect();
		await inTime(next, session.program());
		endings.push(endingOf(next));
		done = endings.at(-1) === 'finished';
	}
	expectRight(page, which, start);
	return continued;
}

async function inTime({ clock }: Rig, work: Promise<void>): Promise<void> {
	const over = new AbortController();
	const hang = clock.sleep(HANG_MS, over.signal).then(
		() => 'hung' as const,
		() => 'ended' as const,
	);
	const outcome = await Promise.race([work.then(() => 'ended' as const), hang]);
	over.abort();
	expect(outcome).toBe('ended');
}

/** "finished", or the code of what went wrong. */
function endingOf({ session }: Rig): string {
	const { job, board } = session.state;
	if (job.status === 'failed') return job.failure.code;
	if (job.status !== 'idle') return job.status;
	if (board.status === 'failed') return board.failure.code;
	const { readiness } = session;
	return readiness.ready ? 'idle' : (readiness.because?.code ?? readiness.why);
}

function expectRight(
	{ simulated: { board } }: Rig,
	which: Bench,
	{ expected, mayBeBlank }: Goal,
): void {
	const { base, blank } = which;
	const image = imageRange(which);
	const at = board.peek(areaOf(which)).findIndex((byte, i) => {
		if (byte === expected[i]) return false;
		const gone = mayBeBlank && includes(mayBeBlank, base + i) && !includes(image, base + i);
		return !gone || byte !== blank;
	});
	expect(at < 0 ? 'right' : `wrong at ${(base + at).toString(16)}`).toBe('right');
	for (const event of board.events) {
		if (event.kind === 'write') expect(board.kindAt(event.range.start)).toBe('flash');
		expect(event.kind).not.toBe('protect');
	}
}

/** Every trouble at every frame and with every operation of the flash; `each` of every kind, spread evenly, or all. */
export function strikesOf(course: Course, kinds: readonly Trouble[], each: number): Strike[] {
	const { first, end, work } = course;
	const frames = Array.from({ length: end - first }, (_, i) => first + i);
	const erases = work.filter(({ kind }) => kind === 'erase').map((_, nth) => nth);
	const groups: Strike[][] = [
		...kinds.map((kind) => frames.map((at): Strike => ({ kind: 'frame', entry: { at, kind } }))),
		frames.map((frame) => ({ kind: 'other-board', frame })),
		work.flatMap(({ from, to }) =>
			CUTS.map((part): Strike => ({ kind: 'power', at: from + (to - from) * part })),
		),
		work.map((_, nth) => ({ kind: 'ignored', nth })),
		erases.flatMap((nth) => [-1, 1].map((by): Strike => ({ kind: 'wrong-sector', nth, by }))),
	];
	return groups.flatMap((group, which) => {
		if (group.length <= each) return group;
		// Not the same frames for every kind.
		const shift = (which + 1) / (groups.length + 1);
		return Array.from(
			{ length: each },
			(_, i) => group[Math.floor(((i + shift) * group.length) / each)]!,
		);
	});
}

/** Where an erase or a write is cut: parts of its time. */
const CUTS = [0.3, 0.8];
