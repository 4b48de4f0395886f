// The sample build: firmware for the virtual board, with the map and the script its linker had.
import type { Page } from '#ui/page.svelte.ts';

const PART = 'STM32F405RG';

/** The firmware's map and script beside it. @throws TypeError when they cannot be fetched. */
export async function addSampleLinks(page: Page, part = PART): Promise<void> {
	const links = await page.host.loadSampleLinks(part);
	page.addLinks(links.map((file) => ({ file })));
}

/** All three. Returns the part they are for. @throws TypeError when they cannot be fetched. */
export async function openSample(page: Page): Promise<string> {
	const [file] = await Promise.all([page.host.loadSample(PART), addSampleLinks(page)]);
	page.open([file]);
	page.sample = { part: PART, name: file.name };
	return PART;
}
