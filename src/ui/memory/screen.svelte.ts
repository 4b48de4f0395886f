// What the Memory view remembers beside the contents: where the cursor stands, what is selected, what is looked for.
import { nextDifference, previousDifference } from '#core/compare.ts';
import type { Range } from '#core/range.ts';
import { findPlaces, placeOf, type Place } from '#session/memory-places.ts';
import { Rows } from '#session/memory-rows.ts';
import {
	byteSpoken,
	bytesIn,
	copyText,
	findPattern,
	hexPattern,
	textPattern,
	type CopyAs,
} from '#session/memory-text.ts';
import type { MemoryView } from '#session/memory-view.svelte.ts';
import { address as addressText, parseAddress } from '#ui/text.ts';

const SUGGESTED = 40;
/** Up to eight hex digits and nothing else: "be" and "add" are names as well, and names come first. */
const ADDRESS = /^(?:0x)?[0-9a-f_]{4,9}$/i;

export class MemoryScreen {
	readonly view: MemoryView;
	/** Bytes a row: 16, or 8 where the page is narrow. */
	width = $state(16);
	/** Rows that are seen at once, for Page Up and Down. */
	page = $state(16);
	#cursor = $state<number>();
	/** Where the selection began; undefined while a byte alone is selected. */
	#anchor = $state<number>();
	/** An address to bring into sight; a new object each time. */
	target = $state.raw<{ readonly address: number; readonly centre: boolean }>();
	/** What the jump field and the search field have to say. */
	jumpNews = $state('');
	findNews = $state('');
	jump = $state('');
	find = $state('');
	findAs = $state<'hex' | 'text'>('hex');

	constructor(view: MemoryView) {
		this.view = view;
	}

	readonly rows: Rows = $derived.by(() => {
		const { shown, against } = this.view;
		return new Rows([shown?.image ?? [], against?.image ?? []], this.width);
	});

	/** The address the keys move; the first one until it was moved, undefined while nothing is shown. */
	readonly cursor: number | undefined = $derived.by(() => {
		const { ends } = this.rows;
		if (!ends) return undefined;
		return this.#cursor === undefined ? ends.first : this.rows.nearest(this.#cursor);
	});

	readonly selection: Range | undefined = $derived.by(() => {
		const { cursor } = this;
		if (cursor === undefined) return undefined;
		const anchor = this.#anchor ?? cursor;
		return { start: Math.min(anchor, cursor), end: Math.max(anchor, cursor) + 1 };
	});

	readonly selected: number = $derived.by(() =>
		this.selection ? bytesIn(this.view.shown?.image ?? [], this.selection) : 0,
	);

	readonly places: readonly Place[] = $derived.by(() => [
		...this.view.sections,
		...this.view.sectors,
		...this.view.regions,
		...this.view.symbols,
	]);

	/** Names for what is typed, to choose from. */
	readonly suggested: readonly Place[] = $derived.by(() =>
		this.jump.trim() === ''
			? this.places.filter(({ kind }) => kind !== 'symbol').slice(0, SUGGESTED)
			: findPlaces(this.places, this.jump, SUGGESTED),
	);

	/** Where the cursor is: the smallest things that hold it, by name. */
	readonly here: readonly Place[] = $derived.by(() => {
		const { cursor } = this;
		if (cursor === undefined) return [];
		const { symbols, sections, sectors } = this.view;
		return [symbols, sections, sectors].flatMap((places) => placeOf(places, cursor) ?? []);
	});

	readonly spoken: string = $derived.by(() => {
		const { shown, against } = this.view;
		if (!shown || this.cursor === undefined) return '';
		return byteSpoken(shown.image, against?.image, this.cursor);
	});

	moveTo(address: number, extend = false, centre = false): void {
		if (extend) this.#anchor ??= this.cursor;
		else this.#anchor = undefined;
		this.#cursor = address;
		this.target = { address, centre };
	}

	/** `extend` keeps where the selection began. */
	step(by: number, extend: boolean): void {
		if (this.cursor === undefined) return;
		this.moveTo(this.rows.step(this.cursor, by), extend);
	}

	/** To the start or end of the row, or of everything. */
	toEnd(end: 'start' | 'end', everything: boolean, extend: boolean): void {
		const { cursor, rows, width } = this;
		if (cursor === undefined || !rows.ends) return;
		const row = cursor - (cursor % width);
		const [first, last] = everything ? [rows.ends.first, rows.ends.last] : [row, row + width - 1];
		this.moveTo(end === 'start' ? first : last, extend);
	}

	selectAll(): void {
		const { ends } = this.rows;
		if (!ends) return;
		this.#anchor = ends.first;
		this.#cursor = ends.last;
	}

	/** To the next difference, or the one before; goes round. */
	difference(by: 1 | -1): void {
		const { comparison } = this.view;
		if (!comparison || this.cursor === undefined) return;
		const go = by === 1 ? nextDifference : previousDifference;
		const found = go(comparison, this.cursor);
		if (found) this.moveTo(found.range.start, false, true);
	}

	/** To an address or a name; what cannot be gone to is told. */
	goTo(typed: string): void {
		this.jumpNews = '';
		const [place] = findPlaces(this.places, typed, 1);
		const exact = place?.name.toLowerCase() === typed.trim().toLowerCase();
		const number = ADDRESS.test(typed.trim()) && !exact ? parseAddress(typed) : undefined;
		const address = number ?? place?.range.start;
		if (address === undefined) this.jumpNews = 'No address, and no name that is known here.';
		else if (this.rows.rowOf(address) === undefined)
			this.jumpNews = `Nothing is known of ${addressText(address)}: read it from the board first.`;
		else this.moveTo(address, false, true);
	}

	search(by: 1 | -1): void {
		const pattern = this.findAs === 'hex' ? hexPattern(this.find) : textPattern(this.find);
		if (!pattern) {
			this.findNews = this.findAs === 'hex' ? 'Type whole bytes, like DE AD BE EF.' : '';
			return;
		}
		const from = this.cursor ?? 0;
		const { image = [] } = this.view.shown ?? {};
		const found = findPattern(image, pattern, from, by);
		this.findNews = found === undefined ? 'Not found.' : `Found at ${addressText(found)}.`;
		if (found === undefined) return;
		this.moveTo(found, false, true);
		// The cursor stands at its first byte, so that the next search goes on behind that.
		if (pattern.length > 1) this.#anchor = found + pattern.length - 1;
	}

	copied(as: CopyAs): string {
		const { shown } = this.view;
		return shown && this.selection ? copyText(shown.image, this.selection, as) : '';
	}
}
