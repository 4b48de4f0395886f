// Whom this machine trusts beside the makers of the brand: keys the user accepted, and what makers' signed lists said of
// their keys. What was revoked here once stays so: when the brand changes, and when a maker is forgotten.
import type { Maker, Trust } from '#bundle/verified.ts';
import {
	decodeRecord,
	encodeRecord,
	hasShape,
	isCount,
	isFlag,
	isListOf,
	isOptional,
	isText,
	readRecords,
} from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';
import { readCounters } from './counters.ts';
import { TRUST_LOCK } from './seen-numbers.ts';

export const MAKERS = 'makers';
/** It is there once a damaged record of a maker was taken away. */
export const MAKERS_LOST = 'trust/makers-lost';

/** A maker as it is stored. */
interface StoredMaker extends Maker {
	/** The user trusts it no longer: only what it revoked is remembered. */
	readonly forgotten?: boolean;
}

const isKey = (value: unknown): boolean => hasShape(value, { kty: isText, crv: isText, x: isText });

const isSeenList = (value: unknown): boolean =>
	hasShape(value, {
		number: isCount,
		keys: isListOf(isKey),
		revoked: isListOf(isText),
		needs: isOptional(isCount),
		by: isListOf(isText),
		all: isOptional(isFlag),
	});

export const isMaker = (value: unknown): value is StoredMaker =>
	hasShape(value, {
		name: isText,
		keys: (keys) => isListOf(isKey)(keys) && (keys as unknown[]).length > 0,
		roots: isOptional(isListOf(isKey)),
		least: isOptional(isCount),
		lists: isOptional(isListOf(isSeenList)),
		past: isOptional(isListOf(isText)),
		revoked: isListOf(isText),
		listed: isCount,
		needs: isOptional(isCount),
		products: isOptional(isListOf(isText)),
		from: (from) => from === 'brand' || from === 'accepted',
		forgotten: isOptional(isFlag),
	});

const loadBundles = () => import('#bundle/index.ts');

const rootsOf = ({ keys, roots }: Maker): readonly JsonWebKey[] => roots ?? keys;

/** True where both are one maker: a key they are trusted by without any list is the same. What a list says of keys is only its maker's word. */
export const sameMaker = (a: Maker, b: Maker): boolean =>
	rootsOf(a).some(({ crv, x, y }) =>
		rootsOf(b).some((key) => key.crv === crv && key.x === x && key.y === y),
	);

/**
 * The makers of the brand and those accepted on this machine, each with what its key lists said so far; those the brand
 * pins no longer, and those that were forgotten, sign nothing and stay for what they revoked. A stored file that is
 * damaged trusts nobody, and makes everything unsure, also after it was taken away. @throws Failure store.refused
 */
export async function readTrust(
	store: Store | undefined,
	brand: readonly Maker[],
	now: Date,
	others: 'ask' | 'refuse' = 'ask',
): Promise<Trust> {
	if (!store) return { makers: brand, now, counter: () => undefined };
	const { records, damaged } = await readRecords(store, MAKERS, isMaker);
	const counters = await readCounters(store);
	const lost = damaged.length > 0 || (await store.read(MAKERS_LOST)) !== undefined;
	// A page that refuses strangers refuses those accepted before it did, too.
	const accepted = records.filter(({ from }) => from === 'accepted' && others === 'ask');
	return {
		makers: [
			...(await asPinned(brand, records)),
			...accepted.map((maker) => (maker.forgotten ? silent(maker) : maker)),
		],
		now,
		counter: (product, maker) => counters.counter(product, maker),
		unsure: (product, maker) => lost || counters.unsure(product, maker),
	};
}

/** It signs nothing any more. */
const silent = ({ products: _all, needs: _more, ...maker }: Maker): Maker => ({
	...maker,
	roots: rootsOf(maker),
	keys: [],
});

const meet = (a: readonly string[], b: readonly string[]): boolean =>
	a.some((one) => b.includes(one));

/**
 * What the brand pins today decides what the keys are for, and which lists still vouch for others. A maker the user accepted
 * is the same one where the very key it was accepted by is pinned: what its lists said goes on. What they list may be
 * somebody else's.
 */
