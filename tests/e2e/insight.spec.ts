// The Insight view in the built app: every state of it, by mouse and by keyboard alone, in both themes and on a phone.
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures.ts';
import { accessible, fitsPhone } from './screen.ts';

/** Everything here waits for a state, on machines that may be busy. */
const PATIENT = { timeout: 15_000 };

const bytes = (name: string): Buffer =>
	readFileSync(fileURLToPath(new URL(`../../static/samples/${name}`, import.meta.url)));
const file = (name: string, buffer = bytes(name)) => ({
	name,
	mimeType: 'application/octet-stream',
	buffer,
});
const text = (name: string, content: string) => file(name, Buffer.from(content));

const insight = (page: Page): Locator => page.getByRole('main', { name: 'Insight' });
const input = (page: Page): Locator => page.getByLabel('Firmware files');
const panel = (page: Page, name: string): Promise<void> =>
	insight(page)
		.getByRole('link', { name: new RegExp(`^${name}`) })
		.click();
const map = (page: Page): Locator => page.getByRole('listbox', { name: /^What fills/ });

async function sample(page: Page): Promise<void> {
	await page.goto('./#insight');
	await page.getByRole('button', { name: 'Try the sample' }).click();
	await whole(page);
}
const whole = (page: Page): Promise<void> =>
	expect(insight(page)).toHaveAttribute('data-insight', 'whole', PATIENT);

async function opened(page: Page, ...files: ReturnType<typeof file>[]): Promise<void> {
	await page.goto('./#insight');
	await expect(page.getByRole('button', { name: 'Try the sample' })).toBeVisible(PATIENT);
	await input(page).setInputFiles(files);
}

const states: Readonly<Record<string, (page: Page) => Promise<void>>> = {
	empty: async (page) => {
		await page.goto('./#insight');
		await expect(page.getByRole('heading', { name: /See what is where/ })).toBeVisible(PATIENT);
	},
	regions: async (page) => {
		await sample(page);
		await expect(page.getByRole('img', { name: /^FLASH: 32.9 KiB of 1 MiB/ })).toBeVisible(PATIENT);
		await expect(map(page).getByRole('option', { name: /^FLASH/ })).toBeVisible(PATIENT);
	},
	findings: async (page) => {
		await opened(page, file('beacon-f405rg.elf'), file('beacon-f405rg.map'));
		await whole(page);
		await page.getByRole('combobox', { name: 'Chip' }).fill('STM32F103C8');
		await page.getByRole('button', { name: 'Use', exact: true }).click();
		await panel(page, 'Findings');
		await expect(page.locator('[data-code="insight.region-beyond"]').first()).toBeVisible(PATIENT);
	},
	tables: async (page) => {
		await sample(page);
		await panel(page, 'Tables');
		await expect(page.getByRole('cell', { name: 'wave', exact: true })).toBeVisible(PATIENT);
	},
	'on the chip': async (page) => {
		await sample(page);
		await panel(page, 'On the chip');
		await expect(page.getByRole('slider', { name: 'Memory strip' })).toBeVisible(PATIENT);
		await page.getByText('All sectors as a table').click();
	},
	compare: async (page) => {
		await sample(page);
		await panel(page, 'Compare');
		const old = bytes('beacon-f405rg.elf');
		old[old.indexOf('beacon 1.')]! ^= 1;
		await page.getByLabel('Files of the older build').setInputFiles(file('old.elf', old));
		await expect(page.getByText('1 sector differs, under a second over USB.')).toBeVisible(PATIENT);
	},
	'compare with the board': async (page) => {
		await page.goto('./?board=virtual&part=STM32F405RG&speed=100#insight/compare');
		await page.getByRole('button', { name: 'Compare with the board' }).click(PATIENT);
		await expect(page.getByRole('region', { name: 'Differing bytes' })).toBeVisible(PATIENT);
	},
	'external memory': async (page) => {
		await sample(page);
		await panel(page, 'External memory');
		await expect(page.getByText('Every byte of this build lies inside the chip.')).toBeVisible();
		const board = insight(page).getByLabel('Board', { exact: true });
		await expect(board.getByRole('option')).not.toHaveCount(1, PATIENT);
		await board.selectOption({ index: 1 });
		await page.getByText(/^Memories of/).click();
	},
	'a script that asks': async (page) => {
		await opened(
			page,
			text(
				'app.ld',
				'INCLUDE parts.ld\nMEMORY { FLASH (rx) : ORIGIN = 0x08000000, LENGTH = SIZE }\n',
			),
		);
		await expect(page.getByRole('heading', { name: /asks for 2 things/ })).toBeVisible(PATIENT);
	},
	'a damaged file beside a sound one': async (page) => {
		await opened(
			page,
			file('beacon-f405rg.elf'),
			text('app.ld', 'MEMORY { FLASH (rx) : ORIGIN = 0x08000000, LENGTH = }\n'),
		);
		await expect(insight(page).locator('[data-code^="script."]').first()).toBeVisible(PATIENT);
		await expect(map(page).getByRole('option', { name: /^\.wave/ })).toBeVisible(PATIENT);
	},
};

