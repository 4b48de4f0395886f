// What kind of content a piece is, for its colour and its word. By name: linker scripts agree on these well enough.
import type { TreeBox } from '#core/insight-view.ts';

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
	[/rodata|const|\.ARM\.ex|eh_frame|init_array|fini_array|version|wave|note/i, 'constants'],
	[/data|ramfunc|_ram\b/i, 'data'],
	[/text|code|vector|\.isr|\.init$|\.fini$|boot/i, 'code'],
];

/** The tone of a section by its name. */
export const toneOf = (name: string): Tone =>
	byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';

/** A box of its own tone (sections, gaps); undefined for what takes the tone of the section it is in. */
export function ownTone({ kind, name }: Pick<TreeBox, 'kind' | 'name'>): Tone | undefined {
	if (kind === 'section') return toneOf(name);
	if (kind === 'gap' || kind === 'fill' || kind === 'rest') return 'gap';
	return undefined;
}
