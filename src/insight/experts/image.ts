// The image against the chip's flash: what is past its end, what stands below the program, what costs an erase of its
// own.
import { u32le } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { imageSize, readImage, segmentRange, sliceImage, type Image } from '#core/image.ts';
import { sectorsTouching, type Sector } from '#core/memory.ts';
import { includes, join, size, subtract, type Range } from '#core/range.ts';
import { eraseTime } from '#core/steps.ts';
import { storedIn } from '#insight/overlay.ts';
import { chipRole, roleAt } from '#insight/roles.ts';
import type { Case, Expert } from './findings.ts';

const imageOf = ({ build }: Case): Image => build.firmware?.image ?? [];

export const pastTheEnd: Expert = (about) => {
	const { chip, target, sections } = about;
	const known = chip.regions.map(({ range }) => range);
	if (!target || known.length === 0) return [];
	const past = imageOf(about).flatMap((segment) =>
		subtract(segmentRange(segment), known).filter(
			({ start }) => !chip.aliasAt(start) && roleAt(start, '', chip) === 'flash',
		),
	);
	if (past.length > 0 && target.device?.flashSize === 0)
		return [diagnostic('error', 'plan.no-flash', {})];
	return past.map((range) => {
		const names = storedIn(range, sections);
		const data = { ...range, size: size(range), sections: names.join(', ') || 'image' };
		return diagnostic('error', 'insight.image-outside', data, range);
	});
};

/** A program that begins behind the start of flash relies on what stands below. */
export const belowTheProgram: Expert = (about) => {
	const flash = about.chip.regions.filter(({ kind }) => kind === 'flash');
	const boot = flash[0]?.range.start;
	const first = imageOf(about).find(({ address }) =>
		flash.some(({ range }) => includes(range, address)),
	);
	if (boot === undefined || !first || first.address === boot) return [];
	const start = first.address;
	// The second core of a dual-core part begins in bank 2, with nothing below but the other core's program.
	const secondCore =
		(about.target?.device?.cores.length ?? 0) > 1 && start === flash[1]?.range.start;
	const range = { start: boot, end: start };
	const below = { start, size: start - boot };
	return [
		...(secondCore ? [] : [diagnostic('note', 'insight.offset', below, range)]),
		...nothingBelow({ start, boot }, about),
	];
};

function nothingBelow(
	at: { readonly start: number; readonly boot: number },
	about: Case,
): Diagnostic[] {
	const { target, chip } = about;
	const range = { start: at.boot, end: at.boot + 8 };
	const content = sliceImage(target?.content ?? [], range);
	if (imageSize(content) !== 8) return [];
	const words = readImage(content, range, 0);
	const [stack, reset] = [u32le(words, 0), u32le(words, 4)];
	const inside = (address: number, role: string): boolean =>
		chip.regions.some(
			(region) => chipRole(region) === role && includes(region.range, chip.addressOf(address)),
		);
	if (inside(stack - 1, 'ram') && reset % 2 === 1 && inside(reset - 1, 'flash')) return [];
	return [diagnostic('warning', 'insight.nothing-below', at, range)];
}

/** Bytes beside the program that fill less than this part of the sectors erased for them alone. */
const HARDLY_FILLED = 1 / 20;
/** Erases quicker than this are not worth a word. */
const SLOW_MS = 500;

export const lonelyBytes: Expert = (about) => {
	const { target, chip } = about;
	const device = target?.device;
	const image = imageOf(about);
	if (!device || image.length < 2) return [];
	const flash = chip.regions.filter(({ kind }) => kind === 'flash');
	const islands = islandsOf(
		image.map(segmentRange),
		flash.flatMap(({ sectors }) => sectors),
	);
	if (islands.length < 2) return [];
	const main = islands.reduce((a, b) => (b.bytes > a.bytes ? b : a));
	return islands.flatMap((island, i) => {
		const cost = island.sectors.reduce((sum, { range }) => sum + size(range), 0);
		const ms = island.sectors.reduce(
			(sum, { range }) => sum + eraseTime(device.timings, size(range)).typicalMs,
			0,
		);
		// The first holds the vectors, wherever the rest stands.
		if (i === 0 || island === main || ms < SLOW_MS || island.bytes > cost * HARDLY_FILLED)
			return [];
		const address = island.range.start;
		const seconds = (ms / 1000).toFixed(1);
		const data = { size: island.bytes, address, sectorSize: cost, seconds };
		return [diagnostic('note', 'insight.gap-erase', data, island.range)];
	});
};

interface Island {
	readonly range: Range;
	readonly bytes: number;
	readonly sectors: readonly Sector[];
}

/** Parts of the image whose sectors touch each other, in address order. */
function islandsOf(ranges: readonly Range[], sectors: readonly Sector[]): Island[] {
	const memory = [{ kind: 'flash', sectors }] as unknown as Parameters<typeof sectorsTouching>[0];
	const touched = sectorsTouching(memory, ranges);
	return join(touched.map(({ range }) => range)).flatMap((span) => {
		const parts = ranges.filter(({ start }) => includes(span, start));
		const first = parts[0];
		if (!first) return [];
		const bytes = parts.reduce((sum, range) => sum + size(range), 0);
		const own = touched.filter(({ range }) => includes(span, range.start));
		return [{ range: { start: first.start, end: parts.at(-1)!.end }, bytes, sectors: own }];
	});
}
