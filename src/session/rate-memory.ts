// Which rate proved clean on which serial adapter, by the USB identity it shows: where the next connection begins to
// try. It is a hint and nothing more, so a store that fails or holds nonsense is passed over.
import type { Store } from '#ports/store.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { decodeRecord, encodeRecord } from './keep/records.ts';

export interface ProvenRate {
	/** What proved clean last, or the step below it where a job found it unstable. */
	readonly baud: number;
	/** With the ROM of this chip. */
	readonly productId: number;
}

type Rates = Readonly<Record<string, ProvenRate>>;

const PATH = 'serial/rates';
/** AN3155 2: what a ROM measures begins here. */
const SLOWEST = 1200;
/** Adapters remembered; the one learned first goes first. */
const MOST = 32;

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

/** Never rejects: what could not be stored is found out again. */
export async function rememberRate(
	openStore: () => Promise<Store>,
	key: string,
	rate: ProvenRate,
): Promise<void> {
	try {
		const store = await openStore();
		const { [key]: old, ...others } = await readRates(store).catch((): Rates => ({}));
		if (old?.baud === rate.baud && old.productId === rate.productId) return;
		const kept = Object.entries(others).slice(1 - MOST);
		await store.write(PATH, encodeRecord(Object.fromEntries([...kept, [key, rate]])));
	} catch {
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
	Number.isInteger(value.productId);
