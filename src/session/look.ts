// A board looked at, with what its option bytes say.
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
	return { ...board, options: facts };
}
