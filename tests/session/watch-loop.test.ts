// Whole edit loops on a simulated board in virtual time: a rebuild is noticed, offered, programmed by key or by itself.
import { afterEach, describe, expect, it } from 'vitest';
import type { FileHandleLike, FileHandles } from '#ports/file-handles.ts';
import { EditLoop } from '#session/watch.svelte.ts';
import { firmware, hexFile, imageAt, rig, type Rig } from './rig.ts';

const BASE = 0x08000000;
const never = new AbortController().signal;

/** A file on a disk that a build writes to. */
class Disk {
	file: File;
	gone = false;
	readonly handle: FileHandleLike;

	constructor(file: File) {
		this.file = file;
		this.handle = {
			name: file.name,
			getFile: () =>
				this.gone
					? Promise.reject(new DOMException('gone', 'NotFoundError'))
					: Promise.resolve(this.file),
		};
	}

	write(content: BlobPart, lastModified: number): void {
		this.file = new File([content], this.file.name, { lastModified });
	}
}

interface Loop {
	readonly made: Rig;
	readonly disk: Disk;
	readonly loop: EditLoop;
	readonly kept: () => readonly FileHandleLike[];
	readonly wait: (ms: number) => Promise<void>;
	/** Erases, as many as jobs that began. */
	readonly jobs: () => number;
}

const running: EditLoop[] = [];
afterEach(() => {
	for (const loop of running.splice(0)) loop.stop();
});

async function loop(options: { reachable?: boolean; visible?: boolean } = {}): Promise<Loop> {
	const made = rig({ part: 'STM32F405RG', transport: 'uart' });
	const { session, clock, simulated, connect } = made;
	let kept: readonly FileHandleLike[] = [];
	const store: FileHandles = {
		pick: () => Promise.resolve([]),
		dropped: () => Promise.resolve([]),
		keep: (handles) => {
			kept = handles;
			return Promise.resolve();
		},
		recall: () => Promise.resolve(kept),
		visible: () => options.visible ?? true,
	};
	const edit = new EditLoop(clock, store, {
		session,
		open: (files) => {
			for (const { id, name } of session.state.files)
				if (files.some((file) => file.name === name)) session.closeFile(id);
			void session.open(files);
		},
		connect: async () => {
			simulated.reset('bootloader');
			await connect();
		},
		program: () => session.program(),
		reachable: () => Promise.resolve(options.reachable ?? false),
		names: () => session.state.files.map(({ name }) => name),
	});
	running.push(edit);
	const disk = new Disk(build(1, 1));
	await session.open([disk.file]);
	edit.watch([{ file: disk.file, handle: disk.handle }]);
	return {
		made,
		disk,
		loop: edit,
		kept: () => kept,
		wait: (ms) => clock.sleep(ms, never),
		jobs: () => simulated.board.events.filter(({ kind }) => kind === 'erase').length,
	};
}

const build = (seed: number, lastModified: number, base = BASE): File => {
	const made = hexFile(imageAt(base, firmware(base, 3000, seed)));
	return new File([made], 'app.hex', { lastModified });
};

