// What the Memory view holds: contents read of the board or from files, which of them is shown and compared with what,
// and the verb that reads the board.
import { compareImages, perPart, type Comparison, type PartCount } from '#core/compare.ts';
import { hex32 } from '#core/bytes.ts';
import { toFailure, type Failure } from '#core/failure.ts';
import { extent, overlayImage, segmentRange, sliceImage, type Image } from '#core/image.ts';
import { isFlash, regionAt } from '#core/memory.ts';
import { join, size, subtract, type Range } from '#core/range.ts';
import type { ProtectedRange } from '#core/plan.ts';
import type { Section } from '#core/artifact.ts';
import { cost } from '#core/steps.ts';
import type { WriteFacts, Writer } from '#formats/writer.ts';
import { boardName } from './choices.ts';
import { labelOf } from './keep/identity.ts';
import {
	regionPlaces,
	sectionPlaces,
	sectorPlaces,
	symbolPlaces,
	type Place,
} from './memory-places.ts';
import { blobSource } from '#ports/blob-source.ts';
import { openFile } from './open-file.ts';
import {
	LARGEST_READ,
	readRange,
	readsOnce,
	whyNotRead,
	type Hole,
	type WhyNot,
} from './read-range.ts';
import type { Session } from './session.svelte.ts';
import type { Board } from './state.ts';

/** A content that can be shown: the board's, the opened firmware's, or that of a file opened to compare. */
export interface Source {
	readonly id: string;
	readonly name: string;
	readonly image: Image;
	readonly sections: readonly Section[];
}

/** What was read of one board, in one or several goes. */
export interface BoardContent {
	readonly name: string;
	/** The board it is of, so that another one's bytes are not mixed in. */
	readonly key: string;
	readonly image: Image;
	readonly holes: readonly Hole[];
	/** How the last reading ended, and over what. */
	readonly ended: 'done' | 'cancelled' | Failure;
	readonly range: Range;
	readonly bytes: number;
}

/** Ids of the board's and the opened firmware's content. */
export const BOARD = 'board';
export const FIRMWARE = 'firmware';

export class MemoryView {
	readonly #session: Session;
	/** The file an opened firmware came from. */
	readonly #given: (name: string) => File | undefined;
	#content = $state.raw<BoardContent>();
	#others = $state.raw<readonly Source[]>([]);
	#reading = $state.raw<{ readonly range: Range; readonly bytes: number }>();
	/** A job ran since the board was read. */
	#stale = $state(false);
	#symbols = $state.raw<{ readonly of: unknown; readonly places: readonly Place[] }>();
	/** Why a file that was to be compared could not be. */
	refused = $state.raw<{ readonly name: string; readonly failure: Failure }>();
	/** Id of the source the user chose; another is shown while it is not there. */
	chosen = $state<string>();
	/** Id of the source to compare with; '' for none. */
	other = $state('');

