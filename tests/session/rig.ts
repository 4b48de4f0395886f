// A whole session on a simulated board and virtual time: what the tests of jobs stand on.
import type { Device } from '#core/device.ts';
import { buildImage, type Image } from '#core/image.ts';
import * as catalogue from '#devices/index.ts';
import { quirksOf } from '#devices/known-quirks.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { openFile } from '#formats/index.ts';
import { mergeFirmware } from '#formats/merge.ts';
import type { Picker } from '#ports/picker.ts';
import { openPatiently } from '#ports/patient-store.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import type { Catalogue, Environment } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
// Loaded here, as the page has long done before a job: virtual time does not wait for a module.
import '#session/keep/storage.ts';
import '#session/talking.ts';
import type { Route } from '#session/state.ts';
import { memoryStore, memoryTexts, type MemoryStore } from './memory-store.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import type { SimulateOptions } from '#simulator/options.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

export const theCatalogue: Catalogue = { ...catalogue, quirksOf, effectiveMemory };

export interface Rig {
	readonly session: Session;
	readonly environment: Environment;
	readonly clock: VirtualClock;
	readonly simulated: SimulatedBoard;
	/** Connects, and names the part where the board does not tell. */
	readonly connect: () => Promise<void>;
	/** Opens, connects, and runs the plan; resolves when it has ended. */
	readonly programOnce: (file: File) => Promise<void>;
	readonly route: Route;
}

export type RigOptions = Partial<Omit<SimulateOptions, 'device' | 'clock'>> & {
	readonly part: string;
	readonly transport: 'uart' | 'dfu';
	readonly baud?: number;
	/** The rate is left to the session. */
	readonly autoBaud?: boolean;
	/** Simulates a ROM that locks on any rate, whatever its family is documented to promise. */
	readonly anyBaud?: boolean;
	/** The catalogue with files of the user's own; the shipped one without. */
	readonly book?: { readonly catalogue: Catalogue };
	/** The chip on the board, where it is not the catalogue's. */
	readonly device?: Device;
	/** Wiring of DTR and RTS that the user chose, by its id. */
	readonly lines?: string;
	/** What jobs keep and look for; nothing unless said. */
	readonly keeping?: Partial<Record<'keep' | 'backup' | 'compare', boolean>>;
	/** What the user says where a board does not tell whether a job was begun on it; that it was, unless said. */
	readonly sameBoard?: boolean | 'silent';
	/** Another page with the board (and the time) of this rig. */
	readonly boardOf?: Rig;
	/** What the machine has stored; an empty one unless given. */
	readonly store?: MemoryStore;
	/** What it remembers of protected ranges. */
	readonly ranges?: Map<string, string>;
	/** Wraps the ports, to count what crosses them. */
	readonly tap?: <P extends SerialPortLike | UsbDeviceLike>(port: P) => P;
};

export function rig(setup: RigOptions): Rig {
	const {
		part,
		transport,
		baud,
		autoBaud,
		anyBaud,
		book,
		lines,
		tap,
		store: given,
		ranges,
		keeping,
		boardOf,
		sameBoard = true,
		...options
	} = setup;
	const clock = boardOf?.clock ?? new VirtualClock();
	const device = options.device ?? theCatalogue.findByPart(part)[0];
	if (!device) throw new Error(`no ${part} in the catalogue`);
	const { maximumBaud: _, ...unlimited } = device.bootloader;
	const chip = anyBaud ? { ...device, bootloader: unlimited } : device;
	const simulated = boardOf?.simulated ?? simulate({ ...options, device: chip, clock });
	const store = given ?? memoryStore();
	const texts = memoryTexts(ranges);
	const environment: Environment = {
		...environmentOf(clock, simulated, tap ?? ((port) => port), store),
		openRanges: () => Promise.resolve(texts),
		loadCatalogue: () => Promise.resolve(book?.catalogue ?? theCatalogue),
	};
	const session = new Session(environment);
	const { keeper } = session;
	Object.assign(keeper, { keep: false, backup: false, compare: false, ...keeping });
	const route: Route =
		transport === 'uart'
			? { kind: 'uart', baud: autoBaud ? 'auto' : (baud ?? 115200), lines }
			: { kind: 'dfu' };
	const connect = async (): Promise<void> => {
		await session.connect(route);
		const { board } = session.state;
		if (board.status === 'ready' && !board.board.device) await session.chooseDevice(part);
		if (sameBoard === 'silent' || !session.board) return;
		for (const record of keeper.interrupted)
			if (keeper.likeness(record, session.board) === 'unsure') keeper.answer(record, sameBoard);
	};
	return {
		session,
		environment,
		clock,
		simulated,
		route,
		connect,
		programOnce: async (file) => {
			await session.open([file]);
			await connect();
			await session.program();
		},
	};
}

let jobs = 0;

function environmentOf(
	clock: VirtualClock,
	simulated: SimulatedBoard,
	tap: NonNullable<RigOptions['tap']>,
	store: MemoryStore,
): Omit<Environment, 'loadCatalogue' | 'openRanges'> {
	const picker = <P>(port: () => P): Picker<P, never> => ({
		request: () => Promise.resolve(port()),
		list: () => Promise.resolve([port()]),
		watch: () => () => undefined,
	});
	return {
		clock,
		serial: picker(() => tap(simulated.serial)),
		usb: picker(() => tap(simulated.usb)),
		loadFormats: () => Promise.resolve({ openFile, mergeFirmware }),
		loadVirtualBoards: () => Promise.reject(new Error('the port is virtual already')),
		guardBoard: () => Promise.resolve(() => undefined),
		openStore: () => openPatiently(() => store.open(), clock),
		newId: () => `job-${++jobs}`,
		version: 'test',
		today: () => '2026-01-01T00:00:00.000Z',
	};
}

/** A program with a plausible vector table for a chip with RAM at 0x20000000; bytes differ from place to place. */
export function firmware(base: number, length: number, seed = 1): Uint8Array {
	const data = new Uint8Array(length);
	let state = seed * 2654435761;
	for (let i = 0; i < length; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		data[i] = state >>> 24;
	}
	const view = new DataView(data.buffer);
	view.setUint32(0, 0x20001000, true);
	view.setUint32(4, base + 0x41, true);
	return data;
}

/** The image as an Intel HEX file, written here and not by the product. */
export function hexFile(image: Image, name = 'firmware.hex'): File {
	const lines: string[] = [];
	const record = (type: number, address: number, data: readonly number[]): void => {
		const bytes = [data.length, address >> 8, address & 0xff, type, ...data];
		const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
		lines.push(
			':' +
				[...bytes, sum]
					.map((byte) => byte.toString(16).padStart(2, '0'))
					.join('')
					.toUpperCase(),
		);
	};
	for (const { address, data } of image) {
		for (let at = 0; at < data.length; at += 16) {
			const where = address + at;
			record(4, 0, [(where >>> 24) & 0xff, (where >>> 16) & 0xff]);
			record(0, where & 0xffff, [...data.subarray(at, at + 16 - (where % 16))]);
			at -= where % 16;
		}
	}
	record(1, 0, []);
	return new File([lines.join('\n')], name);
}

export const imageAt = (address: number, data: Uint8Array): Image =>
	buildImage([{ address, data }]);
