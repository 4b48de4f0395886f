// The memory strip's own state: how wide it is, what is pointed at, and everything derived from session and width.
import type { Section } from '#core/artifact.ts';
import { segmentRange, type Image } from '#core/image.ts';
import { includes, intersect, type Range } from '#core/range.ts';
import type { Plan, ProtectedRange } from '#core/plan.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Session } from '#session/session.svelte.ts';
import { addressAt, layOut, spanOf, type Axis } from './strip-axis.ts';
import { blocksOf, type Block } from './strip-blocks.ts';
import { factsOf, stopsOf, type Facts, type Stop } from './strip-facts.ts';
import { jobState, plannedState, type Fate, type StripState } from './strip-state.ts';

export interface Span {
	readonly x: number;
	readonly width: number;
}

/** From this many pixels on there is room for larger letters. */
const LARGE = 1300;

/** What is drawn: the session itself, or a build laid over a chip that is not connected. */
export type StripSource = Pick<Session, 'state' | 'plan' | 'board' | 'merged'> & {
	readonly keeper?: Pick<Session['keeper'], 'inForce'>;
};

export class Strip {
	readonly #session: StripSource;
	/** Pixels of the page the drawing has. */
	room = $state(0);
	/** How much larger than on a small screen everything is drawn. */
	readonly zoom: number = $derived.by(() => (this.room >= LARGE ? 1.3 : 1));
	/** In the drawing's own units, which are pixels until it is zoomed. */
	readonly width: number = $derived.by(() => this.room / this.zoom);
	trueScale = $state(false);
	#hovered = $state<number>();
	#pinned = $state<number>();
	/** Where several places began to be chosen; undefined while one alone is. */
	#anchor = $state<number>();

	readonly plan: Plan | undefined = $derived.by(() => {
		const { job } = this.#session.state;
		return job.status === 'idle' ? this.#session.plan : job.plan;
	});
	readonly memory: MemoryMap = $derived.by(
		() => this.plan?.memory ?? this.#session.board?.memory ?? [],
	);
	readonly image: Image = $derived.by(
		() => this.#session.merged.firmware?.image ?? this.plan?.write ?? [],
	);
	readonly sections: readonly Section[] = $derived.by(
		() => this.#session.merged.firmware?.sections ?? [],
	);
	/** Named ranges no job may change. */
	readonly guarded: readonly ProtectedRange[] = $derived.by(
		() => this.#session.keeper?.inForce() ?? [],
	);
	readonly blocks: readonly Block[] = $derived.by(() => blocksOf(this.memory, this.image));
	readonly stops: readonly Stop[] = $derived.by(() => stopsOf(this.blocks));
	readonly planned: StripState = $derived.by(() => plannedState(this.plan));
	readonly state: StripState = $derived.by(() => {
		const { job } = this.#session.state;
		return job.status === 'idle' ? this.planned : jobState(job);
	});
	/** Made from the plan alone, so that nothing moves while a job runs. */
	readonly axis: Axis = $derived.by(() => {
		const { fateOf } = this.planned;
		return layOut(this.blocks, {
			width: this.width,
			trueScale: this.trueScale,
			kindOf: fateOf,
			touched: (sector) => fateOf(sector) === 'erase',
		});
	});

