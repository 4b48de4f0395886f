// The whole update in place of one that carries only changes, for a device that holds none of the contents those start
// from: taken from the files kept on this machine, where it is there.
import type { VerifiedBundle } from '#bundle/verified.ts';
import { listStored, loadStored } from './library.ts';
import { readTrust, sameMaker } from './trust-store.ts';
import type { Bench } from './work.ts';

/**
 * The same version by the same maker, with the very bytes that the changes would lead to. It is verified as if it were
 * opened now; undefined where none is kept. @throws Failure store.refused
 */
export async function wholeOf(
	{ session, environment, makers, others, bundles }: Bench,
	changes: VerifiedBundle,
): Promise<VerifiedBundle | undefined> {
	const store = await session.keeper.store();
	if (!store) return undefined;
	const { product, version } = changes.manifest;
	const trust = await readTrust(store, makers, new Date(environment.today()), others);
	for (const kept of (await listStored(store)).updates) {
		if (kept.product.id !== product.id || kept.sha256 === changes.sha256) continue;
		if (kept.version !== version.name || kept.counter !== version.counter) continue;
		try {
			const whole = await bundles.verifyBundle(await loadStored(store, kept.sha256), trust);
			if (standsFor(whole, changes)) return whole;
		} catch {
			// Damaged, expired or no longer trusted: as good as not there.
		}
	}
	return undefined;
}

/** By the same maker, and it leads to the same version and the same bytes, on any device. */
export function standsFor(whole: VerifiedBundle, changes: VerifiedBundle): boolean {
	const { product, version, images } = whole.manifest;
	const wanted = changes.manifest;
	return (
		sameMaker(whole.maker, changes.maker) &&
		product.id === wanted.product.id &&
		version.name === wanted.version.name &&
		version.counter === wanted.version.counter &&
		images.length === wanted.images.length &&
		wanted.images.every(({ address, size, sha256 }) =>
			images.some(
				(one) =>
					one.full !== undefined &&
					one.address === address &&
					one.size === size &&
					one.sha256 === sha256,
			),
		)
	);
}