async function asPinned(
	brand: readonly Maker[],
	records: readonly Maker[],
): Promise<readonly Maker[]> {
	if (records.length === 0) return brand;
	const { knownAs, thumbprints, withMemory } = await loadBundles();
	const pins = await Promise.all(
		brand.map(async (maker) => ({ maker, kids: await thumbprints(maker.keys) })),
	);
	const owned = await Promise.all(
		records.map(async (record) => {
			const roots = await thumbprints(rootsOf(record));
			const pinnedBy = (own: readonly string[]) => pins.filter(({ kids }) => meet(kids, own));
			if (record.from !== 'brand') return { record, owners: pinnedBy(roots) };
			const byRoot = pinnedBy([...roots, ...(record.past ?? [])]);
			// The brand may pin what a list had brought, in place of what it pinned before.
			const owners = byRoot.length > 0 ? byRoot : pinnedBy(await knownAs(record));
			return { record, owners };
		}),
	);
	const pinned = pins.map((pin) =>
		withMemory(
			pin.maker,
			owned.filter(({ owners }) => owners.includes(pin)).map(({ record }) => record),
		),
	);
	const retired = owned.filter(
		({ record, owners }) => record.from === 'brand' && owners.length === 0,
	);
	return [...(await Promise.all(pinned)), ...retired.map(({ record }) => silent(record))];
}

/**
 * Keeps a maker the user accepts, united with what is known of it: revocations and numbers survive, those of a maker that
 * was forgotten among them. @throws Failure store.full, store.refused
 */
export const keepMaker = (store: Store, maker: Maker): Promise<void> =>
	uniteMaker(store, maker, true);

/** `accepts`: the user does, now. Without it, nobody whom they forgot in the meantime is trusted again. */
async function uniteMaker(store: Store, maker: Maker, accepts: boolean): Promise<void> {
	const { thumbprints, withMemory } = await loadBundles();
	const roots = [...(await thumbprints(rootsOf(maker))), ...(maker.past ?? [])];
	await store.alone(TRUST_LOCK, async () => {
		const same: { readonly path: string; readonly record: StoredMaker }[] = [];
		const names = await store.list(MAKERS);
		for (const name of names) {
			const path = `${MAKERS}/${name}`;
			const record = await readMaker(store, path);
			if (record?.from !== maker.from) continue;
			const { past = [], lists = [], forgotten } = record;
			const own = [...(await thumbprints(rootsOf(record))), ...past];
			// What it only listed may be somebody else's; who signed for it held the key.
			const signers = forgotten ? lists.flatMap((one) => one.by) : [];
			if (meet(roots, [...own, ...signers])) same.push({ path, record });
		}
		const [first, ...more] = same;
		const whole = await withMemory(
			maker,
			same.map(({ record }) => record),
		);
		const digest = (await store.digest(encodeRecord(maker))).slice(0, 16);
		// One that is damaged stays, and goes on saying that something was lost.
		const id = names.includes(digest) ? `${digest}-${names.length}` : digest;
		const trusted =
			accepts || maker.from === 'brand' || same.some(({ record }) => !record.forgotten);
		if (!first && !trusted) return;
		const record = trusted ? whole : tombstone(whole);
		await store.write(first?.path ?? `${MAKERS}/${id}`, encodeRecord(record));
		for (const { path } of more) await store.remove(path);
	});
}

/**
 * Takes in the key list of a bundle, whatever becomes of the bundle: whoever holds a revoked key must not be able to keep
 * the revocation from taking effect. True where it changed what is trusted. @throws Failure bundle.* for a container or a
 * list that is not well formed or has been changed; store.full, store.refused
 */
export async function keepKeyList(
	store: Store | undefined,
	bytes: Uint8Array<ArrayBuffer>,
	trust: Trust,
): Promise<boolean> {
	const { keyListIn } = await loadBundles();
	const changed = await keyListIn(bytes, trust);
	if (!store) return false;
	for (const maker of changed) await uniteMaker(store, maker, false);
	return changed.length > 0;
}

const tombstone = (maker: Maker): StoredMaker => ({ ...maker, name: '', forgotten: true });

/** Undefined where there is none, or it is damaged: nobody is trusted by it. */
async function readMaker(store: Store, path: string): Promise<StoredMaker | undefined> {
	const bytes = await store.read(path);
	try {
		return bytes && decodeRecord(path, bytes, isMaker);
	} catch {
		return undefined;
	}
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
		const maker = await readMaker(store, `${MAKERS}/${id}`);
		if (maker?.from !== 'accepted' || maker.forgotten) continue;
		found.push({ id, name: maker.name, keys: maker.keys });
	}
	return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its next update is a stranger's; what it revoked stays so, without its name. @throws Failure store.full, store.refused */
export const forgetMaker = (store: Store, id: string): Promise<void> =>
	store.alone(TRUST_LOCK, async () => {
		const path = `${MAKERS}/${id}`;
		const maker = await readMaker(store, path);
		if (!maker || (maker.listed === 0 && maker.revoked.length === 0)) await store.remove(path);
		else await store.write(path, encodeRecord(tombstone(maker)));
	});
