// What the insight worker knows: the files it has read, the insight made of them, and the answers cut from it. It runs
// as well without a worker around it, which is how it is tested.
import type { Section } from '#core/artifact.ts';
import type { InsightBrief } from '#core/insight-view.ts';
import { Failure } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import type { Build, Comparison, ContentNode, Insight, SymbolRow, Target } from '#core/insight.ts';
import { compareBuilds, compareWithBoard } from '#insight/compare.ts';
import { makeInsight } from '#insight/insight.ts';
import { listSymbols } from '#insight/symbols.ts';
import { bootAnswer, bootBoards } from './insight-boot.ts';
import { partAnswer } from './insight-part.ts';
import { buildOf, comparable } from './insight-build.ts';
import { readFile, told, type FileContent } from './insight-files.ts';
import type { Asks, DeskFile, DeskRequest, OpenQuestion } from './insight-messages.ts';
import {
	changeCells,
	countObjects,
	InsightTables,
	objectCells,
	sectionCells,
	symbolCells,
} from './insight-rows.ts';
import { InsightTree } from './insight-tree.ts';

interface Made {
	readonly build: Build;
	readonly target: Target | undefined;
	readonly tree: InsightTree;
	readonly tables: InsightTables;
}

export class InsightWork {
	#files = new Map<number, Promise<FileContent>>();
	#made: Made | undefined;
	#image: Image = [];
	#turn = 0;

	/** @throws Failure what is wrong with the whole; what is wrong with one file is in the answer. */
	async answer(request: DeskRequest): Promise<Asks[DeskRequest['ask']]['answer']> {
		switch (request.ask) {
			case 'open':
				return this.#open(request.question);
			case 'tree':
				return this.#made?.tree.view(request.question.path, request.question.depth);
			case 'table':
				return this.#built().tables.page(request.question);
			case 'boards':
				return bootBoards();
			case 'boot':
				return bootAnswer(request.question, this.#image);
			case 'part': {
				const { build, target } = this.#built();
				return partAnswer(request.question, build, target);
			}
			case 'rows': {
				const { format, ...filter } = request.question;
				const type = format === 'csv' ? 'text/csv' : 'text/plain';
				return new Blob(this.#built().tables.text(filter, format), { type });
			}
		}
	}

	#built(): Made {
		if (!this.#made) throw new Failure('insight.worker-stopped', {});
		return this.#made;
	}

	async #open(question: OpenQuestion): Promise<Asks['open']['answer']> {
		const turn = ++this.#turn;
		this.#forget([...question.files, ...question.before]);
		const [files, before] = await Promise.all([
			this.#read(question.files),
			this.#read(question.before),
		]);
		// A newer question waits behind this one: its answer is the one that counts.
		if (turn !== this.#turn) throw new Failure('insight.worker-stopped', {});
		const { outline = false, settings, target, wire } = question;
		const { build, failures } = await buildOf(files, settings, outline);
		const old = await buildOf(outline ? [] : before, settings);
		if (turn !== this.#turn) throw new Failure('insight.worker-stopped', {});
		this.#image = build?.firmware?.image ?? [];
		const all = [...files, ...before].map(({ given: { id }, content }) => {
			const failure = failures.get(id) ?? old.failures.get(id);
			return told(id, failure ? { kind: 'refused', failure } : content);
		});
		if (!build) {
			this.#made = undefined;
			return { files: all };
		}
		// A board that was read is what is compared with, until its content is taken away.
		const comparison =
			(outline || !target ? undefined : compareWithBoard(build, target, wire)) ??
			(old.build && compareBuilds(comparable({ before: old.build, after: build }), target, wire));
		const insight = makeInsight(build, target);
		return { files: all, brief: this.#keep({ build, insight, comparison, question }) };
	}

	/** Files that the page has let go are let go here. */
	#forget(kept: readonly DeskFile[]): void {
		const ids = new Set(kept.map(({ id }) => id));
		for (const id of this.#files.keys()) if (!ids.has(id)) this.#files.delete(id);
	}

	#read(files: readonly DeskFile[]): Promise<{ given: DeskFile; content: FileContent }[]> {
		return Promise.all(
			files.map(async (given) => {
				const reading = this.#files.get(given.id) ?? readFile(given);
				this.#files.set(given.id, reading);
				return { given, content: await reading };
			}),
		);
	}

	/** Keeps what later questions are about, and cuts what the screen gets at once. */
	#keep({
		build,
		insight,
		comparison,
		question,
	}: {
		readonly build: Build;
		readonly insight: Insight;
		readonly comparison: Comparison | undefined;
		readonly question: OpenQuestion;
	}): InsightBrief {
		let list: readonly SymbolRow[] | undefined;
		const symbols = (): readonly SymbolRow[] => (list ??= listSymbols(build));
		const changes = changeCells(comparison?.symbols ?? []);
		this.#made = {
			build,
			target: question.target,
			tree: new InsightTree(insight, symbols),
			tables: new InsightTables({
				sections: () => sectionCells(insight),
				objects: () => objectCells(insight),
				symbols: () => symbolCells(symbols()),
				changes: () => changes,
			}),
		};
		const { sections, ...rest } = insight;
		const { outline = false } = question;
		return {
			...rest,
			outline,
			...(outline && { warnings: [], missing: [] }),
			sectionTypes: typesOf(build.firmware?.sections ?? []),
			regions: insight.regions.map((region) => ({ ...region, content: pruned(region.content) })),
			memory: question.target?.memory ?? [],
			...(comparison && { comparison: { ...comparison, symbols: [] } }),
			counts: {
				sections: sections.length,
				objects: countObjects(insight),
				symbols: insight.symbolCount,
				changes: changes.length,
			},
		};
	}
}

const typesOf = (sections: readonly Section[]): InsightBrief['sectionTypes'] =>
	Object.fromEntries(
		sections.map(({ name, access, loadAddress }) => [
			name,
			access.execute
				? 'code'
				: loadAddress === undefined
					? 'zeroed'
					: access.write
						? 'data'
						: 'constants',
		]),
	);

/** A region with its sections, and nothing below them. */
const pruned = (node: ContentNode): ContentNode => ({
	...node,
	children: node.children.map((child) => ({ ...child, children: [] })),
});
