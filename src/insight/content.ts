// What fills a region, as a tree whose sums agree to the byte: sections and the gaps between them, in each section the
// archives and objects that made it, in each object its symbols.
import type { ContentNode, SymbolRow } from '#core/insight.ts';
import { hex32 } from '#core/bytes.ts';
import type { InputSection } from '#core/link.ts';
import type { BuiltSection } from './sections.ts';

/** A section, or a part of one, as it lies in a region. */
export interface Piece {
	readonly section: BuiltSection;
	readonly part: 'run' | 'load' | 'both';
	/** Of its first byte in the region. */
	readonly start: number;
	readonly end: number;
	/** Where that byte runs: the objects are known by run addresses. */
	readonly runStart: number;
}

const sum = (nodes: readonly ContentNode[]): number =>
	nodes.reduce((total, { size }) => total + size, 0);

/** A region's node; `gapsFrom` is the address from which gaps count, undefined where they do not. */
export function regionNode(
	name: string,
	pieces: readonly Piece[],
	gapsFrom: number | undefined,
): ContentNode {
	const children: ContentNode[] = [];
	let cursor = gapsFrom;
	for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
		if (cursor !== undefined && piece.start > cursor) {
			const size = piece.start - cursor;
			children.push({ name: 'gap', kind: 'gap', size, address: cursor, children: [] });
		}
		children.push(sectionNode(piece));
		if (cursor !== undefined) cursor = Math.max(cursor, piece.end);
	}
	return { name, kind: 'region', size: sum(children), children };
}

/** The region's node made to sum to what the linker counted, where it counted more. */
export function withRest(node: ContentNode, size: number): ContentNode {
	if (node.size >= size) return node;
	const rest: ContentNode = { name: 'rest', kind: 'rest', size: size - node.size, children: [] };
	return { ...node, size, children: [...node.children, rest] };
}

function sectionNode({ section, part, start, end, runStart }: Piece): ContentNode {
	const { name, made } = section;
	const size = end - start;
	const children = made ? groups(made.inputs, runStart, runStart + size) : [];
	return { name, kind: 'section', size, address: start, part, children };
}

interface Tally {
	readonly kind: ContentNode['kind'];
	readonly name: string;
	size: number;
	readonly members: Map<string, number>;
}

/** Objects and archives by size; each byte of [start, end) is counted once, whatever the map claims. */
function groups(inputs: readonly InputSection[], start: number, end: number): ContentNode[] {
	const tallies = new Map<string, Tally>();
	const count = (key: string, kind: Tally['kind'], name: string, size: number): Tally => {
		const tally = tallies.get(key) ?? { kind, name, size: 0, members: new Map() };
		tally.size += size;
		tallies.set(key, tally);
		return tally;
	};
	let cursor = start;
	for (const input of sorted(inputs)) {
		const from = Math.max(cursor, input.address);
		const to = Math.min(end, input.address + input.size);
		if (to <= from) continue;
		if (from > cursor) count('rest', 'rest', 'rest', from - cursor);
		cursor = to;
		const size = to - from;
		if (input.name === '*fill*') count('fill', 'fill', '*fill*', size);
		else if (input.archive !== undefined) {
			const { members } = count(`archive ${input.archive}`, 'archive', input.archive, size);
			members.set(input.object, (members.get(input.object) ?? 0) + size);
		} else if (input.object === '') count('rest', 'rest', 'rest', size);
		else count(`object ${input.object}`, 'object', input.object, size);
	}
	if (cursor < end) count('rest', 'rest', 'rest', end - cursor);
	return bySize([...tallies.values()].map(nodeOf));
}

const sorted = (inputs: readonly InputSection[]): readonly InputSection[] =>
	inputs.every((input, i) => i === 0 || inputs[i - 1]!.address <= input.address)
		? inputs
		: [...inputs].sort((a, b) => a.address - b.address);

const bySize = (nodes: ContentNode[]): ContentNode[] => nodes.sort((a, b) => b.size - a.size);

const nodeOf = ({ kind, name, size, members }: Tally): ContentNode => ({
	name,
	kind,
	size,
	children: bySize(
		[...members].map(([member, bytes]) => ({
			name: member,
			kind: 'object',
			size: bytes,
			children: [],
		})),
	),
});

/**
 * The level below an object, or below a section of a build without a map: its symbols by size, and what none of them
 * covers as `rest`, so that the sizes sum to the node's. `symbols` are those of the node, in address order.
 */
export function symbolNodes(node: ContentNode, symbols: readonly SymbolRow[]): ContentNode[] {
	const nodes: ContentNode[] = [];
	let left = node.size;
	let cursor = 0;
	for (const symbol of symbols) {
		const from = Math.max(cursor, symbol.address);
		const size = Math.min(left, symbol.address + symbol.size - from);
		if (size <= 0) continue;
		cursor = from + size;
		left -= size;
		const name = symbol.readable ?? (symbol.name || hex32(symbol.address));
		nodes.push({ name, kind: 'symbol', size, address: symbol.address, children: [] });
	}
	if (left > 0) nodes.push({ name: 'rest', kind: 'rest', size: left, children: [] });
	return bySize(nodes);
}
