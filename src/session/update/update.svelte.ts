// The update of a device as its owner goes through it: one stage at a time, over the session that programs boards. Every
// check comes before anything is touched, and whatever goes wrong becomes a stage with one sentence and one action.
import '#core/failures/index.ts';
import { Failure } from '#core/failure.ts';
import type { Report } from '#session/report.ts';
import type { Session } from '#session/session.svelte.ts';
import { inBootloader, isRemembered, routeFor } from './devices.ts';
import { fetchWhole, hostOf } from './fetch-whole.ts';
import { Heard } from './heard.ts';
import {
	accept,
	benchOf,
	checkNow,
	openUpdate,
	taskNow,
	waysHere,
	type Stranger,
	type UpdateSetup,
} from './opening.ts';
import { KeptUpdates } from './kept.svelte.ts';
import type { UpdateRecord } from './records.ts';
import { ended, examined, refused, shown, unfit, type Bare } from './shown.ts';
import type { Offer, Stage, Way } from './stage.ts';
import type { Ready } from './ready.ts';
import { linesOf, offerFor, readyFor, type Task } from './task.ts';
import type { KeptUpdate, UpdateVerbs, UpdateView } from './verbs.ts';
import { runWork } from './work.ts';

export type { UpdateSetup } from './opening.ts';

export class UpdateSession implements UpdateView, UpdateVerbs {
	readonly #setup: UpdateSetup;
	readonly #session: Session;
	language = $state('en');
	#bare = $state.raw<Bare>({ status: 'nothing' });
	#task = $state.raw<Task>();
	readonly #kept: KeptUpdates;
	/** The device is told to run what was proven. */
	#restarting = $state(false);
	#ready: Ready | undefined;
	#way: Way = 'dfu';
	#confirmed = false;
	readonly #heard: Heard;
	#stranger: Stranger | undefined;
	#download = new AbortController();
	/** What is asked of the browser now; a newer question makes its answer void. */
	#turn = 0;
	/** What was done last, to be taken back. */
	#last: UpdateRecord | undefined;
	#busy = false;
	/** Stops noticing devices; the page goes on without this session. */
	readonly release: () => void;

