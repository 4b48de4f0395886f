// An update as a customer's page would see it, for its maker: who signed it, what it does, and why it would be refused.
import {
	checkVersions,
	fingerprint,
	inspectBundle,
	introduce,
	verifyBundle,
	type Inspection,
	type KeyPair,
	type Relation,
} from '#bundle/index.ts';
import type { Maker, VerifiedBundle } from '#bundle/verified.ts';
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import type { Brand } from './brand.ts';

export interface Checked {
	readonly name: string;
	/** Why it would be refused. */
	readonly failure?: Failure;
	/** What it says, as far as it can be read. */
	readonly about?: Inspection;
	/** Who signed it, where the signature holds. */
	readonly signer?: {
		/** The key of this page; otherwise any key the update carries itself. */
		readonly own: boolean;
		readonly fingerprint: string;
	};
	/** The page knows no key that signed it: the customer compares the fingerprint first. */
	readonly asked?: boolean;
	/** How it stands to the installed version, where one is given. */
	readonly relation?: Relation;
}

/** A customer's machine, as far as it matters; all of it may be left open. */
export interface Customer {
	/** The brand file of the page. Without it whoever signed the update is believed, so that everything else is checked. */
	readonly brand?: Brand;
	/** The version on the device. */
	readonly installed?: string;
	/** The highest anti-rollback counter the machine has seen of this product. */
	readonly counter?: number;
}

interface Circumstances extends Customer {
	readonly own: KeyPair | undefined;
	readonly now: Date;
}

/** Never rejects: what is wrong is in the answer. */
export async function checkUpdate(
	name: string,
	bytes: Uint8Array<ArrayBuffer>,
	around: Circumstances,
): Promise<Checked> {
	const { own, installed } = around;
	const about = await inspectBundle(bytes).catch(() => undefined);
	const holding = about?.signatures.filter(({ holds }) => holds) ?? [];
	const mine = holding.find(({ kid }) => kid === own?.kid);
	const { kid } = mine ?? holding[0] ?? {};
	const known = {
		name,
		...(about && { about }),
		...(kid !== undefined && {
			signer: { own: mine !== undefined, fingerprint: fingerprint(kid) },
		}),
	};
	try {
		const keys = mine && own ? [own.publicKey] : undefined;
		const { asked, bundle } = await verified(bytes, keys, around);
		checkPage(bundle, around.brand);
		return {
			...known,
			asked,
			...(installed !== undefined && { relation: checkVersions(bundle.manifest, installed) }),
		};
	} catch (error) {
		return { ...known, failure: toFailure(error) };
	}
}

/** @throws Failure bundle.* */
async function verified(
	bytes: Uint8Array<ArrayBuffer>,
	keys: readonly JsonWebKey[] | undefined,
	{ brand, counter, now }: Circumstances,
): Promise<{ readonly bundle: VerifiedBundle; readonly asked: boolean }> {
	const by = (makers: readonly Maker[]): Promise<VerifiedBundle> =>
		verifyBundle(bytes, { makers, now, counter: () => counter });
	const accepted = async (): Promise<Maker> => {
		const { maker: name, keys: own } = keys ? { maker: '', keys } : await introduce(bytes);
		return { name, keys: own, revoked: [], listed: 0, from: 'accepted' };
	};
	if (!brand) return { bundle: await by([await accepted()]), asked: false };
	try {
		return { bundle: await by(brand.makers), asked: false };
	} catch (error) {
		if (!isFailure(error, 'bundle.unknown-maker') || brand.others === 'refuse') throw error;
		return { bundle: await by([...brand.makers, await accepted()]), asked: true };
	}
}

/** @throws Failure bundle.wrong-product */
function checkPage({ manifest }: VerifiedBundle, brand: Brand | undefined): void {
	const { maker, product } = manifest;
	if (brand?.products && !brand.products.includes(product.id))
		throw new Failure('bundle.wrong-product', { product: product.id, maker: maker.name });
}
