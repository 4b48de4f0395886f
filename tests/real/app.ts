// The built app as a user works it: by roles and words.
import { expect as expectPage, type Locator, type Page } from '@playwright/test';
import type { Image } from '#core/image.ts';
import { encodeHex, ascii } from '../formats/encode.ts';

const CONNECT_MS = 20_000;
const JOB_MS = 100_000;

export const programButton = (page: Page): Locator =>
	page.getByRole('button', { name: /^(Program|Continue)/ });

/** Opens an Intel HEX file of the image. */
export async function openImage(page: Page, image: Image): Promise<void> {
	await page.locator('input[type=file]').setInputFiles({
		name: 'firmware.hex',
		mimeType: 'text/plain',
		buffer: Buffer.from(ascii(encodeHex(image, 255))),
	});
}

export interface Way {
	readonly way: 'USB' | 'UART';
	/** Label of a wiring of the reset lines. */
	readonly lines?: string;
}

/** Chooses the way and presses C, which takes the port allowed before: the chooser is all that is passed by. */
export async function ask(page: Page, { way, lines }: Way): Promise<void> {
	const route = page.getByRole('radio', { name: way });
	// The card is drawn anew when a board goes, and a click may fall between.
	await expectPage(() => route.check({ force: true, timeout: 1000 })).toPass();
	if (lines !== undefined) await page.getByLabel('Reset lines').selectOption({ label: lines });
	await page.locator('body').press('c');
}

/** As `ask`, until the board has answered. */
export async function connect(page: Page, way: Way): Promise<void> {
	await ask(page, way);
	const connected = page.getByRole('button', { name: /^Disconnect/ });
	await expectPage(connected).toBeVisible({ timeout: CONNECT_MS });
}

export async function program(page: Page): Promise<void> {
	await expectPage(programButton(page)).toBeEnabled();
	await programButton(page).click();
}

/** The job has ended because the board went. */
export async function lost(page: Page): Promise<void> {
	await expectPage(page.getByText(/was unplugged/).first()).toBeVisible({ timeout: CONNECT_MS });
}

export async function finished(page: Page): Promise<void> {
	const done = page.getByRole('heading', { name: 'Programmed and verified' });
	await expectPage(done).toBeVisible({ timeout: JOB_MS });
}
