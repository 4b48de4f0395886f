// Time in a hidden tab: the page's own timers come once a second there, the clock's must not.
import { expect, test } from '@playwright/test';
import { buildHarness } from './harness.ts';
import { startRealBrowser } from './real-browser.ts';
import { serve } from './servers.ts';

// Other work on the machine may disturb one measurement; a throttled tab is fifty times slower every time.
test.describe.configure({ retries: 2 });

test('the clock keeps its pace in a hidden tab', async () => {
	const harness = await buildHarness();
	const server = await serve(harness.folder);
	const browser = await startRealBrowser();
	try {
		const page = await browser.context.newPage();
		await page.goto(server.origin);
		await page.evaluate(() => window.harness.sleeps(5, 20));
		const visible = await page.evaluate(() => window.harness.sleeps(100, 20));

		await (await browser.context.newPage()).bringToFront();
		await page.waitForFunction(() => document.visibilityState === 'hidden', null, { polling: 100 });
		const throttled = await page.evaluate(() => window.harness.pageTimers(3, 20));
		expect(throttled, 'the browser really holds back this page').toBeGreaterThan(1000);
		const hidden = await page.evaluate(() => window.harness.sleeps(100, 20));
		expect(hidden).toBeGreaterThan(1990);
		expect(hidden / visible).toBeLessThan(1.5);
	} finally {
		await browser.close();
		await server.stop();
		await harness.remove();
	}
});
