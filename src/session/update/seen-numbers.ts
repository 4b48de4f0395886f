// Numbers that only rise, by maker and product: anti-rollback counters of what was installed, numbers of makers' lists.
import {
	decodeRecord,
	encodeRecord,
	hasShape,
	isCount,
	isFlag,
	isListOf,
	isText,
} from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';

/** Makers, and numbers seen, are changed by one tab at a time. */
export const TRUST_LOCK = 'trust';

export interface Seen {
	/** Thumbprints of the maker's keys; none: of any maker, as versions before kept it. */
	readonly ids: readonly string[];
	readonly product: string;
	readonly number: number;
}

export interface Numbers {
	/** A record could not be read once: of what is not here it is not known whether there was more. */
	readonly lost: boolean;
	readonly seen: readonly Seen[];
}

const isNumbers = (value: unknown): value is Numbers =>
	hasShape(value, {
		lost: isFlag,
		seen: isListOf((one) =>
			hasShape(one, { ids: isListOf(isText), product: isText, number: isCount }),
		),
	});

/** A damaged record is lost, and says so. @throws Failure store.refused */
export async function readNumbers(store: Store, path: string): Promise<Numbers> {
	return (await found(store, path)) ?? { lost: true, seen: [] };
}

/** @throws Failure store.refused */
export const isDamaged = async (store: Store, path: string): Promise<boolean> =>
	(await found(store, path)) === undefined;

/** Undefined where it is damaged. */
async function found(store: Store, path: string): Promise<Numbers | undefined> {
	const bytes = await store.read(path);
	try {
		return bytes ? decodeRecord(path, bytes, isNumbers) : { lost: false, seen: [] };
	} catch {
		return undefined;
	}
}

const isOf = ({ ids }: Seen, maker: readonly string[]): boolean =>
	ids.length === 0 || ids.some((id) => maker.includes(id));

/** The highest number seen of any of these products by the maker known by any of these thumbprints. */
export function highest(
	seen: readonly Seen[],
	maker: readonly string[],
	products: readonly string[],
): number | undefined {
	const own = seen.filter((one) => products.includes(one.product) && isOf(one, maker));
	return own.length > 0 ? Math.max(...own.map(({ number }) => number)) : undefined;
}

/** From now on it is known that there was more. In the hands of whoever has the lock. @throws Failure store.full, store.refused */
export const markLost = async (store: Store, path: string): Promise<void> =>
	await store.write(path, encodeRecord({ ...(await readNumbers(store, path)), lost: true }));

/**
 * Remembers a number; a lower one than is known changes nothing. In the hands of whoever has the lock.
 * @throws Failure store.full, store.refused
 */
export async function keepNumbers(
	store: Store,
	path: string,
	now: {
		readonly ids: readonly string[];
		readonly products: readonly string[];
		readonly number: number;
	},
): Promise<void> {
	const { lost, seen } = await readNumbers(store, path);
	const ids = [...now.ids].sort();
	const isSame = (one: Seen, product: string): boolean =>
		one.product === product && [...one.ids].sort().join() === ids.join();
	const fresh = now.products.map((product) => {
		const known = seen.filter((one) => isSame(one, product)).map(({ number }) => number);
		return { ids, product, number: Math.max(now.number, ...known) };
	});
	const others = seen.filter((one) => !now.products.some((product) => isSame(one, product)));
	await store.write(path, encodeRecord({ lost, seen: [...others, ...fresh] }));
}
