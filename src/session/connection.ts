// From the user's choice of route to a board that has answered and been looked at.
import { withDeadline } from '#ports/clock.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Store } from '#ports/store.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { connectDfu, Detached } from '#protocols/dfu-connect.ts';
import { dfuFilters } from '#protocols/dfu-filters.ts';
import type { Programmer } from '#protocols/programmer.ts';
import { resetLinePresets } from '#protocols/reset-lines.ts';
import type { Picker } from '#ports/picker.ts';
import type { Catalogue, Environment, VirtualBoard } from './environment.ts';
import { look } from './look.ts';
import { connectSerial } from './serial-way.ts';
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

export type Port =
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
	const raw = port.kind === 'serial' ? port.serial : port.usb;
	const release = await guard(environment, raw, attempt.signal);
	try {
		const { programmer, board } = await openBoard(environment, { port, route }, attempt.signal);
		return { programmer, board, port: raw, virtual: port.virtual, release };
	} catch (error) {
		release();
		if (error instanceof Detached) return 'detached';
		throw error;
	}
}

interface At {
	readonly port: Port;
	readonly route: Route;
	/** A name the user chose among candidates. */
	readonly part?: string;
}

/** Talks to the port until the board has answered and been looked at; the port is closed again when that fails. */
export async function openBoard(
	environment: Environment,
	{ port, route, part }: At,
	signal: AbortSignal,
): Promise<Pick<Connection, 'programmer' | 'board'>> {
	const catalogue = await environment.loadCatalogue();
	const programmer = await open(environment, { port, route, catalogue }, signal);
	try {
		const virtual = port.virtual !== undefined;
		// By USB a chip does not tell its name; of a virtual one it is known.
		const told = part ?? (route.kind === 'virtual' ? route.part : undefined);
		const options = { virtual, ...(told !== undefined && { part: told }) };
		return { programmer, board: await look(programmer, catalogue, options, signal) };
	} catch (error) {
		await programmer.close();
		throw error;
	}
}

/** The page's guards, or none when the browser does not grant its lock in time. */
async function guard(
	environment: Environment,
	port: SerialPortLike | UsbDeviceLike,
	signal: AbortSignal,
): Promise<() => void> {
	const { clock } = environment;
	const holding = environment.guardBoard(port);
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

interface Chosen {
	readonly port: Port;
	readonly route: Route;
	readonly catalogue: Catalogue;
}

async function open(
	environment: Environment,
	{ port, route, catalogue }: Chosen,
	signal: AbortSignal,
): Promise<Programmer> {
	const { clock } = environment;
	if (port.kind === 'usb') return await connectDfu(port.usb, clock, signal);
	const way = {
		baud: route.kind === 'uart' ? route.baud : ('auto' as const),
		lines:
			route.kind === 'uart' ? resetLinePresets.find(({ id }) => id === route.lines) : undefined,
		device: route.kind === 'virtual' ? catalogue.findByPart(route.part)[0] : undefined,
	};
	const openStore = (): Promise<Store> => environment.openStore();
	return await connectSerial({ serial: port.serial, clock, openStore }, way, catalogue, signal);
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
