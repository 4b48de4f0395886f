// The named ranges no job may change: those of the open project, of the connected board, and of this page until there
// is one of the two. What is remembered is read first and changed in place, for another tab may have changed it, too.
import { toFailure, type Failure } from '#core/failure.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { isSame, joinRanges } from '#core/protected.ts';
import {
	plain,
	projectText,
	readProject,
	readRanges,
	type Project,
} from '#formats/project-file.ts';
import type { TextStore } from '#ports/text-store.ts';
import { labelOf, mayBeSame } from './keep/identity.ts';
import type { Keeper } from './keep/keeper.svelte.ts';
import {
	nothingRemembered,
	PROJECT,
	readRemembered,
	recordName,
	recordText,
	withBoard,
	type BoardRanges,
	type Remembered,
} from './protect-store.ts';
import type { Board } from './state.ts';

export interface ListedRange extends ProtectedRange {
	/** Where it is remembered; 'page': nowhere yet. */
	readonly of: 'project' | 'board' | 'page';
	/** Its name there, where another range of the list has taken that. */
	readonly own: string;
}

export class ProtectBook {
	readonly #open: () => Promise<TextStore>;
	readonly #keeper: Keeper;
	readonly #boardNow: () => Board | undefined;
	#remembered = $state.raw<Remembered>(nothingRemembered);
	/** What is written, one after the other. */
	#last: Promise<void> = Promise.resolve();
	#changes = 0;
	/** Why nothing is remembered; undefined while it works. */
	trouble = $state.raw<Failure>();

