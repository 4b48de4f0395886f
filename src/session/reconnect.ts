// A board that resets itself comes back: on its serial port after the ROM has started, on USB as another device of the
// same kind. This finds it again without a click, where the browser allows that.
import { likeness } from '#core/board-identity.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import { openBoard, type Connection, type Port } from './connection.ts';
import type { Environment } from './environment.ts';
import type { BoardLabel } from './keep/backups.ts';
import { labelOf } from './keep/identity.ts';
import type { Route } from './state.ts';

/** From the reset to a ROM that listens, and between two attempts. */
const PAUSE_MS = 500;

export interface Reconnection {
	readonly environment: Environment;
	readonly route: Route;
	/** The connection before the reset; its programmer is closed first, its page guards are taken over. */
	readonly last: Connection;
	/** How long the board may stay away. */
	readonly withinMs: number;
}

/**
 * @throws Failure option.other-board when another chip answers, else what the last attempt failed with; the guards are
 * let go then. An abort ends it between attempts.
 */
export async function reconnect(
	{ environment, route, last, withinMs }: Reconnection,
	signal: AbortSignal,
): Promise<Connection> {
	const { clock } = environment;
	const until = clock.now() + withinMs;
	let failure: unknown = new Failure('wire.lost', {});
	await last.programmer.close();
	try {
		do {
			await clock.sleep(PAUSE_MS, signal);
			const port = await samePort(environment, route, last);
			if (!port) continue;
			try {
				const { board, programmer } = await openBoard(
					environment,
					{ port, route, ...partOf(last) },
					signal,
				);
				if (differs(labelOf(last.board), labelOf(board))) {
					await programmer.close();
					throw new Failure('option.other-board', {});
				}
				const raw = port.kind === 'serial' ? port.serial : port.usb;
				return { ...last, programmer, board, port: raw, virtual: port.virtual };
			} catch (error) {
				if (signal.aborted || isFailure(error, 'option.other-board')) throw error;
				failure = error;
			}
		} while (clock.now() < until);
		throw toFailure(failure);
	} catch (error) {
		last.release();
		throw error;
	}
}

/** The part stays the one that was known or chosen before. */
function partOf({ board: { candidates } }: Connection): { readonly part?: string } {
	const part = candidates.length === 1 ? candidates[0]?.parts[0] : undefined;
	return part === undefined ? {} : { part };
}

async function samePort(
	environment: Environment,
	route: Route,
	{ port, board, virtual }: Connection,
): Promise<Port | undefined> {
	if (route.kind === 'virtual' && virtual) {
		// As a person holds BOOT0 on a board that has reset itself.
		const boards = await environment.loadVirtualBoards();
		const again = await boards.plugIn(route.part, route.transport);
		return route.transport === 'uart'
			? { kind: 'serial', serial: again.serial, virtual: again }
			: { kind: 'usb', usb: again.usb, virtual: again };
	}
	if (board.identity.transport === 'uart')
		return 'readable' in port ? { kind: 'serial', serial: port } : undefined;
	const known = (await environment.usb?.list()) ?? [];
	const serial = board.identity.usb?.serial;
	const same = known.filter((device) => (device.serialNumber ?? undefined) === serial);
	const usb = same.length === 1 ? same[0] : known.length === 1 ? known[0] : undefined;
	return usb && { kind: 'usb', usb };
}

/** Another chip, as far as both tell; what it is called may change with its options, and is what it was before. */
const differs = (before: BoardLabel, after: BoardLabel): boolean =>
	likeness(before, { ...after, name: before.name }) === 'other';
