// The chip a build is laid over: the board that is connected, or a part of the catalogue.
import type { Target } from '#core/insight.ts';
import type { Board } from '#session/state.ts';
import type { Page } from '#ui/page.svelte.ts';

/** A part by any name the catalogue knows; undefined for none or for several different chips. */
export async function chipByName(page: Page, name: string): Promise<Target | undefined> {
	const { catalogue } = await page.host.loadDevices();
	const found = catalogue.findByPart(name);
	const [device] = found;
	if (!device || found.length > 1) return undefined;
	const { memory } = catalogue.effectiveMemory(device, undefined, {});
	return { name, memory, device, live: false };
}

/** Every part the catalogue has, for the list behind the field. */
export async function allParts(page: Page): Promise<readonly string[]> {
	const { catalogue } = await page.host.loadDevices();
	return catalogue.devices.flatMap(({ parts }) => parts).sort();
}

export function chipOfBoard({ device, memory, candidates }: Board): Target {
	const name = device?.name ?? candidates[0]?.name ?? 'the board';
	return { name, memory, live: true, ...(device && { device }) };
}