for (const [name, reach] of Object.entries(states)) {
	test(`is accessible and fits a phone: ${name}`, async ({ page }) => {
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await reach(page);
		await accessible(page);
		await fitsPhone(page);
	});
}

test('goes into the treemap and out again by keyboard alone', async ({ page }) => {
	await sample(page);
	await map(page).focus();
	await page.keyboard.press('Enter');
	await expect(map(page)).toHaveAccessibleName('What fills FLASH', PATIENT);
	await expect(map(page).getByRole('option', { name: /^\.wave/ })).toHaveAttribute(
		'aria-selected',
		'true',
	);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Home');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Enter');
	await expect(map(page)).toHaveAccessibleName('What fills wave.o', PATIENT);
	await expect(map(page).getByRole('option', { name: /^wave, 32 KiB/ })).toBeVisible(PATIENT);
	await page.keyboard.press('Backspace');
	await expect(map(page)).toHaveAccessibleName('What fills .wave', PATIENT);
	const crumbs = page.getByRole('navigation', { name: 'Place in the treemap' });
	await crumbs.getByRole('button', { name: 'All regions' }).press('Enter');
	await expect(map(page)).toHaveAccessibleName('What fills All regions', PATIENT);
});

test('finds, sorts, copies and saves rows', async ({ page, context }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await sample(page);
	await panel(page, 'Tables');
	await page.keyboard.press('/');
	await page.keyboard.type('kept_');
	await expect(page.getByText('2 of 16 symbols')).toBeVisible(PATIENT);
	await page.getByRole('button', { name: /^Size/ }).click();
	await expect(page.getByRole('columnheader', { name: /^Size/ })).toHaveAttribute(
		'aria-sort',
		'ascending',
	);
	await expect(page.getByRole('row').nth(1)).toContainText('kept_count_start', PATIENT);
	await page.getByRole('button', { name: 'Copy' }).click();
	await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible(PATIENT);
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	expect(copied.split('\n')[1]).toMatch(/^kept_count_start\t32\t0x0800[0-9A-F]{4}\tfunction\t/);
	const saving = page.waitForEvent('download');
	await page.getByRole('button', { name: 'CSV' }).click();
	expect((await saving).suggestedFilename()).toBe('symbols.csv');
});

