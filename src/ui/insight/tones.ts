// What kind of content a piece is, for its colour and its word: by the flags of its section, or, where only a map tells,
// by its name, on which linker scripts agree well enough.
import type { InsightBrief, TreeBox } from '#core/insight-view.ts';

export type Tone = 'code' | 'constants' | 'data' | 'zeroed' | 'reserved' | 'gap' | 'other';

export const toneWords: Readonly<Record<Tone, string>> = {
	code: 'code',
	constants: 'constants',
	data: 'data with values',
	zeroed: 'zeroed or left alone',
	reserved: 'heap and stack',
	gap: 'gaps and padding',
	other: 'other',
};

const byName: readonly (readonly [RegExp, Tone])[] = [
	[/heap|stack/i, 'reserved'],
	[/^\.?(?:noinit|bss|tbss|sbss|zero|common)|bss|noinit/i, 'zeroed'],
	[/rodata|const|\.ARM\.ex|eh_frame|init_array|fini_array|version|note/i, 'constants'],
	[/data|ramfunc|_ram\b/i, 'data'],
	[/text|code|vector|\.isr|\.init$|\.fini$|boot/i, 'code'],
];

export type SectionTypes = InsightBrief['sectionTypes'];

/** The tone of a section: room for stack and heap by its name, else by its flags, else by its name again. */
export function toneOf(name: string, types: SectionTypes): Tone {
	const named = byName.find(([pattern]) => pattern.test(name))?.[1];
	return named === 'reserved' ? named : (types[name] ?? named ?? 'other');
}

/** A box of its own tone (sections, gaps); undefined for what takes the tone of the section it is in. */
export function ownTone(
	{ kind, name }: Pick<TreeBox, 'kind' | 'name'>,
	types: SectionTypes,
): Tone | undefined {
	if (kind === 'section') return toneOf(name, types);
	if (kind === 'gap' || kind === 'fill' || kind === 'rest') return 'gap';
	return undefined;
}
