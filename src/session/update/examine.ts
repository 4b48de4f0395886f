// Everything that is checked on a device before an update may touch it, in this order: readable at all, the product it
// is for, the version it has, the bytes to write, and the plan for exactly this device.
import type * as Bundles from '#bundle/index.ts';
import type { Manifest, VersionSource } from '#bundle/manifest.ts';
import type { VerifiedBundle } from '#bundle/verified.ts';
import { Failure } from '#core/failure.ts';
import { covers, readImage, sliceImage, type Image } from '#core/image.ts';
import { flashSize } from '#core/memory.ts';
import type { Range } from '#core/range.ts';
import type { Session } from '#session/session.svelte.ts';
import type { Board } from '#session/state.ts';
import {
	bankPair,
	banksOf,
	forOtherBank,
	headsOf,
	placed,
	placedImage,
	placedRange,
	rangesToCopy,
	type Banks,
} from './banks.ts';
import { isErased, Reading } from './reading.ts';
import { keptRanges, type UpdateRecord } from './records.ts';
import { answersTo, type Saying } from './saying.ts';

export interface Subject {
	readonly session: Session;
	readonly bundles: typeof Bundles;
	readonly bundle: VerifiedBundle;
	readonly seen: readonly Saying[];
	/** The customer, or an earlier update of just this device, says that it is the product. */
	readonly known: (board: Board) => boolean;
}

/** An update laid out for one device. */
export interface Prepared {
	/** As the bootloader addresses it. */
	readonly image: Image;
	readonly banks: Banks | undefined;
	readonly bank: UpdateRecord['bank'];
	readonly keep: UpdateRecord['keep'];
	/** Undefined where it cannot be read. */
	readonly installed: string | undefined;
	readonly same: boolean;
	/** The vector table the program is started by; undefined where only a reset starts it. */
	readonly start: number | undefined;
}

/** @throws Failure update.*, bundle.*: each names one reason, and nothing was touched; 'ask' where the product is not told. */
export async function examine(subject: Subject): Promise<Prepared | 'ask'> {
	const { session, bundles, bundle } = subject;
	const { manifest } = bundle;
	const board = await settledBoard(session, manifest);
	const reading = new Reading(session);
	const banks = await readBanks(reading, board);
	const at = (range: Range): Range => placedRange(banks, range);
	await reading.add(
		[
			...bundles.identityRanges(manifest),
			...memorySources(manifest.installed).map(rangeOfSource),
			...bundles.rangesToRead(bundle),
		].map(at),
	);
	if (!isProduct(subject, board, (range) => reading.told(at(range), board.memory))) return 'ask';
	const installed = versionTold(bundles, manifest.installed, {
		memory: (range) => reading.told(at(range), board.memory),
		seen: subject.seen,
	});
	const relation = bundles.checkVersions(manifest, installed);
	if (relation === 'unknown' && manifest.previous && !isBlank(reading, manifest, { at, board }))
		throw new Failure('update.version-unknown', {});
	const image = await bundles.imageOf(bundle, (range) => reading.bytes(at(range)));
	checkInside(bundles, manifest, image);
	const placement = await place(reading, { manifest, image, banks, board });
	return { ...placement, banks, installed, same: relation === 'same' };
}

/** The board, once it is settled which of the chips it may be is meant: the maker says, where the board does not. */
async function settledBoard(session: Session, { hardware }: Manifest): Promise<Board> {
	const { board } = session;
	if (!board) throw new Failure('update.no-device', { reason: 'it is not connected' });
	checkOpen(board);
	const { candidates, device } = board;
	const { flashSize: wanted, productIds } = hardware;
	const fits = candidates.filter(
		(one) =>
			productIds.includes(one.productId) &&
			(!wanted || (wanted.minimum <= one.flashSize && one.flashSize <= wanted.maximum)),
	);
	if (candidates.length < 2 || (device && fits.includes(device))) return board;
	// Candidates with a device in use plan alike; what tells them apart is beside the flash.
	const part = fits.length === 1 || device ? fits[0]?.parts[0] : undefined;
	if (part === undefined) return board;
	await session.chooseDevice(part);
	return session.board ?? board;
}

