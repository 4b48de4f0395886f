// A maker's signed lists of its keys: how they hand over from key to key, and what of that still holds later.
import { Failure, isFailure } from '#core/failure.ts';
import {
	distinct,
	fields,
	integer,
	list,
	matching,
	optional,
	parseSigned,
	root,
	wrong,
} from './fields.ts';
import type { Node } from './fields.ts';
import { payloadOf, readJws, signValue, TYPES, type Jws } from './jws.ts';
import { asPublicKey } from './keys.ts';
import { knownAs, rootsOf, signedByMakers, thumbprints } from './trust.ts';
import type { Maker, SeenList } from './verified.ts';

export interface KeyList {
	/** Rises with every list. */
	readonly number: number;
	/** All keys that count from now on; the ones before no longer do unless they are here. */
	readonly keys: readonly JsonWebKey[];
	/** Thumbprints. */
	readonly revoked: readonly string[];
	/** How many different keys must sign from now on; 1 where it says nothing. */
	readonly needs?: number;
}

const MAX_KEYS = 16;
const MAX_REVOKED = 256;
/** Numbers and counters: whatever a 32-bit signed integer holds. */
export const MAX_COUNT = 2 ** 31 - 1;

/**
 * The maker after a key list. @throws Failure bundle.keys-old for a list with a lower number than the newest seen,
 * bundle.* where no key trusted before signed it.
 */
export async function readKeyList(bytes: Uint8Array, maker: Maker): Promise<Maker> {
	const jws = await readJws(bytes, TYPES.keys);
	const [signed] = await signedByMakers(jws, [maker]);
	const next = await listOf(jws);
	if (next.number < maker.listed)
		throw new Failure('bundle.keys-old', { found: next.number, known: maker.listed });
	return after(maker, { ...next, by: signed?.signedBy ?? [] });
}

/**
 * The makers as they are once a list that came along in a bundle is taken in: the one whose keys signed it. A newer list
 * decides about keys; of an older one only what it revokes is taken. A list of strangers changes nothing: a maker that
 * stays as it was stays the same object. @throws Failure bundle.* for a list that is not well formed or has been changed.
 */
export async function withKeyList(makers: readonly Maker[], jws: Jws): Promise<readonly Maker[]> {
	const result: Maker[] = [];
	// Those of the brand first: a key one of them has revoked hands nothing over, to nobody.
	for (const maker of makers)
		if (maker.from === 'brand') result.push(await taken(maker, jws, makers));
	const among = [...makers, ...result.filter((one) => !makers.includes(one))];
	for (const maker of makers)
		if (maker.from !== 'brand') result.push(await taken(maker, jws, among));
	return result;
}

async function taken(maker: Maker, jws: Jws, among: readonly Maker[]): Promise<Maker> {
	const next = await listFrom(maker, jws, among);
	if (!next) return maker;
	if (next.number > maker.listed) return after(maker, next);
	const revoked = united(maker.revoked, next.revoked);
	return revoked.length === maker.revoked.length ? maker : { ...maker, revoked };
}

/** The list if this maker signed it, with a key that nobody of the brand has revoked. */
async function listFrom(
	maker: Maker,
	jws: Jws,
	among: readonly Maker[],
): Promise<SeenList | undefined> {
	try {
		const [signed] = await signedByMakers(jws, [maker], among);
		return { ...(await listOf(jws)), by: signed?.signedBy ?? [] };
	} catch (error) {
		if (isFailure(error) && STRANGERS.includes(error.code)) return undefined;
		throw error;
	}
}

/** The refusals that say "not this maker", not "this was tampered with". */
const STRANGERS: readonly string[] = [
	'bundle.unknown-maker',
	'bundle.key-revoked',
	'bundle.too-few-signatures',
];

function after(maker: Maker, next: SeenList): Maker {
	const { needs: before, ...rest } = maker;
	const least = maker.roots ? maker.least : before;
	const needs = most(maker.from === 'brand' ? least : undefined, next.needs);
	return {
		...rest,
		keys: next.keys,
		roots: rootsOf(maker),
		lists: [...(maker.lists ?? []), next],
		// What was revoked once stays so, whatever a later list leaves out.
		revoked: united(maker.revoked, next.revoked),
		listed: next.number,
		...(least !== undefined && { least }),
		...(needs !== undefined && { needs }),
	};
}

const united = (...kids: readonly (readonly string[])[]): readonly string[] => [
	...new Set(kids.flat()),
];

/** The greater of what is demanded. */
function most(...counts: readonly (number | undefined)[]): number | undefined {
	const said = counts.filter((count) => count !== undefined);
	return said.length > 0 ? Math.max(...said) : undefined;
}

/**
 * The maker as its keys of today and all that was seen of it leave it: of the lists, those count that keys signed which
 * are trusted by today's keys. What any of them revoked stays revoked, whoever signed it then.
 */
