// The app's own updates: registers the service worker, tells when a new version waits and when the app works offline.
import { messageSW, Workbox } from 'workbox-window';
import type { UpdateAnswer, UpdateRequest } from '#offline/messages.ts';
import { browserPorts } from './browser.ts';
import { reloadWhenFree } from './page-guards.ts';
import { trustedScriptUrl } from './trusted-urls.ts';

export interface UpdateWatcher {
	/** A new version is stored. `apply` reloads every tab with it, or answers 'refused' while a board is open. */
	onWaiting(apply: () => Promise<UpdateAnswer>): void;
	/** Every file is stored: from now on the app starts without network. */
	onOfflineReady(): void;
	/** The app could not be stored, or this browser or address does not allow it. It works while online. */
	onOfflineRefused(): void;
}

const CHECK_EVERY_MS = 60 * 60 * 1000;

/** Registers the service worker once the page has loaded. Call it once. */
export async function watchUpdates(watcher: UpdateWatcher): Promise<void> {
	if (!browserPorts.serviceWorker || import.meta.env.DEV) {
		watcher.onOfflineRefused();
		return;
	}
	const workbox = new Workbox(trustedScriptUrl('./sw.js'), {
		scope: './',
		updateViaCache: 'none',
	});
	workbox.addEventListener('waiting', ({ sw }) => {
		if (sw) watcher.onWaiting(() => apply(sw));
	});
	workbox.addEventListener('activated', ({ isUpdate }) => {
		if (!isUpdate) watcher.onOfflineReady();
	});
	workbox.addEventListener('redundant', ({ isUpdate }) => {
		if (!isUpdate) watcher.onOfflineRefused();
	});
	workbox.addEventListener('controlling', ({ isUpdate }) => {
		if (isUpdate) void reloadWhenFree();
	});
	try {
		const registration = await workbox.register();
		if (registration?.active) watcher.onOfflineReady();
	} catch {
		watcher.onOfflineRefused();
		return;
	}
	// Without network the check fails; the next one will do.
	const check = (): void => void workbox.update().catch(() => undefined);
	setInterval(check, CHECK_EVERY_MS);
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') check();
	});
}

const apply = (waiting: ServiceWorker): Promise<UpdateAnswer> =>
	messageSW(waiting, { type: 'APPLY' } satisfies UpdateRequest) as Promise<UpdateAnswer>;
