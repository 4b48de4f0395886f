// An update as a customer's page would see it, for its maker: who signed it, what it does, and why it would be refused.
import {
	fingerprint,
	inspectBundle,
	introduce,
	verifyBundle,
	type Inspection,
	type KeyPair,
} from '#bundle/index.ts';
import { isFailure, toFailure, type Failure } from '#core/failure.ts';

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
	const known = about ? { name, about } : { name };
	const trusting = (keys: readonly JsonWebKey[]) =>
		verifyBundle(bytes, {
			makers: [{ name, keys, revoked: [], listed: 0, from: 'accepted' }],
			now,
			counter: () => undefined,
		});
	try {
		if (own) {
			try {
				await trusting([own.publicKey]);
				return { ...known, signer: { own: true, fingerprint: fingerprint(own.kid) } };
			} catch (error) {
				if (!isFailure(error, 'bundle.unknown-maker')) throw error;
			}
		}
		const stranger = await introduce(bytes);
		const signer = { own: false, fingerprint: stranger.fingerprint };
		try {
			await trusting(stranger.keys);
			return { ...known, signer };
		} catch (error) {
			return { ...known, signer, failure: toFailure(error) };
		}
	} catch (error) {
		return { ...known, failure: toFailure(error) };
	}
}
