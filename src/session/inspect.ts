// Looks at a board before anything is touched: protection, size, identity, and what memory a plan may use.
import type { Device } from '#core/device.ts';
import type { EraseDoubt } from '#core/erase-proof.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { MemoryMap } from '#core/memory.ts';
import type { Effect, Quirk } from '#core/quirk.ts';
import { overlaps, size } from '#core/range.ts';
import { timerOf } from '#core/wires.ts';
import type { Choice, Evidence } from '#devices/choose.ts';
import { genericDevice, type Description } from '#devices/generic.ts';
import { isParticular } from '#devices/quirks.ts';
import { undescribedFlash } from '#devices/undescribed.ts';
import type { Identity, Programmer } from '#protocols/programmer.ts';
import { SAFE_BAUD } from '#protocols/uart-connect.ts';
import { corrected, effectOf, quirkFacts } from './board-quirks.ts';
import type { Catalogue } from './environment.ts';
import {
	readLayoutBit,
	readProtectionByte,
	readRegisters,
	startsEmpty,
	type Registers,
} from './registers.ts';
import type { Board } from './state.ts';

export interface InspectOptions {
	readonly virtual: boolean;
	/** A name the user chose among candidates. */
	readonly part?: string;
	/** What the user says of a chip that no catalogue knows, with their consent to go by it. */
	readonly described?: Description;
}

/**
 * Asks the board everything it tells without being changed.
 * @throws only what ends the connection (wire.lost, an abort); an unreadable register is left out.
 */
export async function inspect(
	programmer: Programmer,
	catalogue: Catalogue,
	options: InspectOptions,
	signal: AbortSignal,
): Promise<Board> {
	const onWire = catalogue.quirksOf(quirkFacts(programmer.identity, [], undefined));
	programmer.useQuirks(onWire.map(({ effect }) => effect));
	const identity = corrected(
		programmer.identity,
		onWire.map(({ effect }) => effect),
	);
	const known = { identity, maker: onWire.find(({ maker }) => maker !== undefined)?.maker };
	const found = await identify(programmer, catalogue, { ...known, options }, signal);
	const { choice, registers, readoutProtected } = found;
	const device = choice.candidates.length === 1 ? choice.candidates[0] : undefined;
	const used = device ?? agreed(choice.candidates, (identity.alternates?.length ?? 0) > 0);
	const live = { ...identity, ...registers };
	const effective = catalogue.effectiveMemory(used, choice.layout, live);
	const memory = withRam(effective.memory, choice.candidates);
	programmer.useMemory(memory);
	if (used) programmer.useTimings(used.timings);
	const quirks = catalogue.quirksOf(
		quirkFacts(identity, choice.candidates, registers.bootloaderId),
	);
	programmer.useQuirks(await effectsNow(programmer, quirks, { memory, readoutProtected }, signal));
	const { limits } = programmer;
	const strange = known.maker !== undefined || options.described !== undefined;
	const doubt: EraseDoubt | undefined =
		strange && !effective.doubt
			? {
					why: 'unknown-chip',
					others: used?.layouts.map(({ flash }) => flash) ?? [],
					...(options.described && { guessedPages: true }),
				}
			: effective.doubt;
	return {
		identity,
		limits: { ...limits, massErase: limits.massErase && (used?.bootloader.massErase ?? false) },
		candidates: choice.candidates,
		device: used,
		memory,
		undescribed: used ? undescribedFlash(catalogue.findByProductId(used.productId), memory) : [],
		quirks: quirks.filter(isParticular),
		diagnostics: [
			...(known.maker === undefined
				? []
				: [diagnostic('warning', 'chip.clone', { maker: known.maker })]),
			...choice.diagnostics,
			...effective.diagnostics,
			...baudLimit(identity, used),
			...(options.virtual ? [] : speedNotes(identity, used)),
			...(readoutProtected ? [diagnostic('error', 'chip.protected', {})] : []),
		],
		...(doubt && { doubt }),
		...registers,
		...(readoutProtected !== undefined && { readoutProtected }),
		virtual: options.virtual,
	};
}

interface Known {
	readonly identity: Identity;
	readonly maker: string | undefined;
	readonly options: InspectOptions;
}

interface Found {
	readonly choice: Choice;
	readonly registers: Registers;
	readonly readoutProtected: boolean | undefined;
}