	readonly project: Project | undefined = $derived.by(() => this.#remembered.project);
	readonly damaged: readonly string[] = $derived.by(() => this.#remembered.damaged);
	/** In force now. Each name stands once. */
	readonly ranges: readonly ListedRange[] = $derived.by(() => {
		const listed = (of: ListedRange['of'], ranges: readonly ProtectedRange[]): ListedRange[] =>
			ranges.map((one) => ({ ...one, of, own: one.name }));
		const mine = this.#records().flatMap(([, { ranges }]) => ranges);
		return joinRanges([
			listed('project', this.project?.ranges ?? []),
			listed('board', mine),
			listed('page', this.#keeper.protect),
		]);
	});

	/** `board` is the connected one. */
	constructor(open: () => Promise<TextStore>, keeper: Keeper, board: () => Board | undefined) {
		this.#open = open;
		this.#keeper = keeper;
		this.#boardNow = board;
		keeper.inForce = () => this.ranges;
	}

	/** Reads what is remembered; once it was, ranges of this page go to the board. Never rejects: see `trouble`. */
	async load(): Promise<void> {
		try {
			const store = await this.#open();
			let seen: number;
			// What is changed meanwhile is written after it was read: then it is read again.
			do {
				seen = this.#changes;
				await this.#last;
				const read = readRemembered(await store.read());
				if (seen === this.#changes) this.#remembered = read;
			} while (seen !== this.#changes);
			this.trouble = undefined;
		} catch (error) {
			this.trouble = toFailure(error);
		}
		const board = this.#boardNow();
		const waiting = this.#keeper.protect;
		if (!board || waiting.length === 0) return;
		await this.#changeBoard(board, (ranges) => joinRanges([ranges, waiting]));
		this.#keeper.protect = this.#keeper.protect.filter((one) => !waiting.includes(one));
	}

	/**
	 * Protects a range, in the project where one is open; resolves to the name it got.
	 * @throws Failure project.field for what is no name or no range, or one too many
	 */
	async add({ name, range }: ProtectedRange): Promise<string> {
		const taken: readonly ProtectedRange[] = this.ranges;
		const [given] = joinRanges([taken, [{ name, range }]]).slice(taken.length);
		// It is there already, and under this name.
		if (!given) return name;
		const added: ProtectedRange = { name: given.name, range };
		readRanges(plain([...taken, added]), 'ranges');
		const board = this.#boardNow();
		const put = (ranges: readonly ProtectedRange[]): readonly ProtectedRange[] =>
			joinRanges([ranges, [added]]);
		if (this.project) await this.#changeProject(put);
		else if (board) await this.#changeBoard(board, put);
		else this.#keeper.protect = put(this.#keeper.protect);
		return added.name;
	}

	/** The range is no longer protected, here and wherever it is remembered for this board and project. */
	async remove({ name, own, range }: ListedRange): Promise<void> {
		const without = (ranges: readonly ProtectedRange[]): readonly ProtectedRange[] =>
			ranges.filter((one) => !isSame(one, { name: own, range }));
		this.#keeper.givenUp = this.#keeper.givenUp.filter((one) => one !== name);
		this.#keeper.protect = without(this.#keeper.protect);
		if (this.project) await this.#changeProject(without);
		for (const [key, record] of this.#records())
			if (without(record.ranges).length < record.ranges.length)
				await this.#changeRecord(key, record.board, without);
	}

	/** Opens a project in place of the one before. @throws Failure project.* for a file that is none */
	async openProject(text: string): Promise<void> {
		const project = readProject(text);
		this.#remembered = { ...this.#remembered, project };
		await this.#write((store) => store.write(PROJECT, projectText(project)));
	}

	/** Its ranges are not in force any more; the file stays as it is. */
	async closeProject(): Promise<void> {
		this.#remembered = { ...this.#remembered, project: undefined };
		await this.#write((store) => store.remove(PROJECT));
	}

	/** All ranges in force as a project file, named as the open project or as given. */
	fileText(name: string, device: string | undefined): string {
		const { project } = this;
		const of = project?.device ?? device;
		const ranges = this.ranges.map((one) => ({ name: one.name, range: one.range }));
		return projectText({
			name: project?.name ?? name,
			...(of !== undefined && { device: of }),
			ranges,
		});
	}

	/** Removes what is stored and cannot be believed. */
	async forgetDamaged(): Promise<void> {
		const { damaged } = this;
		this.#remembered = { ...this.#remembered, damaged: [] };
		await this.#write(async (store) => {
			for (const name of damaged) await store.remove(name);
		});
	}

	/** The records that are this board's, as far as it tells who it is. */
	#records(): [string, BoardRanges][] {
		const board = this.#boardNow();
		if (!board) return [];
		const label = labelOf(board);
		return [...this.#remembered.boards].filter(([, record]) => mayBeSame(record.board, label));
	}

	#changeProject(change: Change): Promise<void> {
		const changed = ({ project }: Remembered): Project | undefined =>
			project && { ...project, ranges: change(project.ranges) };
		const project = changed(this.#remembered);
		this.#remembered = { ...this.#remembered, project };
		return this.#write(async (store) => {
			const now = changed(readRemembered(await store.read())) ?? project;
			if (now) await store.write(PROJECT, projectText(now));
		});
	}

	#changeBoard(board: Board, change: Change): Promise<void> {
		const label = labelOf(board);
		return this.#changeRecord(recordName(label), label, change);
	}

	#changeRecord(key: string, board: BoardRanges['board'], change: Change): Promise<void> {
		const changed = ({ boards }: Remembered): BoardRanges => ({
			board,
			ranges: change(boards.get(key)?.ranges ?? []),
		});
		this.#remembered = withBoard(this.#remembered, key, changed(this.#remembered));
		return this.#write(async (store) => {
			await store.write(key, recordText(changed(readRemembered(await store.read()))));
		});
	}

	#write(work: (store: TextStore) => Promise<void>): Promise<void> {
		this.#changes++;
		this.#last = this.#last.then(async () => {
			try {
				await work(await this.#open());
				this.trouble = undefined;
			} catch (error) {
				this.trouble = toFailure(error);
			}
		});
		return this.#last;
	}
}

type Change = (ranges: readonly ProtectedRange[]) => readonly ProtectedRange[];
