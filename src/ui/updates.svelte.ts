// What the header says about the app itself: stored for offline use, and whether a newer version waits.

export class Updates {
	status = $state<'starting' | 'offline' | 'online-only'>('starting');
	/** The service worker said no: another tab has a board open. */
	refused = $state(false);
	#apply = $state.raw<() => Promise<'applied' | 'refused'>>();

	get waiting(): boolean {
		return this.#apply !== undefined;
	}

	/** A new version is stored; `apply` takes it into use. */
	offer(apply: () => Promise<'applied' | 'refused'>): void {
		this.#apply = apply;
		this.refused = false;
	}

	async apply(): Promise<void> {
		this.refused = (await this.#apply?.()) === 'refused';
	}
}
