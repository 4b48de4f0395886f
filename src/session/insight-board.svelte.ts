// What the connected board holds where a build has bytes: read for the comparison of the Insight view, and let go when
// a job may have changed it.
import { untrack } from 'svelte';
import type { Failure } from '#core/failure.ts';
import { isFlash } from '#core/memory.ts';
import { intersect, size, type Range } from '#core/range.ts';
import { boardName } from './choices.ts';
import type { InsightModel } from './insight.svelte.ts';
import { readRanges, whyNotRead, type Hole, type WhyNot } from './read-range.ts';
import type { Session } from './session.svelte.ts';

export interface BoardReading {
	readonly name: string;
	readonly bytes: number;
	readonly ended: 'done' | 'cancelled' | Failure;
	readonly holes: readonly Hole[];
}

export class BoardSide {
	readonly #session: Session;
	readonly #model: InsightModel;
	#reading = $state.raw<{ readonly bytes: number; readonly of: number }>();
	#last = $state.raw<BoardReading>();

	/** Bytes of the build in flash of the board: nothing else is read. */
	readonly ranges: readonly Range[] = $derived.by(() => {
		const flash = (this.#session.board?.memory ?? []).filter(isFlash);
		return (this.#model.brief?.segments ?? []).flatMap(({ address, size: bytes }) =>
			flash.flatMap(
				({ range }) => intersect(range, { start: address, end: address + bytes }) ?? [],
			),
		);
	});
	readonly bytes: number = $derived.by(() =>
		this.ranges.reduce((sum, range) => sum + size(range), 0),
	);
	/** Why the board cannot be compared with now; undefined while it can. */
	readonly whyNot: WhyNot | 'nothing' | undefined = $derived.by(
		() => whyNotRead(this.#session.state) ?? (this.bytes === 0 ? 'nothing' : undefined),
	);

	constructor(session: Session, model: InsightModel) {
		this.#session = session;
		this.#model = model;
		$effect.root(() => {
			$effect(() => {
				if (session.state.job.status === 'running')
					untrack(() => {
						this.forget();
					});
			});
		});
	}

	/** Bytes read so far, of how many. */
	get reading(): { readonly bytes: number; readonly of: number } | undefined {
		return this.#reading;
	}

	/** How the last reading ended, while it says something of what is shown. */
	get last(): BoardReading | undefined {
		return this.#last?.ended === 'done' && !this.#model.content ? undefined : this.#last;
	}

	/** Reads the board where the build has bytes, and compares. A reading cut short compares nothing. Never rejects. */
	async read(): Promise<void> {
		const { board } = this.#session;
		if (this.#reading || this.whyNot || !board) return;
		const { ranges, bytes: of } = this;
		const { files } = this.#model;
		this.forget();
		this.#reading = { bytes: 0, of };
		const read = await this.#session.lend((loan) =>
			readRanges(loan, ranges, (bytes) => {
				this.#reading = { bytes, of };
			}),
		);
		this.#reading = undefined;
		// A build that changed meanwhile may have bytes where nothing was read.
		if (!read || this.#model.files !== files) return;
		const { image, ended, holes } = read;
		const bytes = image.reduce((sum, { data }) => sum + data.length, 0);
		this.#last = { name: board.device?.name ?? boardName(board), bytes, ended, holes };
		if (ended !== 'done' || bytes === 0) return;
		// The next update goes the way the board is connected, until the user asks for the other.
		this.#model.setWire(board.identity.transport === 'uart' ? 'UART' : 'USB');
		this.#model.setContent(image);
	}

	cancel(): void {
		if (this.#reading) this.#session.cancel();
	}

	/** Takes the comparison with the board away. */
	forget(): void {
		this.#last = undefined;
		this.#model.setContent(undefined);
	}
}