	/** The place pointed at; the one a job failed at, when nothing is. */
	readonly index: number | undefined = $derived.by(() => {
		const chosen = this.#hovered ?? this.#pinned ?? this.#failedIndex();
		return chosen !== undefined && chosen < this.stops.length ? chosen : undefined;
	});
	readonly stop: Stop | undefined = $derived.by(() =>
		this.index === undefined ? undefined : this.stops[this.index],
	);
	readonly facts: Facts | undefined = $derived.by(
		() => this.stop && factsOf(this.stop, this.state, this.sections),
	);
	readonly pinned: boolean = $derived.by(() => this.#pinned !== undefined);
	/** Names of the protected ranges at the place pointed at. */
	readonly guards: readonly string[] = $derived.by(() => {
		const { stop } = this;
		if (!stop) return [];
		return this.guarded.flatMap(({ name, range }) => (intersect(range, stop.range) ? [name] : []));
	});
	/** What was chosen to be protected: from the place where choosing began to the pinned one, within one region. */
	readonly chosen: Range | undefined = $derived.by(() => {
		const [from, to] = [this.#anchor, this.#pinned].map((at) =>
			at === undefined ? undefined : this.stops[at],
		);
		if (!to?.region) return undefined;
		if (from?.region !== to.region) return to.range;
		return {
			start: Math.min(from.range.start, to.range.start),
			end: Math.max(from.range.end, to.range.end),
		};
	});

	constructor(session: StripSource) {
		this.#session = session;
	}

	/** Pieces of the sector lane: neighbours of one fate, cut at the boxes. */
	readonly fateSpans: readonly (Span & { readonly fate: Fate; readonly range: Range })[] =
		$derived.by(() => {
			const { fateOf } = this.state;
			return this.axis.cells.flatMap(({ sectors }) => {
				const runs: { fate: Fate; range: Range }[] = [];
				for (const sector of sectors) {
					const fate = fateOf(sector);
					const last = runs.at(-1);
					if (last?.fate === fate) last.range = { ...last.range, end: sector.range.end };
					else runs.push({ fate, range: sector.range });
				}
				return runs.map((run) => ({ ...run, ...spanOf(this.axis, run.range) }));
			});
		});

	readonly lostSpans: readonly Span[] = $derived.by(() => {
		const waiting = this.fateSpans.filter(({ fate }) => fate === 'erase').map(({ range }) => range);
		return this.spans(this.state.lost).length === 0
			? []
			: this.spans(
					this.state.lost.flatMap((lost) =>
						waiting.flatMap((range) => intersect(lost, range) ?? []),
					),
				);
	});

	readonly imageSpans: readonly Span[] = $derived.by(() =>
		this.spans(this.image.map(segmentRange)),
	);

	/** Ranges in pixels, cut where the axis leaves addresses out. */
	spans(ranges: readonly Range[], least = 2): Span[] {
		return this.blocks.flatMap((block) =>
			ranges.flatMap((range) => {
				const part = intersect(range, block.range);
				return part ? [spanOf(this.axis, part, least)] : [];
			}),
		);
	}

	/** `x` in pixels from the left edge; undefined when nothing is pointed at. */
	hover(x: number | undefined): void {
		this.#hovered = x === undefined ? undefined : this.#under(x);
	}

	#under(x: number): number | undefined {
		const address = addressAt(this.axis, x / this.zoom);
		const at = address === undefined ? -1 : this.#at(address);
		return at < 0 ? undefined : at;
	}

	/** Keeps what is pointed at; a second time on the same place lets go. `extend` chooses all from the last one on. */
	pin(extend = false): void {
		const again = this.#hovered === this.#pinned && this.#anchor === undefined;
		this.#anchor = extend ? (this.#anchor ?? this.#pinned) : undefined;
		this.#pinned = again && !extend ? undefined : this.#hovered;
	}

	/** Chooses everything from the place under `from` to the one under `to`, in pixels, as a pointer is drawn. */
	draw(from: number, to: number): void {
		const [first, last] = [from, to].map((x) => this.#under(x));
		if (first === undefined || last === undefined || first === last) return;
		this.#anchor = first;
		this.#pinned = last;
	}

	unpin(): void {
		this.#anchor = undefined;
		this.#pinned = undefined;
		this.#hovered = undefined;
	}

	/** Moves with a key; false for a key that moves nothing. `extend` chooses all from where it stands. */
	walk(key: string, extend = false): boolean {
		const last = this.stops.length - 1;
		const at = this.index ?? -1;
		const targets: Readonly<Record<string, number>> = {
			ArrowRight: at + 1,
			ArrowUp: at + 1,
			ArrowLeft: at - 1,
			ArrowDown: at - 1,
			PageDown: this.#nextBox(at, 1),
			PageUp: this.#nextBox(at, -1),
			Home: 0,
			End: last,
		};
		const target = targets[key];
		if (target === undefined || last < 0) return false;
		this.#hovered = undefined;
		this.#anchor = extend ? (this.#anchor ?? (at < 0 ? undefined : at)) : undefined;
		this.#pinned = Math.min(last, Math.max(0, target));
		return true;
	}

	/** Walking with the keyboard starts where something happens. */
	enter(): void {
		if (this.index !== undefined) return;
		const first = this.stops.findIndex(({ range }) =>
			this.image.some((segment) => intersect(segmentRange(segment), range)),
		);
		if (this.stops.length > 0) this.#pinned = Math.max(0, first);
	}

	#nextBox(at: number, step: 1 | -1): number {
		const stop = this.stops[at];
		if (!stop) return 0;
		const { cells } = this.axis;
		const box = cells.findIndex(({ range }) => includes(range, stop.range.start));
		const target = cells[Math.min(cells.length - 1, Math.max(0, box + step))];
		return target ? this.#at(target.range.start) : at;
	}

	#at(address: number): number {
		return this.stops.findIndex(({ range }) => includes(range, address));
	}

	#failedIndex(): number | undefined {
		const { failedAt } = this.state;
		if (failedAt === undefined) return undefined;
		const at = this.#at(failedAt);
		return at < 0 ? undefined : at;
	}
}
