// Who is believed: whose keys signed. A maker's word about keys reaches its own keys and nobody else's.
import { Failure, isFailure } from '#core/failure.ts';
import { checkSignature, type Jws } from './jws.ts';
import { thumbprint } from './keys.ts';
import type { Maker } from './verified.ts';

export interface Signed {
	readonly maker: Maker;
	/** Thumbprints of its keys that signed. */
	readonly signedBy: readonly string[];
}

/** A maker with its keys by thumbprint. */
interface Party {
	readonly maker: Maker;
	readonly keys: ReadonlyMap<string, JsonWebKey>;
	/** Keys it is trusted by without any list. */
	readonly roots: readonly string[];
	/** Every key that is or was its own. */
	readonly known: readonly string[];
}

/**
 * Those of the makers who signed, one at least: a key that several of them list speaks for each. Every signature that names
 * a key of theirs must hold; those of strangers and of revoked keys count for nothing. What others revoked of their own
 * is revoked for makers the user accepted, too: the same key may be among theirs. `among` are all makers there are: a key that
 * one of them was first trusted by is not taken for that of another who lists it. @throws Failure bundle.unsigned, bundle.signature-wrong, bundle.algorithm,
 * bundle.too-few-signatures, bundle.key-revoked, bundle.unknown-maker
 */
export async function signedByMakers(
	jws: Jws,
	makers: readonly Maker[],
	among: readonly Maker[] = makers,
): Promise<readonly Signed[]> {
	const [first] = jws.signatures;
	if (!first) throw new Failure('bundle.unsigned', {});
	const all = await Promise.all(among.map(partyOf));
	const elsewhere = all.flatMap(revokedForOthers);
	const enough: Signed[] = [];
	let few: { needed: number; found: number } | undefined;
	let revoked: string | undefined;
	let ofBrand = false;
	for (const maker of makers) {
		// Nobody the user accepted makes up for what a maker of the brand demands of its keys.
		if (ofBrand && maker.from !== 'brand') break;
		const party = all.find((one) => one.maker === maker) ?? (await partyOf(maker));
		const foreign = foreignTo(party, all);
		const signedBy: string[] = [];
		for (const signature of jws.signatures) {
			const { kid } = signature;
			const key = party.keys.get(kid);
			if (foreign.has(kid)) continue;
			if (isRevoked(party, kid, elsewhere))
				revoked ??= speaksOf(party, kid, elsewhere) ? kid : undefined;
			else if (key) {
				await checkSignature(jws, signature, key);
				signedBy.push(kid);
			}
		}
		const needed = Math.max(1, maker.needs ?? 1);
		if (signedBy.length === 0) continue;
		ofBrand ||= maker.from === 'brand';
		if (signedBy.length >= needed) enough.push({ maker, signedBy });
		else few ??= { needed, found: signedBy.length };
		// Others of the brand do for a key that is only listed: it may be theirs.
		if (few && ofBrand && signedBy.some((kid) => party.roots.includes(kid))) break;
	}
	if (enough.length > 0) return enough;
	if (few) throw new Failure('bundle.too-few-signatures', few);
	if (revoked !== undefined) throw new Failure('bundle.key-revoked', { kid: revoked });
	throw new Failure('bundle.unknown-maker', { kid: first.kid });
}

/** What comes of the first of them that is not refused; where all are, the refusal of the first. */
export async function firstBelieved<T>(
	signed: readonly Signed[],
	believe: (one: Signed) => Promise<T>,
): Promise<T> {
	let refusal: Failure | undefined;
	for (const one of signed)
		try {
			return await believe(one);
		} catch (error) {
			if (!isFailure(error)) throw error;
			refusal ??= error;
		}
	throw refusal ?? new Failure('bundle.unsigned', {});
}

const isRevoked = ({ maker }: Party, kid: string, elsewhere: readonly string[]): boolean =>
	maker.revoked.includes(kid) || (maker.from !== 'brand' && elsewhere.includes(kid));

/** An accepted maker cannot make strangers' keys revoked ones by naming them. */
const speaksOf = ({ maker, known }: Party, kid: string, elsewhere: readonly string[]): boolean =>
	(maker.from === 'brand' && maker.keys.length > 0) ||
	elsewhere.includes(kid) ||
	known.includes(kid);

/**
 * What of its revocations counts for the makers the user accepted. One that is no longer pinned is believed about its own
 * keys only; one the user accepted, or forgot, about those it was accepted by or signed lists with: others it may only name.
 */
function revokedForOthers({ maker, roots, known }: Party): readonly string[] {
	const { from, keys, lists = [], past = [], revoked } = maker;
	if (from === 'brand' && keys.length > 0) return revoked;
	const held = [...roots, ...past, ...lists.flatMap(({ by }) => by)];
	const own = from === 'brand' ? known : held;
	return revoked.filter((kid) => own.includes(kid));
}

/** Roots of others. Those of makers the user accepted take nothing from the brand's. */
function foreignTo({ maker, roots }: Party, all: readonly Party[]): ReadonlySet<string> {
	const others = all.filter(
		(one) =>
			one.maker !== maker &&
			one.maker.keys.length > 0 &&
			(one.maker.from === 'brand' || maker.from !== 'brand'),
	);
	const theirs = others.flatMap((one) => one.roots);
	return new Set(theirs.filter((kid) => !roots.includes(kid)));
}

async function partyOf(maker: Maker): Promise<Party> {
	const kids = await thumbprints(maker.keys);
	const roots = await thumbprints(rootsOf(maker));
	const keys = new Map(maker.keys.map((key, i) => [kids[i]!, key]));
	return { maker, keys, roots, known: await knownAs(maker) };
}

export const rootsOf = ({ keys, roots }: Maker): readonly JsonWebKey[] => roots ?? keys;

export const thumbprints = (keys: readonly JsonWebKey[]): Promise<string[]> =>
	Promise.all(keys.map(thumbprint));

/** Thumbprints of every key that is or was the maker's, by its own word. */
export async function knownAs(maker: Maker): Promise<readonly string[]> {
	const { keys, lists = [], past = [] } = maker;
	const listed = lists.flatMap((list) => list.keys);
	const kids = await thumbprints([...rootsOf(maker), ...keys, ...listed]);
	return [...new Set([...kids, ...lists.flatMap(({ by }) => by), ...past])];
}

/** Thumbprints a maker is remembered under: its roots, and keys that signed. What it only lists may be somebody else's. */
export const idsOf = async (
	maker: Maker,
	signedBy: readonly string[],
): Promise<readonly string[]> => [
	...new Set([...(await thumbprints(rootsOf(maker))), ...signedBy]),
];

/** A maker with a list of products signs for these; one the user accepted never for those of a maker the page was made for. */
export const maySign = (maker: Maker, product: string, all: readonly Maker[]): boolean =>
	maker.products?.includes(product) !== false &&
	(maker.from === 'brand' ||
		!all.some(({ from, products }) => from === 'brand' && products?.includes(product)));
