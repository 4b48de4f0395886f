// Who is believed: which of a maker's keys count, and how a signed list of keys changes that.
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
import { checkSignature, payloadOf, readJws, signValue, TYPES, type Jws } from './jws.ts';
import { asPublicKey, thumbprint } from './keys.ts';
import type { Maker } from './verified.ts';

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

export interface Signed {
	readonly maker: Maker;
	/** Thumbprints of its keys that signed. */
	readonly signedBy: readonly string[];
}

/**
 * Which of the makers signed. Every signature that names a key of theirs must hold; those of strangers and of revoked
 * keys count for nothing. What a maker of the brand revoked is revoked for those the user accepted, too: the same key may
 * be among theirs. @throws Failure bundle.unsigned, bundle.signature-wrong, bundle.algorithm,
 * bundle.too-few-signatures, bundle.key-revoked, bundle.unknown-maker
 */
export async function signedByMaker(
	jws: Jws,
	makers: readonly Maker[],
	byBrand = revokedByBrand(makers),
): Promise<Signed> {
	const [first] = jws.signatures;
	if (!first) throw new Failure('bundle.unsigned', {});
	let few: { needed: number; found: number } | undefined;
	let revoked: string | undefined;
	for (const maker of makers) {
		const withdrawn = maker.from === 'brand' ? maker.revoked : [...maker.revoked, ...byBrand];
		const keys = await keysByThumbprint(maker);
		const signedBy: string[] = [];
		for (const signature of jws.signatures) {
			const { kid } = signature;
			const key = keys.get(kid);
			if (withdrawn.includes(kid)) revoked ??= kid;
			else if (key) {
				await checkSignature(jws, signature, key);
				signedBy.push(kid);
			}
		}
		const needed = Math.max(1, maker.needs ?? 1);
		if (signedBy.length >= needed) return { maker, signedBy };
		if (signedBy.length > 0) few ??= { needed, found: signedBy.length };
		// Nobody the user accepted makes up for a signature that a maker of the brand demands of its keys.
		if (few && maker.from === 'brand') break;
	}
	if (few) throw new Failure('bundle.too-few-signatures', few);
	if (revoked !== undefined) throw new Failure('bundle.key-revoked', { kid: revoked });
	throw new Failure('bundle.unknown-maker', { kid: first.kid });
}

const revokedByBrand = (makers: readonly Maker[]): readonly string[] =>
	makers.flatMap(({ from, revoked }) => (from === 'brand' ? revoked : []));

async function keysByThumbprint({ keys }: Maker): Promise<ReadonlyMap<string, JsonWebKey>> {
	const pairs: [string, JsonWebKey][] = [];
	for (const key of keys) pairs.push([await thumbprint(key), key]);
	return new Map(pairs);
}

/**
 * The maker after a key list. @throws Failure bundle.keys-old for a list with a lower number than the newest seen,
 * bundle.* where no key trusted before signed it.
 */
export async function readKeyList(bytes: Uint8Array, maker: Maker): Promise<Maker> {
	const jws = await readJws(bytes, TYPES.keys);
	await signedByMaker(jws, [maker]);
	const next = await listOf(jws);
	if (next.number < maker.listed)
		throw new Failure('bundle.keys-old', { found: next.number, known: maker.listed });
	return after(maker, next);
}

/**
 * The makers as they are once a list that came along in a bundle is taken in: the one whose keys signed it, if the list
 * is newer than what is known of them. A list of strangers or an older one changes nothing. @throws Failure bundle.*
 * for a list that is not well formed or has been changed.
 */
export async function withKeyList(makers: readonly Maker[], jws: Jws): Promise<readonly Maker[]> {
	const taken = async (maker: Maker, byBrand: readonly string[]): Promise<Maker> => {
		const next = await listFrom(maker, jws, byBrand);
		return next && next.number > maker.listed ? after(maker, next) : maker;
	};
	const result: Maker[] = [];
	// Those of the brand first: a key one of them has revoked hands nothing over, to nobody.
	for (const maker of makers)
		if (maker.from === 'brand') result.push(await taken(maker, maker.revoked));
	const byBrand = [...revokedByBrand(makers), ...revokedByBrand(result)];
	for (const maker of makers) if (maker.from !== 'brand') result.push(await taken(maker, byBrand));
	return result;
}

/** The list if this maker signed it, with a key that nobody of the brand has revoked. */
async function listFrom(
	maker: Maker,
	jws: Jws,
	byBrand: readonly string[],
): Promise<KeyList | undefined> {
	try {
		await signedByMaker(jws, [maker], byBrand);
	} catch (error) {
		if (isFailure(error) && STRANGERS.includes(error.code)) return undefined;
		throw error;
	}
	return listOf(jws);
}

/** The refusals that say "not this maker", not "this was tampered with". */
const STRANGERS: readonly string[] = [
	'bundle.unknown-maker',
	'bundle.key-revoked',
	'bundle.too-few-signatures',
];

const after = (maker: Maker, list: KeyList): Maker => {
	const { needs: _before, ...rest } = maker;
	return {
		...rest,
		keys: list.keys,
		roots: maker.roots ?? maker.keys,
		// What was revoked once stays so, whatever a later list leaves out.
		revoked: [...new Set([...maker.revoked, ...list.revoked])],
		listed: list.number,
		...(list.needs !== undefined && { needs: list.needs }),
	};
};

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
	const kids = await Promise.all(keys.map(thumbprint));
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