export async function withMemory(maker: Maker, seen: readonly Maker[]): Promise<Maker> {
	if (seen.length === 0) return maker;
	const roots = rootsOf(maker);
	const lists = inOrder((await Promise.all([...seen, maker].map(listsOf))).flat());
	const least = maker.roots ? maker.least : maker.needs;
	const floor = maker.from === 'brand' ? least : undefined;
	let now: Pick<Maker, 'keys' | 'listed' | 'needs'> = {
		keys: roots,
		listed: 0,
		...(least !== undefined && { needs: least }),
	};
	const gone = new Set<string>();
	for (const list of lists) {
		const kids = await thumbprints(now.keys);
		const signers = signersOf(list);
		const by = signers.filter((kid) => kids.includes(kid) && !gone.has(kid));
		const wanted = list.all ? signers.length : Math.max(1, now.needs ?? 1);
		if (by.length >= wanted && list.number > now.listed) {
			const needs = most(floor, list.needs);
			now = { keys: list.keys, listed: list.number, ...(needs !== undefined && { needs }) };
		}
		for (const kid of list.revoked) gone.add(kid);
	}
	const { needs: _now, ...rest } = maker;
	const before = await Promise.all(seen.map((one) => thumbprints(rootsOf(one))));
	return await bounded({
		...rest,
		...now,
		roots,
		...(least !== undefined && { least }),
		lists,
		past: united(...before, ...[...seen, maker].map(({ past = [] }) => past)),
		revoked: united(maker.revoked, ...seen.map(({ revoked }) => revoked), [...gone]),
	});
}

/** What is remembered of one maker, whatever it says: of its revocations, those of keys that were its own come first. */
const MOST_REVOKED = 1024;
const MOST_LISTS = 64;

async function bounded<M extends Maker>(maker: M): Promise<M> {
	const own = new Set(await knownAs(maker));
	const isOwn = (kid: string): boolean => own.has(kid);
	const strangers = maker.revoked.filter((kid) => !isOwn(kid));
	const revoked = [...maker.revoked.filter(isOwn), ...strangers].slice(0, MOST_REVOKED);
	return { ...maker, revoked, lists: tidied(maker.lists ?? [], new Set(revoked)) };
}

/** Each revocation once, and no list whose signers said as much, and more, in the next one. */
function tidied(lists: readonly SeenList[], left: Set<string>): readonly SeenList[] {
	const kept: SeenList[] = [];
	for (const list of lists) {
		const fresh = list.revoked.filter((kid) => left.delete(kid));
		// What one of unknown signers revoked says who they may have been.
		const revoked = list.all ? list.revoked : fresh;
		const before = kept.at(-1);
		if (before && covers(list, before))
			kept.splice(-1, 1, { ...list, revoked: [...before.revoked, ...revoked] });
		else kept.push({ ...list, revoked });
	}
	return kept.slice(-MOST_LISTS);
}

function covers(next: SeenList, before: SeenList): boolean {
	const keys = next.keys.map((key) => JSON.stringify(key));
	return (
		!next.all &&
		!before.all &&
		[...next.by].sort().join() === [...before.by].sort().join() &&
		before.keys.every((key) => keys.includes(JSON.stringify(key)))
	);
}

/** Records of the time before lists were kept know the newest only, and not which of the roots signed it. */
async function listsOf(maker: Maker): Promise<readonly SeenList[]> {
	const { keys, listed: number, lists, needs, revoked } = maker;
	if (lists || number === 0) return lists ?? [];
	const by = await thumbprints(rootsOf(maker));
	return [{ number, keys, revoked, ...(needs !== undefined && { needs }), by, all: true }];
}

/** Where it is not known who signed: all that may have, but not those that the list took out, which nobody pins any more. */
function signersOf({ by, all, revoked }: SeenList): readonly string[] {
	const left = all ? by.filter((kid) => !revoked.includes(kid)) : by;
	return left.length > 0 ? left : by;
}

/** By their numbers, each once. */
function inOrder(lists: readonly SeenList[]): readonly SeenList[] {
	const byText = new Map(lists.map((one) => [JSON.stringify([one.number, one.keys, one.by]), one]));
	return [...byText.values()].sort((a, b) => a.number - b.number);
}

/** @throws Failure bundle.key-list, bundle.unknown-field, bundle.key-unreadable */
export async function listOf(jws: Jws): Promise<KeyList> {
	return readListNode(parseSigned(payloadOf(jws), 'bundle.key-list'));
}

async function readListNode(node: Node): Promise<KeyList> {
	const own = fields(node, ['number', 'keys', 'revoked'], ['needs']);
	const number = integer(own.number, { least: 1, most: MAX_COUNT });
	const nodes = list(own.keys, { least: 1, most: MAX_KEYS }, (node) => node);
	const keys: JsonWebKey[] = [];
	for (const node of nodes) keys.push(await asPublicKey(node.value));
	const kids = await thumbprints(keys);
	distinct(own.keys, kids);
	const revoked = distinct(
		own.revoked,
		list(own.revoked, { least: 0, most: MAX_REVOKED }, readThumbprint),
	);
	if (kids.some((kid) => revoked.includes(kid))) wrong(own.keys, 'it lists a key that it revokes');
	const needs = optional(own.needs, (node) => integer(node, { least: 1, most: keys.length }));
	return { number, keys, revoked, ...(needs !== undefined && { needs }) };
}

const readThumbprint = (node: Node): string =>
	matching(node, /^[\w-]{43}$/, 'a thumbprint of 43 characters');

/** A signed key list, as a file or to go along in bundles. `signers` are private keys. @throws Failure bundle.key-list */
export async function writeKeyList(
	{ number, keys, revoked, needs }: KeyList,
	signers: readonly JsonWebKey[],
): Promise<Uint8Array<ArrayBuffer>> {
	const value = { number, keys, revoked, ...(needs !== undefined && { needs }) };
	await readListNode(root(value, 'bundle.key-list'));
	return signValue(value, signers, TYPES.keys);
}
