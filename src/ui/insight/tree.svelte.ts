// The treemap's own state: the node that fills it, fetched with the levels it draws, and the box pointed at.
import type { NodePath, TreeBox } from '#core/insight-view.ts';
import { afterTask } from '#ui/after-task.ts';
import { sizeText } from '#ui/text.ts';
import type { InsightScreen } from './screen.svelte.ts';
import type { Box } from './squarify.ts';
import { toneOf, type SectionTypes, type Tone } from './tones.ts';
import { layTreemap, neighbour, type MapCell } from './treemap.ts';

/** Boxes drawn in one task: the page answers in between. */
const STEP = 40;
const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;

export class TreeView {
	readonly #screen: InsightScreen;
	width = $state(0);
	height = $state(420);
	#root = $state.raw<TreeBox>();
	#rootPath = $state.raw<NodePath>([]);
	/** Index among the top boxes, for the keyboard; any cell for the pointer. */
	chosen = $state(0);
	hovered = $state.raw<MapCell>();
	/** How many of the cells are drawn so far. */
	#drawn = $state(0);
	#asked = 0;

	constructor(screen: InsightScreen) {
		this.#screen = screen;
	}

	/** Undefined until the first answer. */
	get root(): TreeBox | undefined {
		return this.#root;
	}
	get path(): NodePath {
		return this.#rootPath;
	}

	readonly #types: SectionTypes = $derived.by(() => this.#screen.model.brief?.sectionTypes ?? {});
	readonly #tone: Tone | undefined = $derived.by(() => {
		// Above the sections stand the regions, where there are any.
		const depth = this.#screen.model.brief?.regions.length === 0 ? 0 : 1;
		const section = this.#rootPath[depth];
		return section === undefined ? undefined : toneOf(section, this.#types);
	});
	readonly cells: readonly MapCell[] = $derived.by(() =>
		this.#root && this.width > 0
			? layTreemap(
					this.#root,
					{ x: 0, y: 0, width: this.width, height: this.height },
					{ tone: this.#tone, types: this.#types, sizeText },
				)
			: [],
	);
	/** What is drawn of them, in the order they stand. */
	readonly shown: readonly MapCell[] = $derived.by(() =>
		this.#drawn < this.cells.length ? this.cells.slice(0, this.#drawn) : this.cells,
	);
	/** The boxes the keyboard walks over. */
	readonly top: readonly MapCell[] = $derived.by(() =>
		this.cells.filter(({ level }) => level === 1),
	);
	readonly pointed: MapCell | undefined = $derived.by(() => this.hovered ?? this.top[this.chosen]);

	/** Fetches the node at the path; the last call counts. A path that leads nowhere any more leads to the whole. */
	async show(path: NodePath): Promise<void> {
		const turn = ++this.#asked;
		const found = await this.#screen.model.ask('tree', { path, depth: path.length === 0 ? 3 : 2 });
		if (turn !== this.#asked) return;
		if (!found && path.length > 0) {
			this.#screen.treePath = [];
			return;
		}
		this.#root = found;
		this.#rootPath = path;
		this.chosen = 0;
		this.hovered = undefined;
		if (this.#drawn === 0) this.#draw();
	}

	#draw(): void {
		afterTask(() => {
			this.#drawn += STEP;
			if (this.#drawn < this.cells.length) this.#draw();
			else this.drawAll();
		});
	}

	/** Draws what is still to be drawn, and from then on with every change of the room. */
	drawAll(): void {
		this.#drawn = Infinity;
	}

	/** Opens a box that has a level below, however deep it is drawn. */
	open(cell: MapCell | undefined): void {
		if (!cell) return;
		const path = cell.node.opens ? cell.path : cell.path.slice(0, -1);
		if (path.length > 0) this.#screen.treePath = [...this.#rootPath, ...path];
	}

	up(): void {
		if (this.#rootPath.length > 0) this.#screen.treePath = this.#rootPath.slice(0, -1);
	}

	/** The smallest box at a place. */
	hover(x: number, y: number): void {
		this.hovered = this.cells.findLast(({ box }) => holds(box, x, y));
	}

	/** True for a key that did something. */
	press(key: string): boolean {
		const arrow = ARROWS.find((one) => one === key);
		if (arrow) {
			const to = neighbour(
				this.top.map(({ box }) => box),
				this.chosen,
				arrow,
			);
			this.chosen = to ?? this.chosen;
		} else if (key === 'Home') this.chosen = 0;
		else if (key === 'End') this.chosen = Math.max(0, this.top.length - 1);
		else if (key === 'Enter' || key === ' ') this.open(this.top[this.chosen]);
		else if (key === 'Backspace' || key === '-') this.up();
		else return false;
		this.hovered = undefined;
		return true;
	}
}

const holds = ({ x, y, width, height }: Box, atX: number, atY: number): boolean =>
	x <= atX && atX < x + width && y <= atY && atY < y + height;
