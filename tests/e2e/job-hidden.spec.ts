// Two whole jobs are compared within 5 %. Other work on the machine may disturb one comparison, not three.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { startRealBrowser } from './real-browser.ts';
import { dist, serve } from './servers.ts';

test.describe.configure({ retries: 2 });

const programButton = (page: Page): Locator =>
	page.getByRole('button', { name: /^(Program|Continue)/ });
const done = (page: Page): Locator =>
	page.getByRole('heading', { name: 'Programmed and verified' });

test('a job is not slowed by a hidden tab', async () => {
	test.setTimeout(300_000);
	const server = await serve(dist);
	const browser = await startRealBrowser();
	try {
		/** Seconds the job took, as its own report says. */
		const job = async (hidden: boolean): Promise<number> => {
			const page = await browser.context.newPage();
			await page.goto(`${server.origin}/?board=virtual&part=STM32F405RG&transport=uart`);
			await expect(programButton(page)).toBeEnabled({ timeout: 20_000 });
			await programButton(page).click();
			const other = await browser.context.newPage();
			if (hidden) {
				await other.bringToFront();
				const state = (): boolean => document.visibilityState === 'hidden';
				await page.waitForFunction(state, null, { polling: 100 });
			} else await page.bringToFront();
			await expect(done(page)).toBeVisible({ timeout: 100_000 });
			const text = await page
				.getByText(/ in \d+(\.\d+)? s\./)
				.first()
				.innerText();
			await other.close();
			await page.close();
			return Number(/ in ([\d.]+) s\./.exec(text)?.[1]);
		};
		const visible = await job(false);
		const hidden = await job(true);
		expect(visible).toBeGreaterThan(5);
		expect(hidden / visible).toBeLessThan(1.05);
	} finally {
		await browser.close();
		await server.stop();
	}
});
