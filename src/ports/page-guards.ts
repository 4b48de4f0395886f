// What protects an open board from its own page: a Web Lock that keeps an update of the app waiting, the question
// before leaving the page, and a screen that stays on (a sleeping computer stops USB).
import { boardSessionLock } from '#offline/messages.ts';
import { browserPorts } from './browser.ts';

/** Guards the page until the returned function is called. Resolves once no update can begin any more. */
export async function guardOpenBoard(): Promise<() => void> {
	const guard = new AbortController();
	const { signal } = guard;
	await holdLock(signal);
	// The browser asks only if the user has clicked in the page before, which choosing a board took.
	window.addEventListener('beforeunload', askFirst, { signal });
	keepAwake(signal);
	return () => {
		guard.abort();
	};
}

/** Reloads the page as soon as no tab has a board open. */
export async function reloadWhenFree(): Promise<void> {
	const reload = (): void => {
		location.reload();
	};
	const { locks } = browserPorts;
	if (locks) await locks.request(lockName(), { mode: 'exclusive' }, reload);
	else reload();
}

const lockName = (): string => boardSessionLock(new URL('./', document.baseURI).href);

/** Shared, since several tabs may each have a board; the service worker asks for it alone before it takes over. */
function holdLock(signal: AbortSignal): Promise<void> {
	const { locks } = browserPorts;
	if (!locks) return Promise.resolve();
	return new Promise((resolve, reject) => {
		const hold = (): Promise<void> => {
			resolve();
			return new Promise((release) => {
				signal.addEventListener('abort', () => {
					release();
				});
			});
		};
		locks.request(lockName(), { mode: 'shared' }, hold).catch(reject);
	});
}

function askFirst(event: BeforeUnloadEvent): void {
	event.preventDefault();
}

/** The browser drops the wake lock whenever the page is hidden (Screen Wake Lock 5); it is taken again after. */
function keepAwake(signal: AbortSignal): void {
	const { wakeLock } = browserPorts;
	if (!wakeLock) return;
	let sentinel: WakeLockSentinel | undefined;
	let asking = false;
	const take = async (): Promise<void> => {
		const held = sentinel !== undefined && !sentinel.released;
		if (asking || held || document.visibilityState !== 'visible') return;
		asking = true;
		// Refused on a low battery, for instance: the job goes on without it.
		sentinel = await wakeLock.request('screen').catch(() => undefined);
		asking = false;
		if (signal.aborted) await sentinel?.release();
	};
	document.addEventListener('visibilitychange', () => void take(), { signal });
	signal.addEventListener('abort', () => void sentinel?.release());
	void take();
}
