// Looks at a board before anything is touched: protection, size, identity, and what memory a plan may use.
import { firstDifference, hex, u16le, u32le } from '#core/bytes.ts';
import type { Device } from '#core/device.ts';
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { MemoryMap } from '#core/memory.ts';
import { alignDown, alignUp, overlaps, size, type Range } from '#core/range.ts';
import type { Identity, Programmer } from '#protocols/programmer.ts';
import { SAFE_BAUD } from '#protocols/uart-connect.ts';
import type { Choice, Evidence } from '#devices/choose.ts';
import type { Catalogue } from './environment.ts';
import type { Board } from './state.ts';

/** Some ROMs (F4, L0) refuse short reads of their registers: whole blocks of this size are read instead. */
const REGISTER_BLOCK = 128;
const UNIQUE_ID_BYTES = 12;

/**
 * Asks the board everything it tells without being changed. `part` is a name the user chose among candidates.
 * @throws only what ends the connection (wire.lost, an abort); an unreadable register is left out.
 */
export async function inspect(
	programmer: Programmer,
	catalogue: Catalogue,
	options: { readonly virtual: boolean; readonly part?: string },
	signal: AbortSignal,
): Promise<Board> {
	const { identity, limits } = programmer;
	const evidence: Evidence = {
		...(identity.productId !== undefined && { productId: identity.productId }),
		...(identity.strings && { strings: identity.strings }),
		...(options.part !== undefined && { part: options.part }),
	};
	const first = catalogue.chooseDevice(evidence);
	const provisional = catalogue.effectiveMemory(first.candidates[0], first.layout, identity);
	programmer.useMemory(provisional.memory);
	const readoutProtected = await programmer.readoutProtected(signal);
	const registers =
		readoutProtected !== true && identity.transport === 'uart'
			? await readRegisters(programmer, first.candidates[0], catalogue, signal)
			: {};
	const narrowed = { ...evidence, ...registers };
	const layoutBit =
		readoutProtected !== true && identity.transport === 'uart'
			? await readLayoutBit(programmer, catalogue.chooseDevice(narrowed), signal)
			: undefined;
	const choice = catalogue.chooseDevice({
		...narrowed,
		...(layoutBit !== undefined && { layoutBit }),
	});
	const device = choice.candidates.length === 1 ? choice.candidates[0] : undefined;
	const used = device ?? agreed(choice.candidates, (identity.alternates?.length ?? 0) > 0);
	const live = { ...identity, ...registers };
	const { memory: one, diagnostics, doubt } = catalogue.effectiveMemory(used, choice.layout, live);
	const memory = withRam(one, choice.candidates);
	programmer.useMemory(memory);
	if (used) programmer.useTimings(used.timings);
	return {
		identity,
		limits: { ...limits, massErase: limits.massErase && (used?.bootloader.massErase ?? false) },
		candidates: choice.candidates,
		device: used,
		memory,
		diagnostics: [
			...choice.diagnostics,
			...diagnostics,
			...baudLimit(identity, used),
			...(readoutProtected ? [diagnostic('error', 'chip.protected', {})] : []),
		],
		...(doubt && { doubt }),
		...registers,
		...(readoutProtected !== undefined && { readoutProtected }),
		virtual: options.virtual,
	};
}

/** Told only where the limit is below what every ROM is promised to lock on. */
function baudLimit({ baud }: Identity, device: Device | undefined): Diagnostic[] {
	const limit = device?.bootloader.maximumBaud;
	if (baud === undefined || limit === undefined || limit >= SAFE_BAUD || baud <= limit) return [];
	return [diagnostic('warning', 'chip.baud-limit', { baud, limit })];
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

interface Registers {
	readonly flashSize?: number;
	readonly uniqueId?: string;
	readonly bootloaderId?: number;
}

/** Candidates of one product ID share their register addresses. */
async function readRegisters(
	programmer: Programmer,
	device: Device | undefined,
	catalogue: Catalogue,
	signal: AbortSignal,
): Promise<Registers> {
	if (!device) return {};
	const { registers } = device;
	const at = async (address: number | undefined, count: number): Promise<Uint8Array | undefined> =>
		address === undefined
			? undefined
			: await readBlock(programmer, { start: address, end: address + count }, signal);
	const sizeWord = await at(registers.flashSize, 2);
	const id = await at(registers.uniqueId, UNIQUE_ID_BYTES);
	const rom = await at(registers.bootloaderId, 1);
	const flashSize = sizeWord && catalogue.flashSizeOf(device, u16le(sizeWord, 0));
	return {
		...(flashSize !== undefined && { flashSize }),
		...(id && { uniqueId: hex(id).toUpperCase() }),
		...(rom && { bootloaderId: rom[0]! }),
	};
}

/** The option bit that decides how the flash is cut, where every chip it may be keeps it in the same place. */
async function readLayoutBit(
	programmer: Programmer,
	{ candidates, layout }: Choice,
	signal: AbortSignal,
): Promise<0 | 1 | undefined> {
	const [place, ...others] = candidates.map(({ registers }) => registers.layoutBit);
	const same = others.every((one) => one?.address === place?.address && one?.bit === place?.bit);
	if (!place || !same || layout !== undefined) return undefined;
	const range = { start: place.address, end: place.address + 4 };
	const word = await readBlock(programmer, range, signal);
	return word && ((u32le(word, 0) >>> place.bit) & 1) === 1 ? 1 : word && 0;
}

/** Short first, then as part of an aligned block; undefined when the ROM refuses both. */
async function readBlock(
	programmer: Programmer,
	range: Range,
	signal: AbortSignal,
): Promise<Uint8Array | undefined> {
	const block = {
		start: alignDown(range.start, REGISTER_BLOCK),
		end: alignUp(range.end, REGISTER_BLOCK),
	};
	for (const wanted of [range, block]) {
		try {
			const bytes = await programmer.read(wanted, signal);
			// A read carries no checksum, and what stands here decides how the chip is treated.
			if (firstDifference(bytes, await programmer.read(wanted, signal)) >= 0) continue;
			const offset = range.start - wanted.start;
			return bytes.subarray(offset, offset + range.end - range.start);
		} catch (error) {
			const refused = error instanceof Failure && error.code !== 'wire.lost';
			if (signal.aborted || !refused) throw error;
			await programmer.settle(signal);
		}
	}
	return undefined;
}
