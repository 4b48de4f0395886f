// The service worker: keeps one whole version of the app, checked by hash, and serves it with no network. A new
// version waits until the user asks for it and no tab has a board open (Service Workers, W3C; Web Locks, W3C).
import { boardSessionLock, type UpdateAnswer, type UpdateRequest } from './messages.ts';

declare const self: ServiceWorkerGlobalScope;
/** Filled in by tools/vite/offline.ts: URLs relative to the scope with their digests, and the digest of them all. */
declare const __FILES__: readonly (readonly [url: string, integrity: string])[];
declare const __VERSION__: string;

const scope = self.registration.scope;
// Hosts such as user.example/project share one origin between apps: touch only what carries our own path.
const prefix = `sectorwise:${new URL(scope).pathname}:`;
const cacheName = prefix + __VERSION__;

/** Fetches every file; one that is missing or not byte for byte the built one fails the whole version. */
async function install(): Promise<void> {
	const isNew = !(await caches.has(cacheName));
	try {
		const cache = await caches.open(cacheName);
		await Promise.all(
			__FILES__.map(async ([path, integrity]) => {
				const url = new URL(path, scope).href;
				const response = await fetch(url, { integrity, cache: 'no-cache' });
				if (!response.ok) throw new Error(`${url} answered ${response.status}`);
				await cache.put(url, response);
			}),
		);
	} catch (error) {
		if (isNew) await caches.delete(cacheName);
		throw error;
	}
}

async function dropOldVersions(): Promise<void> {
	const names = await caches.keys();
	const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
	await Promise.all(old.map((name) => caches.delete(name)));
}

const known = new Set(__FILES__.map(([path]) => new URL(path, scope).href));

/** The cached URL that answers a request, or undefined when it is not part of the app. */
function cachedUrl(request: Request): string | undefined {
	if (request.method !== 'GET') return undefined;
	const url = new URL(request.url);
	url.search = '';
	url.hash = '';
	if (url.href === new URL('index.html', scope).href) return scope;
	return known.has(url.href) ? url.href : undefined;
}

async function answer(request: Request, url: string): Promise<Response> {
	const cache = await caches.open(cacheName);
	return (await cache.match(url, { ignoreVary: true })) ?? fetch(request);
}

/** Takes over at once, unless a tab has a board open; a board cannot be opened while the lock is held here. */
function apply(): Promise<UpdateAnswer> {
	return self.navigator.locks.request(
		boardSessionLock(scope),
		{ mode: 'exclusive', ifAvailable: true },
		async (lock) => {
			if (lock === null) return 'refused';
			await self.skipWaiting();
			return 'applied';
		},
	);
}

self.addEventListener('install', (event) => {
	event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
	event.waitUntil(dropOldVersions());
});

self.addEventListener('fetch', (event) => {
	const url = cachedUrl(event.request);
	if (url !== undefined) event.respondWith(answer(event.request, url));
});

self.addEventListener('message', (event) => {
	const request = event.data as UpdateRequest | undefined;
	if (request?.type !== 'APPLY') return;
	event.waitUntil(
		apply().then((result) => {
			event.ports[0]?.postMessage(result);
		}),
	);
});
