// The way to the named ranges no job may change, which are read when first asked for.
import { toFailure } from '#core/failure.ts';
import { talking } from './board-link.ts';
import type { Environment } from './environment.ts';
import type { Keeper } from './keep/keeper.svelte.ts';
import type { ProtectBook } from './protect-book.svelte.ts';
import type { Board, OpenedFile } from './state.ts';

export class Protect {
	readonly #environment: Environment;
	readonly #keeper: Keeper;
	readonly #board: () => Board | undefined;
	#opening: Promise<ProtectBook> | undefined;
	/** Undefined until it was opened. */
	book = $state.raw<ProtectBook>();

	constructor(environment: Environment, keeper: Keeper, board: () => Board | undefined) {
		this.#environment = environment;
		this.#keeper = keeper;
		this.#board = board;
	}

	/** Resolves when what is remembered has been read. */
	open(): Promise<ProtectBook> {
		return (this.#opening ??= this.#read().catch((error: unknown) => {
			// Not loaded without a network: the next one who asks tries again.
			this.#opening = undefined;
			throw error;
		}));
	}

	async #read(): Promise<ProtectBook> {
		const { ProtectBook: Book } = await talking();
		const book = new Book(() => this.#environment.openRanges(), this.#keeper, this.#board);
		await book.load();
		this.book = book;
		return book;
	}

	/** What an opened file is: undefined for a project, which is no firmware and has been opened here. */
	async take(
		file: File,
		content: OpenedFile['content'],
	): Promise<OpenedFile['content'] | undefined> {
		if (content.status !== 'refused') return content;
		const named = file.name.toLowerCase() === 'sectorwise.json';
		if (content.failure.code !== 'file.project' && !named) return content;
		try {
			await (await this.open()).openProject(await file.text());
			return undefined;
		} catch (error) {
			return { status: 'refused', failure: toFailure(error) };
		}
	}
}
