// An update as a customer's page would see it, for its maker: who signed it, what it does, and why it would be refused.
import {
	fingerprint,
	inspectBundle,
	introduce,
	verifyBundle,
	type Inspection,
	type KeyPair,
} from '#bundle/index.ts';
import { toFailure, type Failure } from '#core/failure.ts';

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
}

/** Never rejects: what is wrong is in the answer. */
export async function checkUpdate(
	name: string,
	bytes: Uint8Array<ArrayBuffer>,
	{ own, now }: { readonly own: KeyPair | undefined; readonly now: Date },
): Promise<Checked> {
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
		// Whoever signed it is believed here, so that everything else is checked, too.
		const keys = mine && own ? [own.publicKey] : (await introduce(bytes)).keys;
		await verifyBundle(bytes, {
			makers: [{ name, keys, revoked: [], listed: 0, from: 'accepted' }],
			now,
			counter: () => undefined,
		});
		return known;
	} catch (error) {
		return { ...known, failure: toFailure(error) };
	}
}
