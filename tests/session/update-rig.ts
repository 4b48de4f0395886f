// A customer's page over a simulated board: a maker's key, updates made with it, and what the board held before.
import { createBundle, generateKeys, type Draft, type KeyPair } from '#bundle/index.ts';
import type { Maker } from '#bundle/verified.ts';
import { firstDifference } from '#core/bytes.ts';
import type { UsbPicker } from '#ports/picker.ts';
import type { Power } from '#ports/power.ts';
import type { ListPlace } from '#session/update/fetch-whole.ts';
import { UpdateSession } from '#session/update/update.svelte.ts';
import type { Way } from '#session/update/stage.ts';
import type { UsbEvent } from '#simulator/index.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { firmware, imageAt, rig, type Rig, type RigOptions } from './rig.ts';

export const BASE = 0x08000000;
/** Where these firmwares say their version. */
export const VERSION_AT = 0x200;
/** Where these boards say which product they are. */
export const BOARD_ID = [0x53, 0x57, 0x42, 0x31];

/** A program with its version in it. */
export function program(version: string, size: number, seed: number): Uint8Array<ArrayBuffer> {
	const bytes = firmware(BASE, size, seed);
	bytes.set(new TextEncoder().encode(version.padEnd(16, '\0')), VERSION_AT);
	return bytes as Uint8Array<ArrayBuffer>;
}

const STEP = { text: { en: 'Hold the button.', de: 'Knopf halten.' } };

let keys: Promise<KeyPair> | undefined;
export const makerKeys = (): Promise<KeyPair> => (keys ??= generateKeys('EdDSA'));

export async function maker(change: Partial<Maker> = {}): Promise<Maker> {
	const { publicKey } = await makerKeys();
	return { name: 'Acme', keys: [publicKey], revoked: [], listed: 0, from: 'brand', ...change };
}

export interface UpdateOf {
	readonly version: string;
	readonly bytes: Uint8Array;
	/** Of the chip; 0x413 (F405) unless said. */
	readonly productId?: number;
	/** Where the board's identity lies. */
	readonly boardIdAt?: number;
	readonly draft?: Partial<Draft>;
	/** Carried as the change from this content alone, of version 1.0.0. */
	readonly from?: Uint8Array;
	/** Who signs it; the maker unless said. */
	readonly by?: KeyPair;
	/** The maker's key list, to go along. */
	readonly keys?: Uint8Array;
}

/** A signed update of one image at the start of flash. */
export async function updateFile(about: UpdateOf): Promise<Uint8Array<ArrayBuffer>> {
	const { version, bytes, productId = 0x413, boardIdAt, draft, from, by, keys: list } = about;
	const hex = BOARD_ID.map((byte) => byte.toString(16).padStart(2, '0')).join('');
	const whole: Draft = {
		maker: { name: 'Acme', support: 'https://acme.example/help' },
		product: { id: 'acme.lamp', name: { en: 'Lamp', de: 'Lampe' } },
		version: { name: version, counter: 1 },
		notes: { en: `What is new in ${version}`, de: `Neu in ${version}` },
		entry: { dfu: [STEP], uart: [STEP] },
		hardware: {
			productIds: [productId],
			routes: ['dfu', 'uart'],
			...(boardIdAt !== undefined && { boardId: [{ address: boardIdAt, bytes: hex }] }),
		},
		images: [
			{
				address: BASE,
				file: 'app.bin',
				...(from && { from: [{ version: '1.0.0', file: 'old.bin' }], full: false }),
			},
		],
		installed: [{ kind: 'memory', address: BASE + VERSION_AT, length: 16, as: 'text' }],
		...draft,
	};
	const files = new Map([['app.bin', bytes], ...(from ? [['old.bin', from] as const] : [])]);
	return await createBundle(whole, files, [(by ?? (await makerKeys())).privateKey], list);
}

export interface UpdateRig extends Rig {
	readonly updater: UpdateSession;
	readonly store: MemoryStore;
}

export interface UpdateRigOptions extends RigOptions {
	readonly makers?: readonly Maker[];
	readonly others?: 'ask' | 'refuse';
	/** Shown inside another site's page. */
	readonly framed?: boolean;
	/** The clock on the wall, ISO 8601. */
	readonly today?: () => string;
	readonly products?: readonly string[];
	readonly power?: Power;
	/** The brand's list of updates. */
	readonly list?: ListPlace;
	/** The ways this browser has. */
	readonly ways?: readonly Way[];
	/** How many serial ports were allowed before; one unless said. */
	readonly serialPorts?: number;
}

export async function updateRig(options: UpdateRigOptions): Promise<UpdateRig> {
	const {
		makers,
		others = 'ask',
		framed = false,
		today,
		products,
		power,
		ways,
		list,
		serialPorts = 1,
		...board
	} = options;
	const store = board.store ?? memoryStore();
	const made = rig({ ...board, store });
	const { environment } = made;
	const { usb, serial } = environment;
	const listed = async () => {
		const ports = (await serial?.list()) ?? [];
		return Array.from({ length: serialPorts }, () => ports).flat();
	};
	const here = ways ?? ['dfu', 'uart'];
	const updater = new UpdateSession({
		session: made.session,
		environment: {
			...environment,
			...(today && { today }),
			usb: here.includes('dfu') && usb ? { ...usb, watch: watchOf(made) } : undefined,
			serial: here.includes('uart') && serial ? { ...serial, list: listed } : undefined,
		},
		makers: makers ?? [await maker()],
		others,
		framed,
		...(products && { products }),
		...(list && { list }),
		language: 'en',
		readPower: () => Promise.resolve(power),
	});
	return { ...made, updater, store };
}

/** Tells of the board's coming, as the browser does of devices that were allowed before. */
const watchOf =
	({ simulated }: Rig): UsbPicker['watch'] =>
	(listener) => {
		const come = (event: Event): void => {
			listener({ kind: 'connected', port: (event as UsbEvent).device });
		};
		simulated.usbBus.addEventListener('connect', come);
		return () => {
			simulated.usbBus.removeEventListener('connect', come);
		};
	};

/** What a board of the product holds: program, and its identity behind it. */
export const contentOf = (bytes: Uint8Array, boardIdAt?: number) => [
	...imageAt(BASE, bytes),
	...(boardIdAt === undefined ? [] : imageAt(boardIdAt, Uint8Array.from(BOARD_ID))),
];

/** What a maker lets stay at `origin`: the board's identity and what stands behind it. */
export const keepAt = (origin: number) => [{ name: 'identity', origin, length: 16 }];

/** Where the usual board says which product it is: near the end of its first sector. */
export const KEPT_AT = BASE + 16 * 1024 - 64;
export const old = program('1.0.0', 12_000, 7);
export const next = program('2.0.0', 11_000, 8);
/** The usual board, on which `old` runs. */
export const board: UpdateRigOptions = {
	part: 'STM32F405RG',
	transport: 'dfu',
	content: contentOf(old, KEPT_AT),
};
/** The update that fits it. */
export const fitting: UpdateOf = { version: '2.0.0', bytes: next, boardIdAt: KEPT_AT };

/** A copy of the first `size` bytes of the board's flash: two sectors of the usual board unless said. */
export const held = ({ simulated }: UpdateRig, size = 32 * 1024): Uint8Array =>
	simulated.board.peek({ start: BASE, end: BASE + size }).slice();

export const holds = (one: UpdateRig, bytes: Uint8Array): boolean =>
	firstDifference(held(one, bytes.length), bytes) < 0;
