// What the machine's storage refuses, in the browser itself: a second tab at the same job, and no storage at all.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const bar = (page: Page): Locator => page.getByRole('contentinfo');
const go = (page: Page): Locator => bar(page).getByRole('button', { name: /^(Program|Continue)/ });
const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { name });

test('a job that one tab continues is not continued or put aside by another', async ({
	page,
	context,
}) => {
	await page.goto('./?board=virtual&transport=uart&speed=5');
	await expect(go(page)).toBeEnabled();
	await go(page).click();
	await expect(bar(page).getByText('Writing')).toBeVisible();
	await button(page, 'Unplug').click();
	await expect(heading(page, /Unplugged/)).toBeVisible();
	const second = await context.newPage();
	await second.goto('./#history');
	await expect(heading(second, /Interrupted:/)).toBeVisible();
	await button(page, /Plug in/)
		.first()
		.click();
	await expect(go(page)).toHaveText(/Continue/);
	await go(page).click();
	await expect(
		bar(page)
			.getByText(/Writing|Erasing|Reading|Looking/)
			.first(),
	).toBeVisible();
	await second.getByRole('button', { name: 'Set aside …' }).click();
	await button(second, 'Give it up').click();
	await expect(second.getByText(/running in another tab/).first()).toBeVisible();
	await expect(button(second, 'Continue')).toHaveCount(0);
	await expect(heading(page, /(Programmed|Already there,) and verified/)).toBeVisible({
		timeout: 40_000,
	});
	await second.reload();
	await expect(second.getByText(/Interrupted:/)).toHaveCount(0);
});

test('without storage the page says so, and erases nothing it would have to bring back', async ({
	page,
}) => {
	await page.addInitScript(() => {
		navigator.storage.getDirectory = () =>
			Promise.reject(new DOMException('It is not allowed here.', 'SecurityError'));
	});
	await page.goto('./?board=virtual');
	await expect(go(page)).toBeEnabled();
	await expect(page.getByText(/does not let this page store anything/).first()).toBeVisible();
	await page.goto('./#history');
	await expect(page.getByText(/does not let this page store anything/).first()).toBeVisible();
});
