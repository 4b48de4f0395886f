// A board looked at, with what its option bytes say.
import { diagnostic } from '#core/failure.ts';
import { fieldValue } from '#core/options.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { Catalogue } from './environment.ts';
import { inspect, type InspectOptions } from './inspect.ts';
import { lockedFacts, readOptionFacts } from './option-facts.ts';
import type { Board } from './state.ts';

/** As `inspect`. @throws only what ends the connection (wire.lost, an abort) */
export async function look(
	programmer: Programmer,
	catalogue: Catalogue,
	options: InspectOptions,
	signal: AbortSignal,
): Promise<Board> {
	const board = await inspect(programmer, catalogue, options, signal);
	const { device, memory, limits } = board;
	const closed = board.readoutProtected === true;
	if (!limits.addressed) return board;
	if (!device) return closed ? { ...board, options: lockedFacts } : board;
	const facts = await readOptionFacts(programmer, { device, memory, closed }, signal);
	return { ...board, options: facts, ...doubtWhenSwapped(board, facts) };
}

/** The option bit that swaps two banks, and the value that does. H7's is not among them: its erases follow the map. */
const SWAPS = [
	['SWAP_BANK', 1],
	['nSWAP_BANK', 0],
] as const;

/**
 * Flash whose erases name the physical bank (RM0444 3.3.2, RM0456 7.5.8, RM0481) while the banks are swapped: whether the
 * ROM turns that round is in no document (devices/options/README.md).
 */
function doubtWhenSwapped(
	{ memory, diagnostics }: Board,
	{ layout, blocks }: NonNullable<Board['options']>,
): Partial<Board> {
	const swapped = SWAPS.some(
		([name, value]) => layout && fieldValue(layout, blocks, name) === value,
	);
	const two = memory.some(({ sectors }) => sectors.some(({ bank }) => bank === 2));
	if (!swapped || !two) return {};
	return {
		doubt: { why: 'swapped-banks', others: [] },
		diagnostics: [...diagnostics, diagnostic('warning', 'chip.banks-swapped', {})],
	};
}
