// The page-side ports alone, built like the app (same policy, same service worker), for tests to call from outside.
import { browserClock } from '#ports/browser-clock.ts';
import { watchLaunchedFiles } from '#ports/launched-files.ts';
import { guardOpenBoard } from '#ports/page-guards.ts';
import { watchUpdates } from '#ports/updates.ts';

const clock = browserClock();

export interface Harness {
	readonly version: string;
	offline: 'unknown' | 'ready' | 'refused';
	/** Name and size of the files the app was opened with. */
	readonly launched: { name: string; size: number }[];
	apply?: () => Promise<'applied' | 'refused'>;
	release?: () => void;
	guard(): Promise<void>;
	/** Milliseconds that `count` sleeps of `ms` took, one after another. */
	sleeps(count: number, ms: number): Promise<number>;
	/** The same with the page's own timers. */
	pageTimers(count: number, ms: number): Promise<number>;
}

async function timed(count: number, wait: () => Promise<void>): Promise<number> {
	const start = performance.now();
	for (let i = 0; i < count; i++) await wait();
	return performance.now() - start;
}

const harness: Harness = {
	version: document.querySelector<HTMLMetaElement>('meta[name=version]')?.content ?? '',
	offline: 'unknown',
	launched: [],
	async guard() {
		harness.release = await guardOpenBoard();
	},
	sleeps: (count, ms) => timed(count, () => clock.sleep(ms, new AbortController().signal)),
	pageTimers: (count, ms) => timed(count, () => new Promise((done) => setTimeout(done, ms))),
};

declare global {
	interface Window {
		harness: Harness;
	}
}
window.harness = harness;

watchLaunchedFiles((files) => {
	harness.launched.push(...files.map(({ name, size }) => ({ name, size })));
});

void watchUpdates({
	onWaiting: (apply) => (harness.apply = apply),
	onOfflineReady: () => (harness.offline = 'ready'),
	onOfflineRefused: () => (harness.offline = 'refused'),
});