	readonly #offer: Offer | undefined = $derived.by(
		() => this.#task && offerFor(this.#task, this.language, waysHere(this.#setup)),
	);
	readonly stage: Stage = $derived.by(() =>
		shown(this.#bare, this.#offer, {
			state: this.#session.state,
			backup: this.#session.keeper.backup,
			restarting: this.#restarting,
		}),
	);
	readonly goingBack: boolean = $derived.by(() => this.#task?.kind === 'back');
	readonly report: Report | undefined = $derived.by(() => {
		const { job } = this.#session.state;
		return 'report' in job ? job.report : undefined;
	});

	readonly reversible: readonly KeptUpdate[] = $derived.by(() => this.#kept.reversible);
	readonly unfinished: readonly KeptUpdate[] = $derived.by(() => this.#kept.unfinished);

	constructor(setup: UpdateSetup) {
		this.#setup = setup;
		this.#session = setup.session;
		this.#heard = new Heard(setup);
		this.#kept = new KeptUpdates(setup.session.keeper);
		this.language = setup.language;
		this.release =
			setup.environment.usb?.watch(({ kind, port }) => {
				const waiting = this.#bare.status === 'waiting' && this.#way === 'dfu';
				if (kind === 'connected' && waiting && inBootloader(port))
					void this.connect('dfu', 'remembered');
			}) ?? (() => undefined);
	}

	readonly load = (): Promise<void> => this.#kept.load();

	async openFile(bytes: Uint8Array<ArrayBuffer>, _name: string): Promise<void> {
		if (this.#busy) return;
		await this.close();
		this.#bare = { status: 'opening' };
		await this.#open(bytes, ++this.#turn);
	}

	async #open(bytes: Uint8Array<ArrayBuffer>, turn: number): Promise<void> {
		try {
			await this.load();
			const opened = await openUpdate(this.#setup, bytes);
			if (turn !== this.#turn) return;
			if ('fingerprint' in opened) {
				const { maker, fingerprint } = opened;
				this.#stranger = opened;
				this.#bare = { status: 'unknown-maker', maker: maker.name, fingerprint };
			} else {
				this.#task = { kind: 'install', bundle: opened };
				this.#bare = { status: 'offered' };
			}
		} catch (error) {
			if (turn === this.#turn) this.#bare = refused(error);
		}
	}

	async acceptMaker(): Promise<void> {
		const stranger = this.#stranger;
		if (!stranger || this.#bare.status !== 'unknown-maker') return;
		const turn = ++this.#turn;
		try {
			await accept(this.#setup, stranger);
			await this.#open(stranger.bytes, turn);
		} catch (error) {
			this.#bare = refused(error);
		}
	}

	openUnfinished(id: string): Promise<void> {
		return this.#openRecord(id, 'finish');
	}

	openPrevious(id: string): Promise<void> {
		return this.#openRecord(id, 'back');
	}

	async #openRecord(id: string, kind: 'finish' | 'back'): Promise<void> {
		if (this.#busy) return;
		await this.close();
		await this.load();
		const record = this.#kept.find(id);
		if (record) {
			this.#task = { kind, record };
			this.#bare = { status: 'offered' };
		} else this.#bare = refused(new Failure('update.nothing-kept', { reason: 'no record of it' }));
	}

	prepare(way: Way): void {
		if (!this.#task || this.#busy) return;
		// Later the customer may have brought the device into its bootloader.
		if (way === 'uart' && this.#bare.status === 'offered') this.#heard.listen(this.#task);
		this.#way = way;
		this.#bare = { status: 'waiting', way };
	}

	async connect(way: Way, how: 'ask' | 'remembered'): Promise<void> {
		if (!this.#task || this.#busy) return;
		this.#way = way;
		this.#bare = { status: 'waiting', way };
		this.#confirmed = false;
		const turn = ++this.#turn;
		try {
			await this.#heard.look();
			const remembered = await isRemembered(this.#setup, way);
			if (turn !== this.#turn || (how === 'remembered' && !remembered)) return;
			await this.#session.connect(routeFor(this.#setup, way, linesOf(this.#task)), how);
			if (turn !== this.#turn) return;
			const { board } = this.#session.state;
			if (board.status === 'failed') throw board.failure;
			if (board.status === 'ready') await this.#examine();
		} catch (error) {
			if (turn === this.#turn) this.#unfit(error);
		}
	}

	/** Everything that is checked before the button is shown. */
	async #examine(): Promise<void> {
		const task = this.#task;
		if (!task) return;
		const turn = this.#turn;
		this.#bare = { status: 'examining' };
		try {
			await this.load();
			const now = await taskNow(this.#setup, task);
			const [confirmed, records] = [this.#confirmed, this.#kept.records];
			const bench = await benchOf(this.#setup, this.language);
			const ready = await this.#heard.looked(now, () =>
				readyFor(bench, now, { seen: this.#heard.seen, confirmed, records }),
			);
			if (turn !== this.#turn) return;
			if (ready !== 'ask' && 'facts' in ready) this.#ready = ready;
			this.#bare = examined(ready);
		} catch (error) {
			if (turn === this.#turn) this.#unfit(error);
		}
	}

	/** Not this device, or not now. */
	#unfit(error: unknown): void {
		const support = this.#offer?.support !== undefined;
		this.#bare = unfit(error, { way: this.#way, support, list: this.#setup.list });
	}

	async confirmProduct(): Promise<void> {
		if (this.#bare.status !== 'ask-product') return;
		this.#confirmed = true;
		await this.#examine();
	}

	async fetchWhole(): Promise<void> {
		const [task, bare, { list }] = [this.#task, this.#bare, this.#setup];
		if (task?.kind !== 'install' || !list || !('action' in bare && bare.action === 'whole')) return;
		const turn = ++this.#turn;
		this.#download = new AbortController();
		this.#bare = { status: 'fetching', host: hostOf(list) };
		try {
			const bench = await benchOf(this.#setup, this.language);
			const bundle = await fetchWhole(bench, task.bundle, list, this.#download.signal);
			if (turn !== this.#turn) return;
			this.#task = { kind: 'install', bundle };
			await this.#again();
		} catch (error) {
			if (turn === this.#turn) this.#unfit(error);
		}
	}

	async confirmDevice(same: boolean): Promise<void> {
		if (this.#bare.status !== 'ask-device') return;
		this.#session.keeper.answer(this.#bare, same);
		await this.#examine();
	}

	async update(): Promise<void> {
		const ready = this.#ready;
		if (this.#bare.status !== 'ready' || !ready || this.#busy) return;
		this.#busy = true;
		try {
			await checkNow(this.#setup, ready.bundle);
			await this.#run(ready);
		} catch (error) {
			this.#unfit(error);
		} finally {
			this.#busy = false;
			this.#restarting = false;
		}
	}

	async #run({ work }: Ready): Promise<void> {
		const goingBack = work.kind === 'back';
		this.#ready = undefined;
		this.#restarting = work.onlySwitch ?? false;
		this.#bare = { status: 'updating', goingBack };
		const outcome = await runWork(await benchOf(this.#setup, this.language), work, () => {
			this.#restarting = true;
		});
		await this.load();
		this.#last = outcome.record;
		const support = this.#offer?.support !== undefined;
		this.#bare = ended(outcome, { goingBack, support });
	}

	async goBack(): Promise<void> {
		const record = this.#last;
		const { status } = this.#bare;
		if (!record || this.#busy || (status !== 'done' && status !== 'failed')) return;
		await this.#turnTo('back', record);
	}

	async continueInterrupted(): Promise<void> {
		const { status } = this.#bare;
		if (this.#busy || (status !== 'failed' && status !== 'unfit')) return;
		const interrupted = this.#kept.interruptedOn(this.#session.board);
		if (interrupted) await this.#turnTo(interrupted.kind, interrupted.record);
		else await this.#again();
	}

	/** Another task with the same device; done at once where that is still connected and nothing is in the way. */
	async #turnTo(kind: 'finish' | 'back', record: UpdateRecord): Promise<void> {
		const bundle = this.#task?.bundle;
		this.#task = { kind, record, ...(bundle && { bundle }) };
		await this.#again();
		await this.update();
	}

	/** Looks at the device anew where it is still there, else waits for it. */
	async #again(): Promise<void> {
		this.#turn++;
		if (this.#session.state.board.status === 'ready') await this.#examine();
		else this.prepare(this.#way);
	}

	async again(): Promise<void> {
		if (this.#busy || !this.#task) return;
		const { status } = this.#bare;
		if (status === 'unfit' || status === 'failed') {
			await this.#again();
			return;
		}
		// The same update for the next device, which has to say for itself what it is.
		const bundle = this.#task?.bundle;
		await this.close();
		if (!bundle) return;
		this.#task = { kind: 'install', bundle };
		this.#bare = { status: 'offered' };
	}

	cancel(): void {
		this.#session.cancel();
		this.#heard.stop();
		this.#download.abort();
		if (this.#busy) return;
		if (['examining', 'fetching', 'waiting'].includes(this.#bare.status)) {
			this.#turn++;
			this.#bare = { status: 'offered' };
		}
	}

	async close(): Promise<void> {
		if (this.#busy) return;
		this.#turn++;
		this.#task = this.#ready = this.#stranger = this.#last = undefined;
		this.#confirmed = false;
		this.#bare = { status: 'nothing' };
		this.#session.keeper.required = [];
		this.#download.abort();
		this.#session.cancel();
		await this.#heard.forget();
		await this.#session.disconnect();
		this.#session.closeFiles();
	}
}
