// The console and the edit loop as the page holds them: both are loaded when first needed, so that the first page is
// none the slower for them.
import type { Console } from '#session/console.svelte.ts';
import type { Environment } from '#session/environment.ts';
import type { EditLoop, FileHandles, GivenFile } from '#session/watch.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';

export class Bench {
	console = $state.raw<Console>();
	loop = $state.raw<EditLoop>();
	/** Undefined where the browser does not let a page look at a file again. */
	readonly handles: FileHandles | undefined;
	/** For the session: a console that has the board's port lets go of it first, and takes it back after. */
	readonly environment: Environment;
	readonly #world: Environment;
	/** The port of the board that is connected. */
	#taken: unknown;
	#loopLoading: Promise<EditLoop> | undefined;

	constructor(world: Environment, handles: FileHandles | undefined) {
		this.#world = world;
		this.handles = handles;
		this.environment = {
			...world,
			guardBoard: async (port) => {
				this.#taken = port;
				await this.console?.lend(port);
				const back = (): void => {
					if (this.#taken === port) this.#taken = undefined;
					void this.console?.takeBack(port);
				};
				try {
					const release = await world.guardBoard(port);
					return () => {
						release();
						back();
					};
				} catch (error) {
					back();
					throw error;
				}
			},
		};
	}

	async loadConsole(): Promise<Console> {
		const { Console } = await import('#session/console.svelte.ts');
		if (this.console) return this.console;
		this.console = new Console(this.#world);
		await this.console.lend(this.#taken);
		return this.console;
	}

	/** The loop, if this browser can have one. */
	async loadLoop(page: Page): Promise<EditLoop | undefined> {
		const { handles } = this;
		if (!handles) return undefined;
		this.#loopLoading ??= (async () => {
			const [{ EditLoop }, { loopHost }] = await Promise.all([
				import('#session/watch.svelte.ts'),
				import('./loop-host.ts'),
			]);
			const loop = new EditLoop(this.#world.clock, handles, loopHost(page, this.#world));
			await loop.recall();
			return (this.loop = loop);
		})();
		try {
			return await this.#loopLoading;
		} catch (error) {
			// Not loaded without a network: the next one who asks tries again.
			this.#loopLoading = undefined;
			throw error;
		}
	}

	/** The browser's chooser: the one that gives handles, or else `plain`. Call it straight from a click. */
	async choose(page: Page, plain: () => void): Promise<void> {
		if (!this.handles) {
			plain();
			return;
		}
		const given = await this.handles.pick().catch(() => undefined);
		if (!given) {
			// The browser has the chooser and does not show it: in a frame of another site, for instance.
			plain();
			return;
		}
		page.open(given.map(({ file }) => file));
		await this.watch(page, given);
	}

	/** Watches what was dropped; who opens it is another matter. Call it from the event itself. */
	async dropped(page: Page, transfer: DataTransfer): Promise<void> {
		const given = (await this.handles?.dropped(transfer)) ?? [];
		await this.watch(page, given);
	}

	/** Looks at these files from now on. */
	async watch(page: Page, given: readonly GivenFile[]): Promise<void> {
		if (given.length > 0) (await this.loadLoop(page))?.watch(given);
	}

	/** Programs the new build; says what was missing when it cannot. */
	async programBuild(page: Page): Promise<void> {
		const { loop } = this;
		if (!this.handles) page.nudge = 'This browser does not let a page notice a new build.';
		else if (!loop?.build) page.nudge = 'No new build was seen.';
		else if (!(await loop.programBuild())) page.program();
	}
}
