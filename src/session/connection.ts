// From the user's choice of route to a board that has answered and been looked at.
import { withDeadline } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { connectDfu, Detached } from '#protocols/dfu-connect.ts';
import { dfuFilters } from '#protocols/dfu-filters.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';
import { connectUart } from '#protocols/uart-connect.ts';
import type { Picker } from '#ports/picker.ts';
import type { Environment, VirtualBoard } from './environment.ts';
import { inspect } from './inspect.ts';
import type { Board, Route } from './state.ts';

/** An update that is just taking over holds the lock for a moment. */
const GUARD_MS = 10_000;

export interface Connection {
	readonly programmer: Programmer;
	readonly board: Board;
	readonly port: SerialPortLike | UsbDeviceLike;
	readonly virtual: VirtualBoard | undefined;
	/** Lets go of the page's guards. */
	release(): void;
}

export interface Attempt {
	readonly how: 'ask' | 'remembered';
	readonly signal: AbortSignal;
	/** Called when a port was chosen and the conversation begins. */
	chosen(): void;
}

type Port =
	| { readonly kind: 'serial'; readonly serial: SerialPortLike; readonly virtual?: VirtualBoard }
	| { readonly kind: 'usb'; readonly usb: UsbDeviceLike; readonly virtual?: VirtualBoard };

/** 'not-chosen' when the chooser was closed; 'detached' when an application was sent to its bootloader. */
export async function connectBoard(
	environment: Environment,
	route: Route,
	attempt: Attempt,
): Promise<Connection | 'not-chosen' | 'detached'> {
	const port = await choosePort(environment, route, attempt.how);
	if (!port) return 'not-chosen';
	attempt.chosen();
	const release = await guard(environment, attempt.signal);
	let programmer: Programmer | undefined;
	try {
		const catalogue = await environment.loadCatalogue();
		programmer = await open(environment, port, route, attempt.signal);
		const options = { virtual: port.virtual !== undefined };
		const board = await inspect(programmer, catalogue, options, attempt.signal);
		const raw = port.kind === 'serial' ? port.serial : port.usb;
		return { programmer, board, port: raw, virtual: port.virtual, release };
	} catch (error) {
		await programmer?.close();
		release();
		if (error instanceof Detached) return 'detached';
		throw error;
	}
}

/** The page's guards, or none when the browser does not grant its lock in time. */
async function guard(environment: Environment, signal: AbortSignal): Promise<() => void> {
	const { clock } = environment;
	const holding = environment.guardBoard();
	try {
		return await withDeadline(
			clock,
			{ ms: GUARD_MS, what: 'the page lock' },
			signal,
			() => holding,
		);
	} catch (error) {
		void holding.then((release) => {
			release();
		});
		throw error;
	}
}

function open(
	{ clock }: Environment,
	port: Port,
	route: Route,
	signal: AbortSignal,
): Promise<Programmer> {
	if (port.kind === 'usb') return connectDfu(port.usb, clock, signal);
	const lines =
		route.kind === 'uart' ? resetLinePresets.find(({ id }) => id === route.lines) : undefined;
	const baud = route.kind === 'uart' ? route.baud : 'auto';
	return connectUart(port.serial, clock, { baud, ...(lines && { lines }) }, signal);
}

async function choosePort(
	environment: Environment,
	route: Route,
	how: Attempt['how'],
): Promise<Port | undefined> {
	if (route.kind === 'virtual') {
		const boards = await environment.loadVirtualBoards();
		const virtual = await boards.plugIn(route.part, route.transport);
		return route.transport === 'uart'
			? { kind: 'serial', serial: virtual.serial, virtual }
			: { kind: 'usb', usb: virtual.usb, virtual };
	}
	if (route.kind === 'uart') {
		const serial = environment.serial && (await pick(environment.serial, [], how));
		return serial && { kind: 'serial', serial };
	}
	const usb = environment.usb && (await pick(environment.usb, dfuFilters, how));
	return usb && { kind: 'usb', usb };
}

/** The port allowed before, where there is exactly one; else the chooser. */
async function pick<P, F>(
	picker: Picker<P, F>,
	filters: readonly F[],
	how: Attempt['how'],
): Promise<P | undefined> {
	const known = how === 'remembered' ? await picker.list() : [];
	return known.length === 1 ? known[0] : await picker.request(filters);
}
