// What every screen must be, in whatever state it is in.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** axe finds nothing (WCAG 2.2 A and AA, and its best practices), in light and in dark. */
export async function accessible(page: Page): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const { violations } = await new AxeBuilder({ page })
			.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
			.analyze();
		const told = violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]);
		expect(told, colorScheme).toEqual([]);
	}
}

/** Nothing lies beside the screen of a phone; the window is a laptop's again afterwards. */
export async function fitsPhone(page: Page): Promise<void> {
	await page.setViewportSize({ width: 390, height: 844 });
	const overhang = await page.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
	);
	expect(overhang, 'no sideways scrolling at 390 px').toBe(0);
	await page.setViewportSize({ width: 1280, height: 720 });
}
