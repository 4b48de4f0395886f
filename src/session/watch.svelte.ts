// The edit loop: looks at the files that were opened, opens a new build when it is finished, and programs it on one key
// or, where nothing is left to decide, by itself.
import type { Clock } from '#ports/clock.ts';
import { withFiles } from '#ports/file-handles.ts';
import type { FileHandleLike, FileHandles, GivenFile } from '#ports/file-handles.ts';
import { permissionOf } from '#ports/handle-store.ts';
import type { Session } from './session.svelte.ts';
import { WatchList, type Standing } from './watch-list.ts';
import { doubtsOf, verdict, type Proven, type Verdict } from './watch-verdict.ts';

export type { FileHandleLike, FileHandles, GivenFile };

/** What the loop asks of the page: opening, connecting and programming as the user would. */
export interface LoopHost {
	readonly session: Session;
	open(files: readonly File[]): void;
	/** Connects the board used last, without a chooser. */
	connect(): Promise<void>;
	program(): Promise<void>;
	/** A board that runs its application can be brought into its bootloader without a hand. */
	reachable(): Promise<boolean>;
	/** Names of all files the page still has open, maps and scripts too. */
	names(): readonly string[];
}

export interface Build {
	/** Of the files that were rebuilt. */
	readonly names: readonly string[];
	/** Of this page, from 1. */
	readonly number: number;
}

const LOOK_MS = 1000;
/** While a file is changing. */
const LOOK_CLOSER_MS = 300;
/** Reading a file that was opened. */
const READING_MS = 30_000;
const READING_STEP_MS = 20;

export class EditLoop {
	/** Program each new build by itself, where nothing is left to decide. */
	automatic = $state(false);
	/** Opened and not yet programmed. */
	build = $state.raw<Build>();
	/** Why the build was not programmed by itself. */
	verdict = $state.raw<Verdict>();
	/** Handles of an earlier visit that the user may take up again. */
	remembered = $state.raw<readonly FileHandleLike[]>([]);
	/** The watched files and how they stand. */
	standing = $state.raw<readonly Standing[]>([]);
	readonly #list = new WatchList();
	readonly #clock: Clock;
	readonly #host: LoopHost;
	readonly #store: FileHandles;
	#life: AbortController | undefined;
	#proven: Proven | undefined;
	/** The job last learnt from, and the board's state last judged: each once. */
	#learnt: unknown;
	#judged: unknown;
	#builds = 0;
	#busy = false;

	constructor(clock: Clock, store: FileHandles, host: LoopHost) {
		this.#clock = clock;
		this.#store = store;
		this.#host = host;
	}

	/** Looks at these files from now on; one of the same name is replaced. */
	watch(given: readonly GivenFile[]): void {
		this.#list.add(given, this.#clock.now());
		this.#changed();
		this.build = undefined;
		this.remembered = [];
		this.#start();
	}

	/** What an earlier visit watched, for the user to take up again. */
	async recall(): Promise<void> {
		const handles = await this.#store.recall();
		if (this.standing.length === 0) this.remembered = handles;
	}

	/** Opens what an earlier visit watched. Call it straight from a click: the browser asks for permission. */
	async takeUp(): Promise<void> {
		const allowed = [];
		for (const handle of this.remembered)
			if ((await permissionOf(handle, 'request')) === 'granted') allowed.push(handle);
		const given = await withFiles(allowed);
		this.remembered = [];
		if (given.length === 0) return;
		this.#host.open(given.map(({ file }) => file));
		this.watch(given);
	}

	/** Asks again for files the browser no longer lets us look at. Call it straight from a click. */
	async allow(): Promise<void> {
		await this.#list.allow();
	}

	/** Programs what is open, connecting first where that needs no hand. False when it could not begin. */
	async programBuild(): Promise<boolean> {
		const { session } = this.#host;
		if (this.#busy || session.state.job.status === 'running') return false;
		this.#busy = true;
		try {
			if (!session.board) await this.#connect();
			if (!session.readiness.ready) return false;
			await this.#host.program();
			this.#learn();
			return true;
		} finally {
			this.#busy = false;
		}
	}

	stop(): void {
		this.#life?.abort(new DOMException('No longer watched.', 'AbortError'));
		this.#life = undefined;
	}

	#start(): void {
		if (this.#life || this.standing.length === 0) return;
		const life = (this.#life = new AbortController());
		void this.#run(life.signal).catch((error: unknown) => {
			if (!life.signal.aborted) throw error;
		});
	}

