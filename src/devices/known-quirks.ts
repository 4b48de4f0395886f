// The table of quirks, read once; loaded with the catalogue.
import type { Quirk, QuirkFacts } from '#core/quirk.ts';
import { quirksOf as find, readQuirks } from './quirks.ts';

const [file] = Object.values(
	import.meta.glob<unknown>('/devices/quirks/quirks.json', { eager: true, import: 'default' }),
);

export const quirks: readonly Quirk[] = readQuirks(file);

/** The rows that hold for a board, in the order of the table. */
export const quirksOf = (facts: QuirkFacts): readonly Quirk[] => find(quirks, facts);
