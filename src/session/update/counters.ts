// The highest anti-rollback counter that was installed on this machine, by maker and product.
import { decodeRecord, hasShape, isCount } from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';
import { listRecords, type UpdateRecord } from './records.ts';
import {
	highest,
	isDamaged,
	keepNumbers,
	readNumbers,
	TRUST_LOCK,
	type Seen,
} from './seen-numbers.ts';

export const COUNTERS = 'trust/counters-by-maker';
/** As versions before kept it: by product alone. It still counts, for every maker. */
export const OLD_COUNTERS = 'trust/counters';

export interface Counters {
	counter(product: string, maker: readonly string[]): number | undefined;
	/** A record was damaged, and nothing was installed since that would tell. */
	unsure(product: string, maker: readonly string[]): boolean;
}

/**
 * Where a record is damaged, what the updates that can be taken back tell of their counters stands in, and `unsure` says
 * that there may have been more: refusing everything would lock the customer out for a fault of the disk.
 * @throws Failure store.refused
 */
export async function readCounters(store: Store): Promise<Counters> {
	const [kept, old] = [await readNumbers(store, COUNTERS), await readOld(store)];
	const lost = kept.lost || old === undefined;
	const standIn = lost ? (await listRecords(store)).filter(wasInstalled).map(seenIn) : [];
	const all = [...kept.seen, ...(old ?? []), ...standIn];
	return {
		counter: (product, maker) => highest(all, maker, [product]),
		unsure: (product, maker) => lost && highest(kept.seen, maker, [product]) === undefined,
	};
}

const wasInstalled = ({ state }: UpdateRecord): boolean => state !== 'begun';

const seenIn = ({ ids = [], product, counter }: UpdateRecord): Seen => ({
	ids,
	product: product.id,
	number: counter,
});

const isOld = (value: unknown): value is Readonly<Record<string, number>> =>
	hasShape(value, {}) && !Array.isArray(value) && Object.values(value).every(isCount);

/** Undefined where it is damaged. */
async function readOld(store: Store): Promise<readonly Seen[] | undefined> {
	const bytes = await store.read(OLD_COUNTERS);
	if (!bytes) return [];
	try {
		const counters = Object.entries(decodeRecord(OLD_COUNTERS, bytes, isOld));
		return counters.map(([product, number]) => ({ ids: [], product, number }));
	} catch {
		return undefined;
	}
}

/** @throws Failure store.refused */
export async function damagedCounters(store: Store): Promise<readonly string[]> {
	const old = (await readOld(store)) === undefined ? [OLD_COUNTERS] : [];
	return (await isDamaged(store, COUNTERS)) ? [...old, COUNTERS] : old;
}

/** A version was proven on a device: none of its maker with a lower counter is taken any more. @throws Failure store.full, store.refused */
export const keepCounter = (
	store: Store,
	{ ids = [], product, counter }: Pick<UpdateRecord, 'ids' | 'product' | 'counter'>,
): Promise<void> =>
	store.alone(TRUST_LOCK, () =>
		keepNumbers(store, COUNTERS, { ids, products: [product.id], number: counter }),
	);