/** Which chip it is, by all that it tells and lets be read. */
async function identify(
	programmer: Programmer,
	catalogue: Catalogue,
	{ identity, maker, options }: Known,
	signal: AbortSignal,
): Promise<Found> {
	const uart = identity.transport === 'uart';
	const evidence: Evidence = {
		...(identity.productId !== undefined && { productId: identity.productId }),
		...(identity.strings && { strings: identity.strings }),
		...(options.part !== undefined && { part: options.part }),
	};
	const choose = (all: Evidence): Choice => {
		// Another maker's map may look like that of some STM32: it says nothing about the chip.
		if (maker !== undefined && !uart) return { candidates: [], diagnostics: [] };
		const choice = catalogue.chooseDevice(all);
		const { described } = options;
		if (!described || choice.candidates.length > 0 || identity.productId === undefined)
			return choice;
		return { ...choice, candidates: [genericDevice(identity.productId, described)] };
	};
	const first = choose(evidence);
	const provisional = catalogue.effectiveMemory(first.candidates[0], first.layout, identity);
	programmer.useMemory(provisional.memory);
	const readoutProtected = await isProtected(programmer, catalogue, { identity, first }, signal);
	if (readoutProtected === true || !uart) return { choice: first, registers: {}, readoutProtected };
	const registers = await readRegisters(programmer, first.candidates[0], catalogue, signal);
	const narrowed = { ...evidence, ...registers };
	const layoutBit = await readLayoutBit(programmer, choose(narrowed), signal);
	const all = { ...narrowed, ...(layoutBit !== undefined && { layoutBit }) };
	return { choice: choose(all), registers, readoutProtected };
}

/** By the option byte where a read of the flash does not tell. */
async function isProtected(
	programmer: Programmer,
	catalogue: Catalogue,
	{ identity, first }: { readonly identity: Identity; readonly first: Choice },
	signal: AbortSignal,
): Promise<boolean | undefined> {
	const rows = catalogue.quirksOf(quirkFacts(identity, first.candidates, undefined));
	const rule = effectOf(
		rows.map(({ effect }) => effect),
		'protection-by-option-byte',
	);
	const told = await programmer.readoutProtected(signal);
	if (told === true || !rule) return told;
	return (await readProtectionByte(programmer, rule, signal)) ?? told;
}

/** What the quirks ask for; an empty check matters only while the flash is empty. */
async function effectsNow(
	programmer: Programmer,
	quirks: readonly Quirk[],
	at: { readonly memory: MemoryMap; readonly readoutProtected: boolean | undefined },
	signal: AbortSignal,
): Promise<Effect[]> {
	const effects = quirks.map(({ effect }) => effect);
	const start = at.memory.find(({ kind }) => kind === 'flash')?.range.start;
	if (!effectOf(effects, 'start-by-go') || start === undefined || at.readoutProtected)
		return effects;
	const empty = await startsEmpty(programmer, start, signal);
	return empty ? effects : effects.filter(({ kind }) => kind !== 'start-by-go');
}

/** Told only where the limit is below what every ROM is promised to lock on. */
function baudLimit({ baud }: Identity, device: Device | undefined): Diagnostic[] {
	const limit = device?.bootloader.maximumBaud;
	if (baud === undefined || limit === undefined || limit >= SAFE_BAUD || baud <= limit) return [];
	return [diagnostic('warning', 'chip.baud-limit', { baud, limit })];
}

/** What keeps a serial connection slower than it need be. */
function speedNotes(
	{ baud, adapterMs, byHand }: Identity,
	device: Device | undefined,
): Diagnostic[] {
	const { maximumBaud = Infinity } = device?.bootloader ?? {};
	const faster = byHand && device && baud !== undefined && baud <= SAFE_BAUD && maximumBaud > baud;
	return [
		...(timerOf({ adapterMs }) > 0
			? [diagnostic('note', 'uart.slow-adapter', { ms: Math.round(adapterMs ?? 0) })]
			: []),
		...(faster ? [diagnostic('note', 'uart.faster-by-hand', { baud })] : []),
	];
}

/**
 * Candidates that plan the same way need no choosing: the likeliest stands for all. On USB the board itself describes
 * its sectors, so only what it does not tell must agree; on a UART the catalogue's own layouts must.
 */
function agreed(candidates: readonly Device[], described: boolean): Device | undefined {
	const shape = ({ flashSize, layouts }: Device): string => {
		const traits = layouts[0].flash.map(({ writeSize, eraseValue }) => [writeSize, eraseValue]);
		const sectors = layouts.map(({ flash }) =>
			flash.map(({ range, sectors: all }) => [range, all.length]),
		);
		return JSON.stringify([flashSize, described ? traits[0] : [traits, sectors]]);
	};
	const [first, ...rest] = candidates;
	return first && rest.every((other) => shape(other) === shape(first)) ? first : undefined;
}

/** RAM of every chip it may be, so that a stack pointer is not doubted for belonging to another candidate. */
function withRam(memory: MemoryMap, candidates: readonly Device[]): MemoryMap {
	const all = memory.filter(({ kind }) => kind !== 'ram');
	const ram = [...memory, ...candidates.flatMap((device) => device.memory)]
		.filter(({ kind }) => kind === 'ram')
		.sort((a, b) => size(b.range) - size(a.range));
	for (const region of ram) {
		if (!all.some((known) => overlaps(known.range, region.range))) all.push(region);
	}
	return all.sort((a, b) => a.range.start - b.range.start);
}
