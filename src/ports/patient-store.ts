// A store nobody waits for without end: a disk that does not answer, or another tab that never lets go, becomes a
// failure. The clock is given, so that a hidden tab waits no longer than a visible one.
import { Failure } from '#core/failure.ts';
import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** As long as a busy disk may need for a file of some kilobytes. */
export const STORE_DEADLINE_MS = 30_000;

/**
 * Opens a store whose every answer comes within the deadline. @throws Failure store.silent, or what `open` throws.
 * A write that came too late may still happen: until it has, nothing else is written to its file, so that it can never
 * replace something newer.
 */
export async function openPatiently(open: () => Promise<Store>, clock: Clock): Promise<Store> {
	const within = <T>(what: string, work: Promise<T>): Promise<T> => answered(clock, what, work);
	const store = await within('', open());
	const late = new Map<string, Promise<void>>();
	const changed = async (path: string, work: () => Promise<void>): Promise<void> => {
		const earlier = late.get(path);
		if (earlier) await within(path, earlier);
		const change = work();
		const settled = change.then(
			() => undefined,
			() => undefined,
		);
		late.set(path, settled);
		void settled.then(() => late.get(path) === settled && late.delete(path));
		await within(path, change);
	};
	return {
		read: (path) => within(path, store.read(path)),
		write: (path, bytes) => changed(path, () => store.write(path, bytes)),
		remove: (path) => changed(path, () => store.remove(path)),
		list: (folder) => within(folder, store.list(folder)),
		usage: () => within('', store.usage()),
		digest: (bytes) => within('', store.digest(bytes)),
		alone: async <T>(name: string, work: () => Promise<T>): Promise<T> => {
			let [waited, entered] = [true, (): void => undefined];
			const turn = new Promise<void>((resolve) => {
				entered = resolve;
			});
			const result = store.alone(name, async () => {
				// The lock came when nobody waited for it any more.
				if (!waited) throw new Failure('store.silent', { path: name });
				entered();
				return await work();
			});
			try {
				await within(name, Promise.race([turn, result.then(() => undefined)]));
			} finally {
				waited = false;
			}
			return await result;
		},
		hold: async (name) => {
			const taking = store.hold(name);
			try {
				return await within(name, taking);
			} catch (error) {
				// Taken when nobody waited for it any more.
				taking.then((letGo) => letGo?.()).catch(() => undefined);
				throw error;
			}
		},
		held: () => within('', store.held()),
	};
}

async function answered<T>(clock: Clock, path: string, work: Promise<T>): Promise<T> {
	const done = new AbortController();
	const late = clock.sleep(STORE_DEADLINE_MS, done.signal).then(
		() => {
			throw new Failure('store.silent', { path: path || 'anything' });
		},
		() => undefined,
	);
	try {
		return (await Promise.race([work, late])) as T;
	} finally {
		done.abort();
	}
}
