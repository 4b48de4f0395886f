// Linker maps by hand.
import type { Build, ContentNode } from '#core/insight.ts';
import type { InputSection, LinkMap, OutputSection } from '#core/link.ts';
import { region, reserved } from './builds.ts';

export function input(
	name: string,
	address: number,
	size: number,
	from: { readonly object?: string; readonly archive?: string } = {},
): InputSection {
	return { name, address, size, object: 'main.o', ...from };
}

export const output = (
	name: string,
	address: number,
	size: number,
	more: Partial<OutputSection> = {},
): OutputSection => ({
	...{ name, address, size, loadAddress: address, inputs: [], symbols: [] },
	...more,
});

export const mapOf = (
	sections: readonly OutputSection[],
	regions = ['FLASH 0x08000000 64K xr', 'RAM 0x20000000 20K xrw'],
): LinkMap => ({
	linker: 'GNU ld',
	regions: regions.map(region),
	sections,
	discarded: [],
	pulledIn: [],
	references: new Map(),
	symbols: new Map(Object.entries(reserved)),
	diagnostics: [],
});

export const ofMap = (map: LinkMap): Build => ({ name: 'app.map', files: [], map });

/** Every node is the sum of its children. */
export function isSum({ size, children }: ContentNode): boolean {
	const total = children.reduce((sum, child) => sum + child.size, 0);
	return (children.length === 0 || total === size) && children.every(isSum);
}
