// Whom this machine trusts beside the makers of the brand: keys the user accepted, newer key lists, and the highest
// anti-rollback counter that was installed of each product.
import type { Maker, Trust } from '#bundle/verified.ts';
import {
	decodeRecord,
	encodeRecord,
	hasShape,
	isCount,
	isListOf,
	isOptional,
	isText,
	readRecords,
} from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';

const MAKERS = 'makers';
const COUNTERS = 'trust/counters';
/** Makers and counters are changed by one tab at a time. */
const LOCK = 'trust';

const isKey = (value: unknown): boolean => hasShape(value, { kty: isText, crv: isText, x: isText });

const isMaker = (value: unknown): value is Maker =>
	hasShape(value, {
		name: isText,
		keys: (keys) => isListOf(isKey)(keys) && (keys as unknown[]).length > 0,
		roots: isOptional(isListOf(isKey)),
		revoked: isListOf(isText),
		listed: isCount,
		needs: isOptional(isCount),
		products: isOptional(isListOf(isText)),
		from: (from) => from === 'brand' || from === 'accepted',
	});

type Counters = Readonly<Record<string, number>>;

const isCounters = (value: unknown): value is Counters =>
	typeof value === 'object' &&
	value !== null &&
	!Array.isArray(value) &&
	Object.values(value).every(isCount);

/** True where both are one maker: a key of the time before the first key list is the same. What a list says of keys is only its maker's word. */
export const sameMaker = (a: Maker, b: Maker): boolean =>
	firstKeys(a).some(({ crv, x }) => firstKeys(b).some((key) => key.crv === crv && key.x === x));

const firstKeys = ({ keys, roots }: Maker): readonly JsonWebKey[] => roots ?? keys;

/**
 * The makers of the brand, each with the newest key list seen, and those accepted on this machine. A stored file that
 * is damaged trusts nobody. @throws Failure store.refused
 */
export async function readTrust(
	store: Store | undefined,
	brand: readonly Maker[],
	now: Date,
	others: 'ask' | 'refuse' = 'ask',
): Promise<Trust> {
	const known = store ? (await readRecords(store, MAKERS, isMaker)).records : [];
	const counters = store ? await readCounters(store) : {};
	const pinned = brand.map((maker) => {
		const newest = known
			.filter((one) => one.from === 'brand' && sameMaker(one, maker) && one.listed > maker.listed)
			.sort((a, b) => b.listed - a.listed)[0];
		// What the brand pins today decides what the keys are for; the list only which keys count.
		return newest
			? {
					...maker,
					keys: newest.keys,
					roots: newest.roots ?? maker.keys,
					revoked: newest.revoked,
					listed: newest.listed,
					...needs(maker, newest),
				}
			: maker;
	});
	return {
		// A page that refuses strangers refuses those accepted before it did, too.
		makers: [...pinned, ...known.filter(({ from }) => from === 'accepted' && others === 'ask')],
		now,
		counter: (productId) => (Object.hasOwn(counters, productId) ? counters[productId] : undefined),
	};
}

/** What the brand demands is the least. */
function needs(...makers: readonly Maker[]): Pick<Maker, 'needs'> {
	const counts = makers.flatMap(({ needs: count }) => count ?? []);
	return counts.length === 0 ? {} : { needs: Math.max(...counts) };
}

/** Keeps a maker the user accepted, or the keys after a newer list. @throws Failure store.full, store.refused */
export async function keepMaker(store: Store, maker: Maker): Promise<void> {
	await store.alone(LOCK, async () => {
		for (const name of await store.list(MAKERS)) {
			const path = `${MAKERS}/${name}`;
			const bytes = await store.read(path);
			if (!bytes) continue;
			const known = readMaker(path, bytes);
			if (known?.from === maker.from && sameMaker(known, maker)) {
				if (known.listed <= maker.listed) await store.write(path, encodeRecord(maker));
				return;
			}
		}
		const id = (await store.digest(encodeRecord(maker))).slice(0, 16);
		await store.write(`${MAKERS}/${id}`, encodeRecord(maker));
	});
}

function readMaker(path: string, bytes: Uint8Array): Maker | undefined {
	try {
		return decodeRecord(path, bytes, isMaker);
	} catch {
		// Damaged: it is listed as such in History, and nobody is trusted by it.
		return undefined;
	}
}

async function readCounters(store: Store): Promise<Counters> {
	const bytes = await store.read(COUNTERS);
	if (!bytes) return {};
	try {
		return decodeRecord(COUNTERS, bytes, isCounters);
	} catch {
		// Lost with its checksum: what was installed is then judged by the versions alone.
		return {};
	}
}

/** A version was proven on a device: none with a lower counter is taken any more. @throws Failure store.full, store.refused */
export async function keepCounter(store: Store, productId: string, counter: number): Promise<void> {
	await store.alone(LOCK, async () => {
		const known = await readCounters(store);
		if (Object.hasOwn(known, productId) && known[productId]! >= counter) return;
		await store.write(COUNTERS, encodeRecord({ ...known, [productId]: counter }));
	});
}

/** A maker the user accepted. */
export interface AcceptedMaker {
	/** Its name in the store. */
	readonly id: string;
	readonly name: string;
	readonly keys: readonly JsonWebKey[];
}

/** @throws Failure store.refused */
export async function listAccepted(store: Store): Promise<readonly AcceptedMaker[]> {
	const found: AcceptedMaker[] = [];
	for (const id of await store.list(MAKERS)) {
		const bytes = await store.read(`${MAKERS}/${id}`);
		const maker = bytes && readMaker(`${MAKERS}/${id}`, bytes);
		if (maker?.from === 'accepted') found.push({ id, name: maker.name, keys: maker.keys });
	}
	return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its next update is a stranger's. @throws Failure store.refused */
export const forgetMaker = (store: Store, id: string): Promise<void> =>
	store.alone(LOCK, () => store.remove(`${MAKERS}/${id}`));
