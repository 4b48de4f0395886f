// How protected ranges outlive the page: the open project as its file, and one record for each board.
import { Failure } from '#core/failure.ts';
import type { ProtectedRange } from '#core/plan.ts';
import { plain, readProject, readRanges, type Project } from '#formats/project-file.ts';
import { isBoardLabel, type BoardLabel } from './keep/backups.ts';

export interface BoardRanges {
	readonly board: BoardLabel;
	readonly ranges: readonly ProtectedRange[];
}

/** Everything remembered; `damaged` names texts that are not believed. */
export interface Remembered {
	readonly project: Project | undefined;
	/** By their names in the store. */
	readonly boards: ReadonlyMap<string, BoardRanges>;
	readonly damaged: readonly string[];
}

export const nothingRemembered: Remembered = { project: undefined, boards: new Map(), damaged: [] };

/** The same with another record under this name. */
export const withBoard = (all: Remembered, name: string, record: BoardRanges): Remembered => ({
	...all,
	boards: new Map(all.boards).set(name, record),
});

export const PROJECT = 'project';
const BOARD = 'board ';

/** The name of a board's record: what tells it from others, as far as it does. */
export const recordName = ({ uniqueId, usbSerial, productId, name }: BoardLabel): string =>
	BOARD +
	(uniqueId ?? usbSerial ?? (productId === undefined ? name : `0x${productId.toString(16)}`));

/** What the texts say, whoever wrote them. */
export function readRemembered(texts: ReadonlyMap<string, string>): Remembered {
	const boards = new Map<string, BoardRanges>();
	const damaged: string[] = [];
	let project: Project | undefined;
	for (const [name, text] of texts) {
		try {
			if (name === PROJECT) project = readProject(text);
			else if (name.startsWith(BOARD)) boards.set(name, readRecord(text));
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			damaged.push(name);
		}
	}
	return { project, boards, damaged };
}

export const recordText = ({ board, ranges }: BoardRanges): string =>
	JSON.stringify({ board, ranges: plain(ranges) });

/** @throws Failure project.record, project.field, project.twice */
function readRecord(text: string): BoardRanges {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new Failure('project.record', { name: text.slice(0, 20) }, error);
	}
	const { board, ranges } = (typeof value === 'object' && value !== null ? value : {}) as Record<
		string,
		unknown
	>;
	if (!isBoardLabel(board)) throw new Failure('project.record', { name: text.slice(0, 20) });
	return { board: board as BoardLabel, ranges: readRanges(ranges, 'ranges') };
}