test('keeps the regions and the treemap as pictures', async ({ page }) => {
	await sample(page);
	await expect(map(page).getByRole('option').first()).toBeVisible(PATIENT);
	for (const what of ['regions', 'treemap']) {
		for (const type of ['SVG', 'PNG']) {
			const saving = page.waitForEvent('download');
			await page.getByRole('button', { name: `Save ${what} as ${type}` }).click();
			const saved = readFileSync(await (await saving).path());
			if (type === 'PNG') expect(saved.subarray(1, 4).toString()).toBe('PNG');
			else {
				expect(saved.toString()).toContain('FLASH');
				expect(saved.toString()).not.toMatch(/color\(srgb|var\(--|class=/);
			}
		}
	}
});

test('prints one page: the regions and the findings, and nothing to press', async ({ page }) => {
	await sample(page);
	await page.emulateMedia({ media: 'print' });
	const report = page.getByRole('article');
	await expect(report.getByRole('heading', { name: /beacon-f405rg.elf/ })).toBeVisible();
	await expect(report.getByRole('img', { name: /^FLASH/ })).toBeVisible();
	await expect(insight(page).getByRole('button')).toHaveCount(0);
});

test('takes what the script asks for', async ({ page }) => {
	await states['a script that asks']?.(page);
	await page.getByLabel('The file parts.ld').setInputFiles(text('anything.txt', 'PART = 1;\n'));
	await expect(page.getByRole('heading', { name: /asks for 1 thing/ })).toBeVisible(PATIENT);
	await page.getByLabel(/--defsym SIZE/).fill('64K');
	await page.getByRole('button', { name: 'Use these values' }).click();
	await expect(page.getByRole('img', { name: 'FLASH: 64 KiB' })).toBeVisible(PATIENT);
	await expect(page.getByRole('heading', { name: /asks for/ })).toBeHidden();
});

test('shares its files with the first view, and the board with it', async ({ page }) => {
	await page.goto('./');
	await input(page).setInputFiles([file('beacon-f405rg.elf'), file('beacon-f405rg.map')]);
	await page.getByRole('link', { name: 'Insight' }).last().click();
	await whole(page);
	await expect(insight(page).getByText('GNU ld map')).toBeVisible();
	await page.getByRole('button', { name: 'Remove beacon-f405rg.map' }).click();
	await expect(insight(page).getByText('GNU ld map')).toBeHidden(PATIENT);
	await page.goto('./?board=virtual&speed=10#insight/chip');
	await expect(page.getByText('STM32F405', { exact: false }).first()).toBeVisible(PATIENT);
	await expect(page.getByText(', connected')).toBeVisible(PATIENT);
	await expect(page.getByRole('heading', { name: 'Linker and chip' })).toBeVisible(PATIENT);
	await page.getByRole('button', { name: 'Add its map and script' }).click(PATIENT);
	await expect(insight(page).getByText('GNU ld map')).toBeVisible(PATIENT);
});

test('tells of a file that is none of a build, and of one without an address', async ({ page }) => {
	await opened(
		page,
		text('page.elf', '<!doctype html><html></html>'),
		file('app.bin', Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 251))),
	);
	await expect(insight(page).locator('[data-code="file.web-page"]')).toBeVisible(PATIENT);
	await expect(insight(page).getByText(/app.bin does not say where it belongs/)).toBeVisible(
		PATIENT,
	);
	await expect(page.getByText('None of these files could be read.')).toBeVisible(PATIENT);
});

test('shows a finding on the chip', async ({ page }) => {
	await states['findings']?.(page);
	await page.getByRole('button', { name: 'Show on the chip' }).first().click();
	await expect(page).toHaveURL(/#insight\/chip$/);
	await expect(page.getByRole('button', { name: 'Remove the mark' })).toBeVisible();
});

test('compares the build with the board, and forgets what it read when a job has run', async ({
	page,
}) => {
	await page.goto('./?board=virtual&part=STM32F405RG&speed=100#insight/compare');
	await whole(page);
	const compare = page.getByRole('button', { name: 'Compare with the board' });
	await compare.click(PATIENT);
	// The virtual board is blank: whatever the sample brings differs.
	await expect(page.getByText(/^3 sectors differ, /)).toBeVisible(PATIENT);
	const parts = page.getByRole('region', { name: 'Differing bytes' });
	await expect(parts.getByRole('row', { name: /^\.wave section 32,768/ })).toBeVisible();
	await page.goto('./?board=virtual&part=STM32F405RG&speed=100#program');
	await page.getByLabel(/Start the application/).uncheck(PATIENT);
	await page.getByRole('button', { name: /^Program/ }).click(PATIENT);
	await expect(page.getByRole('heading', { name: 'Programmed and verified' })).toBeVisible(PATIENT);
	await page.goto('./?board=virtual&part=STM32F405RG&speed=100#insight/compare');
	await expect(page.getByRole('heading', { name: 'The next update' })).toBeHidden(PATIENT);
	await compare.click(PATIENT);
	await expect(page.getByText(/^0 sectors differ, /)).toBeVisible(PATIENT);
});

test('saves an image in two parts, and opens the relocated one to be programmed', async ({
	page,
}) => {
	// 4 bytes in the chip, and a program for SDRAM: its stack in internal RAM, its code behind the table.
	const hex =
		':020000040800F2\n:0400000001020304F2\n:02000004C0003A\n:0A00000000000220090000C0FEE726\n:00000001FF\n';
	await opened(page, text('app.hex', hex));
	await whole(page);
	await panel(page, 'External memory');
	const saving = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save external part' }).click();
	expect((await saving).suggestedFilename()).toBe('app-external-c0000000.hex');
	await insight(page).getByLabel('Board', { exact: true }).selectOption('STM32756G-EVAL', PATIENT);
	await insight(page).getByLabel('CODE_AREA').selectOption('USE_EXTERNAL_SDRAM');
	await insight(page).getByLabel('BINARY_AREA').selectOption('USE_SPI_NOR');
	await page.getByRole('button', { name: 'Program the relocated image' }).click(PATIENT);
	await expect(page).toHaveURL(/#program$/);
	await expect(page.getByText('app.hex, moved to 0x90000000').first()).toBeVisible(PATIENT);
});