/** @throws Failure update.locked, update.not-possible-here */
export function checkOpen({ limits, readoutProtected }: Board): void {
	if (!limits.addressed) throw new Failure('update.not-possible-here', {});
	if (readoutProtected === true) throw new Failure('update.locked', {});
}

/** Which bank runs; undefined where there are not two to choose from. @throws Failure update.unreadable */
export async function readBanks(reading: Reading, board: Board): Promise<Banks | undefined> {
	const pair = bankPair(board);
	if (!pair) return undefined;
	await reading.add(headsOf(pair));
	return banksOf(pair, board.memory, reading.image);
}

/** False where only the customer can tell. @throws Failure bundle.wrong-*, update.unknown-chip, update.unreadable */
function isProduct(
	{ bundles, bundle, known }: Subject,
	board: Board,
	read: (range: Range) => Uint8Array | undefined,
): boolean {
	const { hardware } = bundle.manifest;
	const chip = chipOf(board, hardware.productIds);
	const flash = flashOf(board);
	const serial = board.identity.usb?.serial ?? board.uniqueId;
	const unproven = bundles.checkHardware(bundle.manifest, {
		...(chip !== undefined && { productId: chip }),
		...(flash !== undefined && { flashSize: flash }),
		...(serial !== undefined && { serial }),
		read,
	});
	if (unproven.includes('serial'))
		throw new Failure('update.unreadable', { reason: 'its serial number is not told' });
	const told = hardware.boardId !== undefined && !unproven.includes('board-id');
	if (told) return true;
	const maybe = board.candidates.some(({ productId }) => hardware.productIds.includes(productId));
	if ((unproven.includes('chip') && !maybe) || unproven.includes('flash-size'))
		throw new Failure('update.unknown-chip', {});
	return hardware.serials !== undefined || known(board);
}

/** USB tells no product ID: there it is that of the chips the board may be, undefined where those differ. */
function chipOf({ identity, candidates }: Board, wanted: readonly number[]): number | undefined {
	if (identity.productId !== undefined) return identity.productId;
	const ids = [...new Set(candidates.map(({ productId }) => productId))];
	return ids.length === 1 || !ids.some((id) => wanted.includes(id)) ? ids[0] : undefined;
}

/** By the chip's own register, else by what the bootloader says of its memory. */
const flashOf = (board: Board): number | undefined =>
	board.flashSize ??
	((board.identity.alternates?.length ?? 0) > 0
		? flashSize(board.memory)
		: board.device?.flashSize);

type MemorySource = Extract<VersionSource, { kind: 'memory' }>;

const memorySources = (sources: readonly VersionSource[] = []): readonly MemorySource[] =>
	sources.filter((source) => source.kind === 'memory');

const rangeOfSource = ({ address, length }: MemorySource): Range => ({
	start: address,
	end: address + length,
});

/** Where the version can be read of the memory. */
export const versionRanges = (sources: readonly VersionSource[]): readonly Range[] =>
	memorySources(sources).map(rangeOfSource);

export interface Answers {
	readonly memory: (range: Range) => Uint8Array<ArrayBuffer> | undefined;
	readonly seen: readonly Saying[];
}

/** By the first source that answers. */
export function versionTold(
	{ versionFrom }: Pick<typeof Bundles, 'versionFrom'>,
	sources: readonly VersionSource[] | undefined,
	{ memory, seen }: Answers,
): string | undefined {
	for (const source of sources ?? []) {
		const answers =
			source.kind === 'memory'
				? [memory(rangeOfSource(source))].filter((bytes) => bytes !== undefined)
				: answersTo(source, seen);
		const versions = new Set(answers.map((answer) => versionFrom(source, answer)));
		versions.delete(undefined);
		// Two devices of one kind that say different versions: nobody knows which of them this one is.
		if (versions.size === 1) return [...versions][0];
	}
	return undefined;
}

/** A device without a program has no version, and none that could be the wrong one. */
function isBlank(
	reading: Reading,
	{ installed }: Manifest,
	{ at, board }: { readonly at: (range: Range) => Range; readonly board: Board },
): boolean {
	const ranges = memorySources(installed).map(rangeOfSource).map(at);
	return (
		ranges.length > 0 &&
		ranges.every((range) => {
			const bytes = reading.bytes(range);
			return bytes !== undefined && isErased(bytes, range.start, board.memory);
		})
	);
}

