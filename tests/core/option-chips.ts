// Chips with their option bytes as they leave the factory, and as a debug probe would set them.
import type { MemoryMap } from '#core/memory.ts';
import { edit, findField, type OptionBlock, type OptionLayout } from '#core/options.ts';
import { findByPart } from '#devices/index.ts';
import { optionsOf } from '#devices/options.ts';

export interface Chip {
	readonly layout: OptionLayout;
	readonly memory: MemoryMap;
	readonly blocks: readonly OptionBlock[];
}

/** A chip as it leaves the factory: every described field at its factory value, other bits one, complements right. */
export function fresh(part: string, layoutId?: string): Chip {
	const device = findByPart(part)[0]!;
	const layout = optionsOf(device)!;
	const cut = device.layouts.find(({ id }) => layoutId === undefined || id === layoutId)!;
	const memory = [...cut.flash, ...device.memory];
	const blank: OptionBlock[] = memory
		.filter(({ kind }) => kind === 'option-bytes')
		.map(({ range }) => ({
			address: range.start,
			bytes: new Uint8Array(range.end - range.start).fill(0xff),
		}));
	const blocks = layout.words.reduce<readonly OptionBlock[]>((now, word) => {
		const values = word.fields.map(({ name, factory = 0 }): [string, number] => [name, factory]);
		return force(layout, now, Object.fromEntries(values));
	}, blank);
	return { layout, memory, blocks };
}

/** As a debug probe would: any field, written or not by the bootloader. */
export function force(
	layout: OptionLayout,
	blocks: readonly OptionBlock[],
	values: Readonly<Record<string, number>>,
): readonly OptionBlock[] {
	const { notWritable: _, ...rest } = layout;
	let result = [...blocks];
	for (const [name, value] of Object.entries(values)) {
		const { word } = findField(layout, name)!;
		const open: OptionLayout = {
			...rest,
			readout: { field: name, open: 0 },
			words: layout.words.map((one) =>
				one === word
					? { ...one, fields: one.fields.map((field) => ({ ...field, readOnly: false })) }
					: one,
			),
		};
		result = edit(open, result, { [name]: value });
	}
	return result;
}
