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
/** What a maker changes without a build, so that no digest of it is known: brand.json and the files below brand/. */
const brandCache = `${prefix}brand`;
const brandFile = new URL('brand.json', scope).href;
const brandFolder = new URL('brand/', scope).href;
/** Longer than this nobody waits for a network that is there and does not answer. */
const BRAND_PATIENCE_MS = 2000;

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

const isBrand = (url: string): boolean => url === brandFile || url.startsWith(brandFolder);

/** Keeps the brand and its logo for offline; an app without them is as whole. */
async function keepBrand(): Promise<void> {
	try {
		const brand = (await (await fetchBrand(brandFile)).json()) as { readonly logo?: unknown };
		const logo = typeof brand.logo === 'string' ? new URL(brand.logo, scope).href : '';
		if (logo.startsWith(brandFolder)) await fetchBrand(logo);
	} catch {
		// Not there, broken or out of reach: the page says so when it reads it.
	}
}

async function fetchBrand(url: string): Promise<Response> {
	const response = await fetch(url, { cache: 'no-cache' });
	const cache = await caches.open(brandCache);
	if (response.ok) await cache.put(url, response.clone());
	// Taken off the server: from now on there is none.
	else if (response.status === 404) await cache.delete(url);
	return response;
}

/** The newest there is; without a network, or with one that does not answer, the one kept. */
async function answerBrand(url: string): Promise<Response> {
	const kept = await (await caches.open(brandCache)).match(url, { ignoreVary: true });
	const fetched = fetchBrand(url);
	if (!kept) return fetched;
	const late = new Promise<Response>((resolve) => setTimeout(resolve, BRAND_PATIENCE_MS, kept));
	// A server in trouble does not take a brand away; one that says there is none does.
	const newest = fetched.then(
		(response) => (response.ok || response.status === 404 ? response : kept),
		() => kept,
	);
	return Promise.race([newest, late]);
}

async function dropOldVersions(): Promise<void> {
	const names = await caches.keys();
	const old = names.filter(
		(name) => name.startsWith(prefix) && name !== cacheName && name !== brandCache,
	);
	await Promise.all(old.map((name) => caches.delete(name)));
}

const known = new Set(__FILES__.map(([path]) => new URL(path, scope).href));

/** The cached URL that answers a request, or undefined when it is not part of the app. */
function cachedUrl(request: Request): string | undefined {
	if (request.method !== 'GET') return undefined;
	const url = new URL(request.url);
	url.search = '';
	url.hash = '';
	if (isBrand(url.href)) return url.href;
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
	event.waitUntil(Promise.all([install(), keepBrand()]));
});

self.addEventListener('activate', (event) => {
	event.waitUntil(dropOldVersions());
});

self.addEventListener('fetch', (event) => {
	const url = cachedUrl(event.request);
	if (url === undefined) return;
	event.respondWith(isBrand(url) ? answerBrand(url) : answer(event.request, url));
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
