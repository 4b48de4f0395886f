// What is known of the app itself: whether it starts offline, and whether a new version waits.

export class Updates {
	offline = $state<'unknown' | 'ready' | 'refused'>('unknown');
	waiting = $state(false);
	refused = $state(false);
	/** Set by main.ts when a new version waits. */
	apply: () => Promise<'applied' | 'refused'> = () => Promise.resolve('refused');

	async update(): Promise<void> {
		this.refused = (await this.apply()) === 'refused';
	}
}
