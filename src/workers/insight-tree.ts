// Cuts the tree of an insight into what one picture shows: some levels below a node, and its smallest nodes as one.
import type { NodePath, TreeBox } from '#core/insight-view.ts';
import type { ContentNode, Insight, SymbolRow } from '#core/insight.ts';
import { symbolNodes } from '#insight/content.ts';

/** More boxes than this are not drawn below one node: the rest would be smaller than a pixel or two. */
const MOST = 150;

/** Where a node stands: what its symbols are found by. */
interface Place {
	readonly section?: string;
	readonly archive?: string;
	readonly object?: string;
}

export class InsightTree {
	readonly #insight: Insight;
	readonly #symbols: () => readonly SymbolRow[];
	#byPlace: ReadonlyMap<string, readonly SymbolRow[]> | undefined;

	/** `symbols` makes the list when it is first needed. */
	constructor(insight: Insight, symbols: () => readonly SymbolRow[]) {
		this.#insight = insight;
		this.#symbols = symbols;
	}

	/** The node at the path with `depth` levels below it; undefined where the path leads nowhere. */
	view(path: NodePath, depth: number): TreeBox | undefined {
		const roots = this.#roots();
		if (path.length === 0) {
			const size = roots.reduce((sum, root) => sum + root.size, 0);
			const children = this.#boxes(roots, {}, depth - 1);
			const name = this.#insight.regions.length > 0 ? 'All regions' : 'All sections';
			return { name, kind: 'build', size, opens: roots.length > 0, children };
		}
		let level: readonly ContentNode[] = roots;
		let place: Place = {};
		let node: ContentNode | undefined;
		for (const name of path) {
			node = level.find((one) => one.name === name && one.kind !== 'symbol');
			if (!node) return undefined;
			place = inside(place, node);
			level = this.#below(node, place);
		}
		return node && this.#box(node, place, depth);
	}

	/** Regions; the sections themselves of a build whose regions nobody told. */
	#roots(): readonly ContentNode[] {
		const { regions, sections } = this.#insight;
		if (regions.length > 0) return regions.map(({ content }) => content);
		return sections.map(({ name, size, address }) => {
			return { name, kind: 'section', size, address, children: [] };
		});
	}

	#box(node: ContentNode, place: Place, depth: number): TreeBox {
		const { name, kind, size, address, part } = node;
		return {
			name,
			kind,
			size,
			...(address !== undefined && { address }),
			...(part !== undefined && { part }),
			opens: node.children.length > 0 || (isLeaf(node) && this.#insight.symbolCount > 0),
			children: depth > 0 ? this.#boxes(this.#below(node, place), place, depth - 1) : [],
		};
	}

	#boxes(nodes: readonly ContentNode[], place: Place, depth: number): TreeBox[] {
		const filled = nodes.filter(({ size }) => size > 0).sort((a, b) => b.size - a.size);
		const shown = filled.length > MOST ? filled.slice(0, MOST - 1) : filled;
		const folded = filled.slice(shown.length);
		const boxes = shown.map((node) => this.#box(node, inside(place, node), depth));
		if (folded.length === 0) return boxes;
		const size = folded.reduce((sum, node) => sum + node.size, 0);
		const rest: TreeBox = {
			name: `${folded.length} smaller`,
			kind: 'smaller',
			size,
			count: folded.length,
			opens: false,
			children: [],
		};
		return [...boxes, rest];
	}

	#below(node: ContentNode, place: Place): readonly ContentNode[] {
		if (!isLeaf(node)) return node.children;
		const symbols = this.#index().get(keyOf(place)) ?? [];
		return symbols.length > 0 ? symbolNodes(node, symbols) : [];
	}

	/** Symbols by object, and by section for a build whose objects nobody told. */
	#index(): ReadonlyMap<string, readonly SymbolRow[]> {
		if (this.#byPlace) return this.#byPlace;
		const found = new Map<string, SymbolRow[]>();
		const put = (key: string, symbol: SymbolRow): void => {
			const list = found.get(key);
			if (list) list.push(symbol);
			else found.set(key, [symbol]);
		};
		for (const symbol of this.#symbols()) {
			const { section = '' } = symbol;
			put(keyOf({ section }), symbol);
			if (symbol.object !== undefined) put(keyOf(symbol), symbol);
		}
		return (this.#byPlace = found);
	}
}

/** Below these nodes stand symbols. */
const isLeaf = ({ kind, children }: ContentNode): boolean =>
	children.length === 0 && (kind === 'object' || kind === 'section');

const keyOf = ({ section = '', archive = '', object = '' }: Place): string =>
	`${section}\n${archive}\n${object}`;

function inside(place: Place, { kind, name }: ContentNode): Place {
	if (kind === 'section') return { section: name };
	if (kind === 'archive') return { ...place, archive: name };
	if (kind === 'object') return { ...place, object: name };
	return place;
}
