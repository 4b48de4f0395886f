// One board of each kind of flash, and the four jobs that can be disturbed on it: what the fault matrix runs.
import type { Image } from '#core/image.ts';
import type { Range } from '#core/range.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { firmware, hexFile, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

/** A board, its old content, and where the image lies on it: over a part of its first and of its last sector. */
export interface Bench {
	readonly name: string;
	readonly options: RigOptions;
	/** First byte of the old content, at the start of a sector. */
	readonly base: number;
	/** Bytes of old content. */
	readonly old: number;
	/** Bytes from `base` to the image. */
	readonly at: number;
	readonly size: number;
	/** What erased flash reads, and the bytes it takes at once. */
	readonly blank: number;
	readonly unit: number;
	/** Its jobs take many frames. */
	readonly large?: true;
}

const bench = (
	name: string,
	part: string,
	transport: 'uart' | 'dfu',
	place: Pick<Bench, 'base' | 'old' | 'at' | 'size' | 'unit' | 'large'> & {
		readonly blank?: number;
	},
): Bench => ({ name, options: { part, transport }, blank: 0xff, ...place });

export const benches: readonly Bench[] = [
	bench('STM32F103C8, uniform pages of 1 KiB', 'STM32F103C8', 'uart', {
		base: 0x08000400,
		old: 3 * 1024,
		at: 804,
		size: 400,
		unit: 4,
	}),
	bench('STM32G071RB, uniform pages of 2 KiB', 'STM32G071RB', 'uart', {
		base: 0x08000800,
		old: 3 * 2048,
		at: 2804,
		size: 400,
		unit: 8,
	}),
	bench('STM32F405RG, sectors of 16 and 64 KiB', 'STM32F405RG', 'dfu', {
		base: 0x0800c000,
		old: 80 * 1024,
		at: 14_000,
		size: 4000,
		unit: 4,
		large: true,
	}),
	bench('STM32L476RG, across two banks, ECC words of 8 bytes', 'STM32L476RG', 'dfu', {
		base: 0x0807f800,
		old: 3 * 2048,
		at: 1004,
		size: 2100,
		unit: 8,
	}),
	bench('STM32U575ZI, ECC words of 16 bytes', 'STM32U575ZI', 'dfu', {
		base: 0x08000000,
		old: 3 * 8192,
		at: 6004,
		size: 5000,
		unit: 16,
	}),
	bench('STM32H743ZI, ECC words of 32 bytes', 'STM32H743ZI', 'dfu', {
		base: 0x08000000,
		old: 128 * 1024,
		at: 1004,
		size: 3000,
		unit: 32,
		large: true,
	}),
	bench('STM32L152RE, pages of 256 bytes that erase to zero', 'STM32L152RE', 'uart', {
		base: 0x08000100,
		old: 4 * 256,
		at: 204,
		size: 200,
		unit: 8,
		blank: 0x00,
	}),
	bench('STM32L072CZ, pages of 128 bytes that erase to zero', 'STM32L072CZ', 'uart', {
		base: 0x08000080,
		old: 5 * 128,
		at: 72,
		size: 200,
		unit: 8,
		blank: 0x00,
	}),
	bench('STM32F429ZI, two banks whose erases are proven', 'STM32F429ZI', 'dfu', {
		base: 0x08100000,
		old: 32 * 1024,
		at: 15_004,
		size: 3000,
		unit: 4,
		large: true,
	}),
];

export const jobs = ['program', 'append', 'update', 'restore', 'resume'] as const;
export type JobName = (typeof jobs)[number];

/** Where a job begins, what opens it on a page, and what the memory must hold in the end. */
export interface Start {
	readonly content: Uint8Array;
	readonly files: ReadonlyMap<string, Uint8Array>;
	readonly open: (page: Rig) => Promise<void>;
	readonly expected: Uint8Array;
	/** It is the continuation of an interrupted job, which has read every sector it changes. */
	readonly begun?: true;
}

export const keeping = { keep: true, backup: true, compare: true };

export const areaOf = ({ base, old }: Bench): Range => ({ start: base, end: base + old });

const copyOf = (files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> =>
	new Map([...files].map(([path, bytes]) => [path, bytes.slice()]));

export const storeOf = (files: ReadonlyMap<string, Uint8Array>): MemoryStore =>
	memoryStore(copyOf(files));

/** A new board with `content` in its flash. */
export function boardWith(
	{ options, base }: Bench,
	content: Uint8Array,
	setup: Partial<RigOptions> = {},
): Rig {
	return rig({ ...options, keeping, content: imageAt(base, content), ...setup });
}

/** How far a job is run before it is interrupted to be resumed: while this step of its changes is under way. */
const HALF = 0.5;

/** The state of machine and board before the job, made by running what comes before it undisturbed. */
export async function startOf(which: Bench, job: JobName): Promise<Start> {
	const { base, old, at, size, blank, unit } = which;
	const image = firmware(base + at, size);
	const before = firmware(base, old, 99);
	const overlaid = (under: Uint8Array, over: Uint8Array): Uint8Array => {
		const bytes = under.slice();
		bytes.set(over, at);
		return bytes;
	};
	const opening = (bytes: Uint8Array) => (page: Rig) =>
		page.session.open([hexFile(imageAt(base + at, bytes) satisfies Image)]);
	const program: Start = {
		content: before,
		files: new Map(),
		open: opening(image),
		expected: overlaid(before, image),
	};
	switch (job) {
		case 'program':
			return program;
		case 'append': {
			const content = before.slice();
			content.fill(blank, at - (at % unit), Math.ceil((at + size) / unit) * unit);
			return { ...program, content, expected: overlaid(content, image) };
		}
		case 'update': {
			const newer = image.slice();
			newer.subarray(size - 60).reverse();
			return {
				...program,
				content: program.expected,
				open: opening(newer),
				expected: overlaid(before, newer),
			};
		}
		case 'restore': {
			const { page, store } = await after(which, program, {});
			const path = [...store.files.keys()].find((name) => name.startsWith('backups/'))!;
			return {
				content: page.simulated.board.peek(areaOf(which)),
				files: store.files,
				open: async (next) => {
					await next.session.keeper.refresh();
					const { backups } = next.session.keeper;
					await next.session.openBackup(backups.find(({ id }) => path.endsWith(id))!);
				},
				expected: before,
			};
		}
		case 'resume': {
			const whole = await after(which, program, {});
			const [first, last] = [whole.changes[0]!, whole.changes.at(-1)!];
			const when = Math.round(first + (last - first) * HALF);
			const { page, store } = await after(which, program, {
				mischief: [{ at: when, kind: 'unplug' }],
			});
			return {
				...program,
				begun: true,
				content: page.simulated.board.peek(areaOf(which)),
				files: store.files,
				open: async (next) => {
					await next.session.keeper.refresh();
					await next.session.resume(next.session.keeper.interrupted[0]!);
				},
			};
		}
	}
}

/** Runs a job and tells at which frames the flash changed. */
async function after(
	which: Bench,
	start: Start,
	setup: Partial<RigOptions>,
): Promise<{ page: Rig; store: MemoryStore; changes: number[] }> {
	const store = storeOf(start.files);
	const page = boardWith(which, start.content, { store, ...setup });
	const changes: number[] = [];
	const { events } = page.simulated.board;
	const push = events.push.bind(events);
	events.push = (...added) => {
		if (added.some(({ kind }) => kind !== 'start')) changes.push(page.simulated.frames);
		return push(...added);
	};
	await start.open(page);
	await page.connect();
	await page.session.program();
	return { page, store, changes };
}