describe('the loop', () => {
	it('opens a new build and offers it; one key programs it', async () => {
		const { made, disk, loop: edit, wait, jobs } = await loop();
		await made.connect();
		await made.session.program();
		await wait(2000);
		expect(edit.build).toBeUndefined();
		disk.file = build(2, 2);
		await wait(4000);
		expect(edit.build).toEqual({ names: ['app.hex'], number: 1 });
		expect(jobs()).toBe(1);
		expect(await edit.programBuild()).toBe(true);
		expect(made.session.state.job.status).toBe('finished');
		expect(edit.build).toBeUndefined();
		const found = made.simulated.board.peek({ start: BASE, end: BASE + 3000 });
		expect([...found]).toEqual([...firmware(BASE, 3000, 2)]);
	});

	it('programs it by itself when it may, again and again', async () => {
		const { made, disk, loop: edit, wait, jobs } = await loop({ reachable: true });
		edit.automatic = true;
		await made.connect();
		await made.session.program();
		for (const seed of [2, 3]) {
			await wait(1500);
			disk.file = build(seed, seed);
			await wait(8000);
			expect(made.session.state.job.status).toBe('finished');
			expect(jobs()).toBe(seed);
			const found = made.simulated.board.peek({ start: BASE, end: BASE + 3000 });
			expect([...found]).toEqual([...firmware(BASE, 3000, seed)]);
		}
	});

	it('waits for a board that must be brought into its bootloader by hand', async () => {
		const { made, disk, loop: edit, wait, jobs } = await loop();
		edit.automatic = true;
		await made.connect();
		await made.session.program();
		await wait(1500);
		disk.file = build(2, 2);
		await wait(5000);
		expect(edit.verdict).toEqual({ act: 'ask', why: 'no-board' });
		expect(jobs()).toBe(1);
		made.simulated.reset('bootloader');
		await made.connect();
		await wait(3000);
		expect(jobs()).toBe(2);
		expect(made.session.state.job.status).toBe('finished');
	});

	it('does nothing by itself before a job of these files went well', async () => {
		const { made, disk, loop: edit, wait, jobs } = await loop({ reachable: true });
		edit.automatic = true;
		await made.connect();
		await wait(1500);
		disk.file = build(2, 2);
		await wait(5000);
		expect(edit.verdict).toEqual({ act: 'ask', why: 'no-job-yet' });
		expect(jobs()).toBe(0);
		const job = made.session.program();
		await wait(20);
		made.session.cancel();
		await job;
		disk.file = build(3, 3);
		await wait(5000);
		expect(edit.verdict).toEqual({ act: 'ask', why: 'no-job-yet' });
	});

	it('never programs half a file, nor one for another place', async () => {
		const { made, disk, loop: edit, wait, jobs } = await loop({ reachable: true });
		edit.automatic = true;
		await made.connect();
		await made.session.program();
		await wait(1500);
		const text = await build(2, 2).text();
		disk.write(text.slice(0, text.length / 2), 2);
		await wait(5000);
		expect(made.session.state.files[0]?.content.status).toBe('refused');
		expect(edit.verdict).toEqual({ act: 'ask', why: 'file-refused' });
		expect(await edit.programBuild()).toBe(false);
		disk.gone = true;
		await wait(5000);
		disk.gone = false;
		disk.file = build(3, 3, BASE + 0x8000);
		await wait(6000);
		expect(edit.verdict).toEqual({ act: 'ask', why: 'moved' });
		expect(jobs()).toBe(1);
		disk.file = build(4, 4);
		await wait(8000);
		expect(jobs()).toBe(2);
	});

	it('gives a raw binary its address of before', async () => {
		const { made, loop: edit, wait } = await loop();
		made.session.closeFiles();
		const binary = (seed: number): File =>
			new File([firmware(BASE, 3000, seed).slice()], 'app.bin', { lastModified: seed });
		const disk = new Disk(binary(1));
		await made.session.open([disk.file]);
		made.session.placeBinary(made.session.state.files[0]!.id, BASE + 0x4000);
		edit.watch([{ file: disk.file, handle: disk.handle }]);
		disk.file = binary(2);
		await wait(4000);
		expect(edit.build?.names).toEqual(['app.bin']);
		expect(made.session.merged.firmware?.image[0]?.address).toBe(BASE + 0x4000);
	});

	it('lets go of closed files, and looks at none while the page is hidden', async () => {
		const { made, disk, loop: edit, kept, wait } = await loop({ visible: false });
		expect(kept()).toEqual([disk.handle]);
		disk.file = build(2, 2);
		await wait(5000);
		expect(edit.build).toBeUndefined();
		made.session.closeFiles();
		await wait(2000);
		expect(edit.standing).toEqual([]);
		expect(kept()).toEqual([]);
	});

	it('takes up what an earlier visit watched, when the browser allows it', async () => {
		const { made, disk, loop: edit, wait } = await loop();
		made.session.closeFiles();
		await wait(2000);
		let asked = 0;
		const handle: FileHandleLike = {
			...disk.handle,
			requestPermission: () => Promise.resolve(asked++ === 0 ? 'denied' : 'granted'),
		};
		for (const open of [0, 1]) {
			edit.remembered = [handle];
			await edit.takeUp();
			await wait(100);
			expect(made.session.state.files).toHaveLength(open);
		}
		disk.file = build(2, 2);
		await wait(4000);
		expect(edit.build?.number).toBe(1);
	});
});