	async #run(signal: AbortSignal): Promise<void> {
		while (this.standing.length > 0) {
			const changing = this.standing.some(({ is }) => is === 'changing' || is === 'missing');
			await this.#clock.sleep(changing ? LOOK_CLOSER_MS : LOOK_MS, signal);
			this.#learn();
			if (this.#busy || this.#host.session.state.job.status === 'running') continue;
			if (this.#list.keepOnly(this.#host.names())) this.#changed();
			// A hidden page looks only when it is to act by itself.
			if (this.#store.visible() || this.automatic) await this.#look();
			signal.throwIfAborted();
			if (this.build && this.automatic) await this.#consider();
		}
		this.#life = undefined;
	}

	async #look(): Promise<void> {
		const files = await this.#list.look(this.#clock);
		this.standing = this.#list.standing;
		if (files.length > 0) await this.#reopen(files);
	}

	/** Opens the new build as the user would, each raw binary at its address of before. */
	async #reopen(files: readonly File[]): Promise<void> {
		const { session } = this.#host;
		const before = session.state.files;
		this.#host.open(files);
		await this.#read();
		for (const { id, name, content } of session.state.files) {
			const old = before.find((file) => file.name === name)?.content;
			const address = old?.status === 'loaded' ? old.address : undefined;
			if (content.status === 'needs-address' && address !== undefined)
				session.placeBinary(id, address);
		}
		this.build = { names: files.map(({ name }) => name), number: ++this.#builds };
		this.verdict = undefined;
		this.#judged = undefined;
	}

	/** Until every file was read. */
	async #read(): Promise<void> {
		const { session } = this.#host;
		const { signal } = new AbortController();
		for (let ms = 0; ms < READING_MS; ms += READING_STEP_MS) {
			await this.#clock.sleep(READING_STEP_MS, signal);
			if (session.state.files.every(({ content }) => content.status !== 'reading')) return;
		}
	}

	/** Once for each build and each state of the board: what was tried in vain is not tried again. */
	async #consider(): Promise<void> {
		const { session } = this.#host;
		const { board: at } = session.state;
		if (at.status === 'connecting' || at.status === 'settling') return;
		if (this.#judged === at) return;
		this.#judged = at;
		const reachable = at.status === 'absent' && (await this.#host.reachable());
		const found = (this.verdict = verdict({
			proven: this.#proven,
			files: session.state.files.map(({ name }) => name),
			board: session.board,
			readiness: session.readiness,
			diagnostics: session.plan?.diagnostics ?? [],
			image: session.merged.firmware?.image,
			reachable,
		}));
		if (found.act === 'connect') await this.#connect();
		if (found.act === 'program') await this.programBuild();
	}

	/** By USB a chip does not tell its name: the one of the last good job is given again. */
	async #connect(): Promise<void> {
		const { session } = this.#host;
		await this.#host.connect();
		const { board } = session;
		if (!board || board.device) return;
		const same = board.candidates.find(({ name }) => name === this.#proven?.board.name);
		if (same?.parts[0]) await session.chooseDevice(same.parts[0]);
	}

	/** Remembers what the last good job was about, and that a job which failed leaves nothing to trust. */
	#learn(): void {
		const { session } = this.#host;
		const { job } = session.state;
		if (job === this.#learnt || job.status === 'idle' || job.status === 'running') return;
		this.#learnt = job;
		this.#proven = undefined;
		if (job.status !== 'finished' || job.report.result !== 'verified') return;
		this.build = undefined;
		this.verdict = undefined;
		this.#proven = {
			files: job.report.files.map(({ name }) => name),
			board: job.report.board,
			doubts: doubtsOf(job.plan.diagnostics).map(({ code }) => code),
			base: session.merged.firmware?.image[0]?.address,
		};
	}

	/** Other files are watched than before. */
	#changed(): void {
		this.standing = this.#list.standing;
		void this.#store.keep(this.#list.handles);
	}
}
