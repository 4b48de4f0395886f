// Every browser test's page: it fails the test on any console warning or error, uncaught exception, breach of the
// Content Security Policy, or request to another origin.
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

/** Collects what a page of this context must never do. Attach before the first navigation. */
export async function watchTrouble(
	context: BrowserContext,
	origins: ReadonlySet<string>,
): Promise<string[]> {
	const trouble: string[] = [];
	await context.exposeFunction('reportPolicyBreach', (what: string) => {
		trouble.push(`policy: ${what}`);
	});
	await context.addInitScript(() => {
		document.addEventListener('securitypolicyviolation', (event) => {
			const page = window as unknown as { reportPolicyBreach: (what: string) => void };
			page.reportPolicyBreach(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
		});
	});
	context.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning')
			trouble.push(`console: ${message.text()}`);
	});
	context.on('weberror', (error) => {
		trouble.push(`uncaught: ${error.error().message}`);
	});
	context.on('request', (request) => {
		const url = new URL(request.url());
		if (url.protocol.startsWith('http') && !origins.has(url.origin))
			trouble.push(`foreign request: ${request.url()}`);
	});
	return trouble;
}

export const test = base.extend<{ origins: Set<string>; trouble: string[] }>({
	/** Where pages may ask; a test with a server of its own adds it. */
	origins: async ({ baseURL }, use) => {
		await use(new Set([new URL(baseURL ?? '').origin]));
	},
	/** Empty at the end of every test: one that expects trouble takes it out after checking it. */
	trouble: [
		async ({ context, origins }, use) => {
			const trouble = await watchTrouble(context, origins);
			await use(trouble);
			expect(trouble, 'the page must run without trouble').toEqual([]);
		},
		{ auto: true },
	],
});

/** Resolves when the app is stored and its service worker active: from then on it starts offline. */
export async function offlineReady(page: Page): Promise<void> {
	await page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});
}

export { expect };
