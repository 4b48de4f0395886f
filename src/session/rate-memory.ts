// Which rate proved clean on which serial adapter, by the USB identity it shows: where the next connection begins to
// try, one step higher after some clean jobs. It is a hint and nothing more, so a store that fails or holds nonsense is
// passed over.
import type { Store } from '#ports/store.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { decodeRecord, encodeRecord } from './keep/records.ts';

export interface ProvenRate {
	/** What proved clean last, or the step below it where a job found it unstable. */
	readonly baud: number;
	/** With the ROM of this chip. */
	readonly productId: number;
	/** Undisturbed jobs since it began to be remembered, or since the next rate was tried in vain; none unless given. */
	readonly clean?: number;
	/** After how many of them the next rate is tried. */
	readonly wait?: number;
}

type Rates = Readonly<Record<string, ProvenRate>>;

const PATH = 'serial/rates';
/** AN3155 2: what a ROM measures begins here. */
const SLOWEST = 1200;
/** Adapters remembered; the one learned first goes first. */
const MOST = 32;
/** Clean jobs before the next rate is tried; twice as many after each time it was of no use. */
const FIRST_WAIT = 5;
const LONGEST_WAIT = 80;

/** "0403:6001"; undefined where the port is no USB device. */
export function adapterKey(port: SerialPortLike): string | undefined {
	const { usbVendorId, usbProductId } = port.getInfo();
	if (usbVendorId === undefined || usbProductId === undefined) return undefined;
	const text = (id: number): string => id.toString(16).padStart(4, '0');
	return `${text(usbVendorId)}:${text(usbProductId)}`;
}

/** Undefined where nothing is known. Never rejects. */
export async function recallRate(
	openStore: () => Promise<Store>,
	key: string,
): Promise<ProvenRate | undefined> {
	try {
		const rates = await readRates(await openStore());
		return Object.hasOwn(rates, key) ? rates[key] : undefined;
	} catch {
		return undefined;
	}
}

/** True when the next rate is to be tried. */
export const isDue = ({ clean = 0, wait = FIRST_WAIT }: ProvenRate): boolean => clean >= wait;

/** What a connection proved. `tried`: it began above what was remembered. Never rejects. */
export async function rememberRate(
	openStore: () => Promise<Store>,
	key: string,
	{ baud, productId, tried }: ProvenRate & { readonly tried: boolean },
): Promise<void> {
	await update(openStore, key, (old) => {
		if (old?.productId !== productId) return { baud, productId };
		if (old.baud === baud) return tried ? waitLonger(old) : old;
		// A rate that was climbed to and lost again is waited for longer than the first time.
		const wait = tried ? (old.wait ?? FIRST_WAIT) : old.wait;
		return { baud, productId, ...(wait !== undefined && { wait }) };
	});
}

/** A job was not disturbed once. Never rejects. */
export async function rememberClean(
	openStore: () => Promise<Store>,
	key: string,
	{ baud, productId }: ProvenRate,
): Promise<void> {
	await update(openStore, key, (old) =>
		old?.baud === baud && old.productId === productId
			? { ...old, clean: Math.min((old.clean ?? 0) + 1, LONGEST_WAIT) }
			: old,
	);
}

/** A job was disturbed again and again: `baud` is the rate to go on with. Never rejects. */
export async function rememberUnstable(
	openStore: () => Promise<Store>,
	key: string,
	{ baud, productId }: ProvenRate,
): Promise<void> {
	await update(openStore, key, (old) => {
		const again = old?.productId === productId && old.wait !== undefined;
		return { ...(again && waitLonger(old)), baud, productId };
	});
}

const waitLonger = ({ wait = FIRST_WAIT, ...rate }: ProvenRate) => ({
	...rate,
	clean: 0,
	wait: Math.min(2 * wait, LONGEST_WAIT),
});

/** Undefined, or what is remembered already, leaves everything as it is. */
async function update(
	openStore: () => Promise<Store>,
	key: string,
	change: (old: ProvenRate | undefined) => ProvenRate | undefined,
): Promise<void> {
	try {
		const store = await openStore();
		const { [key]: old, ...others } = await readRates(store).catch((): Rates => ({}));
		const rate = change(old);
		if (rate === undefined || rate === old) return;
		const kept = Object.entries(others).slice(1 - MOST);
		await store.write(PATH, encodeRecord(Object.fromEntries([...kept, [key, rate]])));
	} catch {
		// What could not be stored is found out again.
		return;
	}
}

async function readRates(store: Store): Promise<Rates> {
	const bytes = await store.read(PATH);
	return bytes ? decodeRecord(PATH, bytes, isRates) : {};
}

const isRates = (value: unknown): value is Rates =>
	typeof value === 'object' && value !== null && Object.values(value).every(isRate);

const isRate = (value: unknown): boolean =>
	typeof value === 'object' &&
	value !== null &&
	'baud' in value &&
	Number.isInteger(value.baud) &&
	Number(value.baud) >= SLOWEST &&
	'productId' in value &&
	Number.isInteger(value.productId) &&
	(!('clean' in value) || isCount(value.clean)) &&
	(!('wait' in value) || isCount(value.wait));

const isCount = (value: unknown): boolean =>
	Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_WAIT;
