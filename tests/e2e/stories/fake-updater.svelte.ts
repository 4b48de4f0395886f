// An updater that does nothing but say which verb was called.
import type { Stage, Way } from '#session/update/stage.ts';
import type { KeptUpdate } from '#session/update/verbs.ts';
import type { Updater } from '#ui/update/updater.ts';

export class FakeUpdater implements Updater {
	#stage = $state.raw<Stage>({ status: 'nothing' });
	goingBack = $state(false);
	language = 'en';
	readonly report = undefined;
	unfinished = $state.raw<readonly KeptUpdate[]>([]);
	reversible = $state.raw<readonly KeptUpdate[]>([]);
	readonly called: string[] = [];

	get stage(): Stage {
		return this.#stage;
	}

	show(stage: Stage, goingBack: boolean, kept: readonly KeptUpdate[]): void {
		this.#stage = stage;
		this.goingBack = goingBack;
		this.unfinished = kept.slice(0, 1);
		this.reversible = kept;
	}

	#note(verb: string): Promise<void> {
		this.called.push(verb);
		return Promise.resolve();
	}

	load = (): Promise<void> => this.#note('load');
	openFile = (_bytes: Uint8Array, name: string): Promise<void> => this.#note(`openFile ${name}`);
	openUnfinished = (id: string): Promise<void> => this.#note(`openUnfinished ${id}`);
	openPrevious = (id: string): Promise<void> => this.#note(`openPrevious ${id}`);
	acceptMaker = (): Promise<void> => this.#note('acceptMaker');
	prepare = (way: Way): void => void this.#note(`prepare ${way}`);
	connect = (way: Way, how: string): Promise<void> => this.#note(`connect ${way} ${how}`);
	confirmDevice = (same: boolean): Promise<void> => this.#note(`confirmDevice ${same}`);
	confirmProduct = (): Promise<void> => this.#note('confirmProduct');
	fetchWhole = (): Promise<void> => this.#note('fetchWhole');
	update = (): Promise<void> => this.#note('update');
	goBack = (): Promise<void> => this.#note('goBack');
	continueInterrupted = (): Promise<void> => this.#note('continueInterrupted');
	again = (): Promise<void> => this.#note('again');
	cancel = (): void => void this.#note('cancel');
	close = (): Promise<void> => this.#note('close');
}