	readonly board: Board | undefined = $derived.by(() => this.#session.board);
	readonly content: BoardContent | undefined = $derived.by(() => this.#content);
	readonly sources: readonly Source[] = $derived.by(() => {
		const content = this.#content;
		const { firmware } = this.#session.merged;
		const files = this.#session.state.files.map(({ name }) => name).join(', ');
		return [
			...(content
				? [{ id: BOARD, name: `${content.name}, as read`, image: content.image, sections: [] }]
				: []),
			...(firmware
				? [{ id: FIRMWARE, name: files, image: firmware.image, sections: firmware.sections }]
				: []),
			...this.#others,
		];
	});
	readonly shown: Source | undefined = $derived.by(
		() => this.sources.find(({ id }) => id === this.chosen) ?? this.sources[0],
	);
	readonly against: Source | undefined = $derived.by(() =>
		this.sources.find(({ id }) => id === this.other && id !== this.shown?.id),
	);
	readonly comparison: Comparison | undefined = $derived.by(
		() => this.shown && this.against && compareImages(this.shown.image, this.against.image),
	);
	/** Named ranges no job may change. */
	readonly guarded: readonly ProtectedRange[] = $derived.by(() => this.#session.keeper.inForce());
	readonly #memory = $derived.by(() => this.board?.memory ?? []);
	readonly regions: readonly Place[] = $derived.by(() => regionPlaces(this.#memory));
	readonly sectors: readonly Place[] = $derived.by(() => sectorPlaces(this.#memory));
	readonly sections: readonly Place[] = $derived.by(() =>
		sectionPlaces(this.#session.merged.firmware?.sections ?? []),
	);
	/** Sectors that differ, counted. */
	readonly changedSectors: readonly PartCount<Place>[] = $derived.by(() =>
		this.comparison ? perPart(this.comparison, this.sectors) : [],
	);
	/** Why the board cannot be read now; undefined while it can. */
	readonly whyNot: WhyNot | undefined = $derived.by(() => whyNotRead(this.#session.state));

	constructor(session: Session, given: (name: string) => File | undefined) {
		this.#session = session;
		this.#given = given;
		$effect.root(() => {
			$effect(() => {
				if (session.state.job.status === 'running') this.#stale = true;
			});
		});
	}

	get reading(): { readonly range: Range; readonly bytes: number } | undefined {
		return this.#reading;
	}

	get stale(): boolean {
		return this.#stale && this.#content !== undefined;
	}

	/** False over a serial line, where every block is read twice. */
	get once(): boolean {
		return !this.board || readsOnce(this.board);
	}

	/** Typical time for a range, in milliseconds; undefined without a board. */
	estimateMs(range: Range): number | undefined {
		const { pace } = this.#session;
		const { board } = this;
		if (!pace || !board) return undefined;
		const { transferSize } = board.limits;
		const whole = { start: 0, end: transferSize };
		const sector = { number: 0, bank: 0, range: whole, access: NO_ACCESS };
		const one = cost({ kind: 'look', range: whole, sector, purpose: 'all' }, pace);
		return Math.ceil(size(range) / transferSize) * one * (this.once ? 1 : 2);
	}

	/** Reads a range into what is shown; what was read before stays, except where it is read again. Never rejects. */
	async read(range: Range): Promise<void> {
		const { board } = this;
		if (this.#reading || this.whyNot || !board || !isReadable(range)) return;
		this.#reading = { range, bytes: 0 };
		const name = board.device?.name ?? boardName(board);
		const key = JSON.stringify(labelOf(board));
		const read = await this.#session.lend((loan) =>
			readRange(loan, range, (bytes) => {
				this.#reading = { range, bytes };
			}),
		);
		this.#reading = undefined;
		if (!read) return;
		const before = this.#content?.key === key && !this.#stale ? this.#content : undefined;
		const image = overlayImage(without(before?.image ?? [], read.asked), read.image);
		const holes = [
			...(before?.holes ?? []).filter(
				(hole) => !read.asked.some((one) => touches(one, hole.range)),
			),
			...read.holes,
		].sort((a, b) => a.range.start - b.range.start);
		const bytes = read.image.reduce((sum, { data }) => sum + data.length, 0);
		this.#content = { name, key, image, holes, ended: read.ended, range, bytes };
		this.#stale = false;
		if (bytes > 0) this.chosen = BOARD;
		if (bytes > 0 && this.other === BOARD) this.other = '';
	}

	cancel(): void {
		if (this.#reading) this.#session.cancel();
	}

	/** Opens files to look at and compare; the firmware to program stays as it is. Never rejects. */
	async open(files: readonly File[]): Promise<void> {
		this.refused = undefined;
		for (const file of files) {
			const formats = await this.#loadFormats();
			const content = await openFile(file, formats);
			if (content.status === 'refused')
				this.refused = { name: file.name, failure: content.failure };
			else if (content.status === 'needs-address') {
				const { data, proposedAddress } = content.artifact;
				// A file saved here says its address in its name.
				const told = proposedAddress ?? addressIn(file.name);
				const address = told ?? this.#flashStart;
				const name =
					told === undefined ? `${file.name}, taken as from ${hex32(address)}` : file.name;
				this.add(name, [{ address, data }]);
			} else if (content.status === 'loaded')
				this.add(file.name, content.firmware.image, content.firmware.sections);
		}
	}

	/** Puts a content beside the others, in the place of one of the same name, and compares what is shown with it. */
	add(name: string, image: Image, sections: readonly Section[] = []): void {
		const id = `file ${name}`;
		const [was] = [this.shown];
		this.#others = [...this.#others.filter((one) => one.id !== id), { id, name, image, sections }];
		if (was && was.id !== id) this.other = id;
		else this.chosen = id;
	}

	/** Puts a content beside the others and shows it, compared with another; both by id. */
	compare(source: Omit<Source, 'id' | 'sections'>, other: string): void {
		this.chosen = undefined;
		this.add(source.name, source.image);
		this.chosen = `file ${source.name}`;
		this.other = other;
	}

	/** Reads what the image covers, run by run, and compares the image with it. Never rejects. */
	async compareWithBoard(source: Omit<Source, 'id' | 'sections'>): Promise<void> {
		this.compare(source, BOARD);
		for (const range of join(source.image.map(segmentRange))) {
			await this.read(range);
			if (this.#content?.ended !== 'done') break;
		}
		this.compare(source, BOARD);
	}

	remove(id: string): void {
		this.#others = this.#others.filter((one) => one.id !== id);
	}

	/** Symbols of the opened firmware; read when first asked for, and again for another firmware. */
	get symbols(): readonly Place[] {
		const read = this.#symbols;
		return read && read.of === this.#session.merged.firmware ? read.places : [];
	}

	async loadSymbols(): Promise<void> {
		const { firmware } = this.#session.merged;
		if (!firmware || this.#symbols?.of === firmware) return;
		this.#symbols = { of: firmware, places: [] };
		const places: Place[] = [];
		for (const { name, content } of this.#session.state.files) {
			const file = this.#given(name);
			if (!file || content.status !== 'loaded' || content.firmware.format !== 'ELF') continue;
			const { readElfView } = await import('#formats/elf-view.ts');
			// Names are a convenience: a table that cannot be read leaves the sections.
			const view = await readElfView(blobSource(file)).catch(() => undefined);
			places.push(...symbolPlaces(view?.symbols ?? [], content.firmware.sections));
		}
		if (this.#symbols.of === firmware) this.#symbols = { of: firmware, places };
	}

	async writers(): Promise<readonly Writer[]> {
		return (await import('#formats/writers.ts')).writers;
	}

	/** A file of what is shown, or of the part in `range`; with the Failure of the format that cannot hold it. */
	file(
		writer: Writer,
		range?: Range,
	): { readonly name: string; readonly bytes: Uint8Array } | Failure {
		const { shown, board } = this;
		const image = range ? sliceImage(shown?.image ?? [], range) : (shown?.image ?? []);
		const { firmware } = this.#session.merged;
		// "STM32F405/407 (1 MiB)": the first word says enough.
		const stem = (shown?.id === BOARD && this.#content?.name.split(/[ /]/)[0]) || shown?.name || '';
		const region = regionAt(this.#memory, image[0]?.address ?? 0);
		const facts: WriteFacts = {
			name: shown?.name ?? '',
			memory: this.#memory,
			...(board?.device && { family: board.device.family }),
			...(region && isFlash(region) && { fill: region.eraseValue }),
			...(shown?.id === FIRMWARE &&
				firmware?.entryPoint !== undefined && { entryPoint: firmware.entryPoint }),
		};
		try {
			return {
				name: fileName(stem, image) + writer.extension,
				bytes: writer.write(image, facts),
			};
		} catch (error) {
			return toFailure(error);
		}
	}

	get #flashStart(): number {
		return this.#memory.find(({ kind }) => kind === 'flash')?.range.start ?? FLASH_START;
	}

	async #loadFormats() {
		const [{ openFile: open }, { mergeFirmware }] = await Promise.all([
			import('#formats/index.ts'),
			import('#formats/merge.ts'),
		]);
		return { openFile: open, mergeFirmware };
	}
}

/** Where every STM32 has its flash (RM memory maps), for a binary that says nothing while no board is there. */
const FLASH_START = 0x0800_0000;
const NO_ACCESS = { read: true, erase: false, write: false };

/** A range that may be read in one go. */
export const isReadable = ({ start, end }: Range): boolean =>
	start >= 0 && end > start && end <= 2 ** 32 && end - start <= LARGEST_READ;

const touches = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;

const without = (image: Image, ranges: readonly Range[]): Image =>
	subtract({ start: 0, end: 2 ** 32 }, ranges).flatMap((range) => sliceImage(image, range));

/** "STM32F405RG-08000000": what it is of, and where it begins. */
function fileName(name: string, image: Image): string {
	const start = extent(image)?.start ?? 0;
	const plain = name.replace(/\.[a-z0-9]{1,5}$/i, '');
	const safe = plain.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '');
	return `${safe || 'memory'}-${start.toString(16).padStart(8, '0')}`;
}

function addressIn(name: string): number | undefined {
	const [, digits] = /-([0-9a-f]{8})\.[a-z0-9]+$/i.exec(name) ?? [];
	return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
