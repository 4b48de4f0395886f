// Small static servers for tests that stop, move or change the app under a browser's feet.
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { offlineReady } from './fixtures.ts';

export const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
	'.html': 'text/html',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.json': 'application/json',
	'.webmanifest': 'application/manifest+json',
};

export interface StaticServer {
	readonly origin: string;
	/** Paths asked for since the start. */
	readonly asked: string[];
	stop(): Promise<void>;
}

/** Serves `folder` below `base` ('/' or '/a/b/') on a free loopback port, like any plain static host. */
export async function serve(folder: string, base = '/'): Promise<StaticServer> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		asked.push(pathname);
		void (async () => {
			let file = join(folder, normalize(decodeURIComponent(pathname.slice(base.length))));
			try {
				if (!pathname.startsWith(base)) throw new Error('outside');
				if ((await stat(file)).isDirectory()) file = join(file, 'index.html');
				const body = await readFile(file);
				response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
				response.end(body);
			} catch {
				response.statusCode = 404;
				response.end();
			}
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		asked,
		stop: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => {
					resolve();
				});
			}),
	};
}

/** A folder of its own for one test, filled with a copy of `from`. */
export async function copyOf(from: string): Promise<{ folder: string; remove(): Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), 'sectorwise-'));
	await cp(from, folder, { recursive: true });
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The app visited once from a server that stopped, its page without a network since. */
export async function visitedOnce(
	context: BrowserContext,
	origins: Set<string>,
): Promise<{ readonly page: Page; readonly origin: string }> {
	const server = await serve(dist);
	const { origin } = server;
	origins.add(origin);
	const page = await context.newPage();
	try {
		await page.goto(origin);
		await offlineReady(page);
	} finally {
		await server.stop();
	}
	await context.setOffline(true);
	return { page, origin };
}
