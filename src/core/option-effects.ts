// What changing option bytes does to the chip, in words, and what has to be typed out before it is done.
import { hex32 } from './bytes.ts';
import { sizeText } from './failure.ts';
import { meaning, type FieldChange, type OptionField, type OptionLayout } from './options.ts';

/** From harmless to final. */
export type EffectKind = 'reset' | 'start' | 'layout' | 'erase' | 'lock' | 'one-way' | 'never';

export interface Effect {
	readonly kind: EffectKind;
	readonly text: string;
}

/** What the sentences need to know of the chip. */
export interface ChipFacts {
	/** "STM32F405RG" */
	readonly chip: string;
	/** Bytes. */
	readonly flashSize: number;
}

/** Everything worth knowing before the change is made; the gravest first. */
export function effectsOf(
	layout: OptionLayout,
	changed: readonly FieldChange[],
	facts: ChipFacts,
): Effect[] {
	if (changed.length === 0) return [];
	const roles = new Set(changed.map(({ field }) => field.role));
	const effects: Effect[] = changed.flatMap((change) => [
		...readoutEffects(layout, change, facts),
		...committed(change),
	]);
	if (roles.has('bank'))
		effects.push({
			kind: 'layout',
			text: 'The flash is divided otherwise afterwards: what it holds may stand elsewhere or make no sense. Program it again.',
		});
	const starts = changed.filter(({ field }) => field.role === 'boot');
	if (starts.length > 0)
		effects.push({
			kind: 'start',
			text: `${names(starts)} decides where the chip starts. With a wrong value the BOOT0 pin no longer reaches this bootloader.`,
		});
	const gone = changed.some(
		({ field, to }) => field.name === layout.readout.field && to === layout.readout.permanent,
	);
	effects.push({
		kind: 'reset',
		text: gone
			? 'The chip resets to load the new option bytes, and never answers this page again.'
			: 'The chip resets to load the new option bytes. The connection is made again by itself.',
	});
	const grave: readonly EffectKind[] = ['never', 'one-way', 'erase', 'lock', 'layout', 'start'];
	const rank = ({ kind }: Effect): number => (grave.indexOf(kind) + 7) % 7;
	return effects.sort((a, b) => rank(a) - rank(b));
}

/** What must be typed, letter by letter, before changes that cannot be taken back; undefined where all can. */
export function phraseFor(changed: readonly FieldChange[]): string | undefined {
	const never = changed.filter((change) => commitmentOf(change)?.back === 'never');
	const oneWay = changed.filter((change) => commitmentOf(change)?.back === 'mass-erase');
	if (never.length > 0) return `set ${listed([...never, ...oneWay])} for ever`;
	return oneWay.length > 0 ? `set ${listed(oneWay)} until everything is erased` : undefined;
}

/** "RDP 0xAA → 0xCC": a value as wide as its field, with what it means where that is known. */
export function valueText(field: OptionField, value: number): string {
	const digits = Math.max(1, Math.ceil(field.width / 4));
	const raw = field.width === 1 ? `${value}` : `0x${hex32(value).slice(-digits)}`;
	const what = meaning(field, value);
	return what === undefined ? raw : `${raw}, ${what}`;
}

function commitmentOf({ field, to }: FieldChange): OptionField['commitment'] {
	const { commitment } = field;
	if (!commitment) return undefined;
	const { values } = commitment;
	const about = values === 'any' || (values === 'nonzero' ? to !== 0 : values.includes(to));
	return about ? commitment : undefined;
}

function committed(change: FieldChange): Effect[] {
	const commitment = commitmentOf(change);
	// Level 2 is told with the readout levels.
	if (!commitment || change.field.role === 'readout') return [];
	const kind = commitment.back === 'never' ? 'never' : 'one-way';
	return [{ kind, text: `${change.field.name}: ${commitment.why}` }];
}

function readoutEffects(
	{ readout }: OptionLayout,
	{ field, from, to }: FieldChange,
	{ chip, flashSize }: ChipFacts,
): Effect[] {
	if (field.name !== readout.field) return [];
	const size = sizeText(flashSize);
	if (to === readout.permanent)
		return [
			{
				kind: 'never',
				text: `${field.commitment?.why ?? ''} This ${chip} can then be changed by its own program alone.`.trim(),
			},
		];
	if (to === readout.open)
		return [{ kind: 'erase', text: `Opening the chip erases all of its flash (${size}).` }];
	if (from === readout.open) return [{ kind: 'lock', text: lockText(size) }];
	return [];
}

/** What switching readout protection on means; `size` is that of the flash. */
export const lockText = (size: string): string =>
	`Bootloader and debugger can no longer read, write or erase. Only erasing all of the flash (${size}) opens the chip again.`;

const names = (changed: readonly FieldChange[]): string =>
	changed.map(({ field }) => field.name).join(', ');

const listed = (changed: readonly FieldChange[]): string =>
	[...new Set(changed.map(({ field }) => field.name))].join(' and ');