/** What the update carries is the version it says. @throws Failure update.wrong-version-inside */
function checkInside(bundles: typeof Bundles, manifest: Manifest, image: Image): void {
	const expected = manifest.version.name;
	const found = versionTold(bundles, manifest.installed, { memory: bytesOf(image), seen: [] });
	if (found !== undefined && bundles.compareVersions(found, expected) !== 0)
		throw new Failure('update.wrong-version-inside', { found, expected });
}

const bytesOf =
	(image: Image) =>
	(range: Range): Uint8Array<ArrayBuffer> | undefined =>
		covers(image, range) ? new Uint8Array(readImage(image, range, 0)) : undefined;

interface Placing {
	readonly manifest: Manifest;
	readonly image: Image;
	readonly banks: Banks | undefined;
	readonly board: Board;
}

/** Into the bank that does not run where the maker wants it and the chip can, else where it stands. */
async function place(
	reading: Reading,
	{ manifest, image, banks, board }: Placing,
): Promise<Pick<Prepared, 'image' | 'bank' | 'keep' | 'start'>> {
	const keep = keptRanges(manifest.keep, (address) => placed(banks, address));
	const start = banks?.active === 2 ? undefined : (manifest.start ?? image[0]?.address);
	if (banks && manifest.dualBank === 'inactive-bank') {
		const logical = keptRanges(manifest.keep, (address) => address).map(({ range }) => range);
		const copied = rangesToCopy(banks, image, logical);
		if (copied) {
			await reading.add(copied);
			const missing = copied.find((range) => !reading.bytes(range));
			if (missing)
				throw new Failure('update.unreadable', { reason: 'what has to stay was not read' });
			const kept = copied.flatMap((range) => sliceImage(reading.image, range));
			const moved = forOtherBank(banks, image, kept, board.memory);
			const bank = { from: banks.active, to: banks.inactive };
			if (moved) return { image: moved, bank, keep, start: undefined };
		}
	}
	return { image: placedImage(banks, image), bank: undefined, keep, start };
}

/** Opens the image for the connected board. @throws Failure update.*: the plan for this device was refused */
export async function lay(
	session: Session,
	name: string,
	{ image, keep, unfinished }: Laid,
): Promise<void> {
	session.keeper.required = keep;
	await session.openImage({ name, format: 'update' }, () => Promise.resolve(image));
	checkPlan(session, unfinished);
}

export interface Laid {
	readonly image: Image;
	readonly keep: UpdateRecord['keep'];
	/** It takes an interrupted job back, whose journal is set aside when this one begins. */
	readonly unfinished?: boolean;
}

/** @throws Failure update.* unless the plan on the connected board may run */
export function checkPlan(session: Session, unfinished = false): void {
	const { readiness, plan } = session;
	if (readiness.ready) return;
	if (unfinished && readiness.why === 'interrupted' && plan?.runnable) return;
	const errors = plan?.diagnostics.filter(({ severity }) => severity === 'error') ?? [];
	const kept = errors.find(
		({ code }) => code === 'plan.protected' || code === 'plan.protected-lost',
	);
	if (kept?.range) {
		const name = String((kept.data as { readonly name?: string }).name);
		throw new Failure('update.keeps', { name, ...kept.range });
	}
	const { why, because } = readiness;
	if (why === 'interrupted') {
		const version = session.interruptedHere?.record.firmware.join(', ') ?? '?';
		throw new Failure('update.unfinished-other', { version });
	}
	const found = because ?? errors[0];
	const reason = found ? new Failure(found.code, found.data).message : why;
	if (found?.code === 'plan.write-protected')
		throw new Failure('update.write-protected', { reason });
	if (found?.code === 'chip.protected') throw new Failure('update.locked', {});
	if (why === 'choose-part' || why === 'describe-chip')
		throw new Failure('update.unknown-chip', {});
	if (why === 'no-board' || why === 'board-failed' || why === 'settling' || why === 'connecting')
		throw new Failure('update.no-device', { reason });
	throw new Failure('update.does-not-fit', { reason });
}
