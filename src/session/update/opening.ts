// From the bytes of a file to an update that may be offered, or to a maker nobody has met.
import type { Maker, Trust, VerifiedBundle } from '#bundle/verified.ts';
import { Failure, isFailure } from '#core/failure.ts';
import type { ReadPower } from '#ports/power.ts';
import type { Environment } from '#session/environment.ts';
import type { Session } from '#session/session.svelte.ts';
import type { Route } from '#session/state.ts';
import type { ListPlace } from './fetch-whole.ts';
import { commonWays } from './offer.ts';
import type { Way } from './stage.ts';
import { keepKeyList, keepMaker, readTrust, sameMaker } from './trust-store.ts';
import type { Task } from './task.ts';
import type { Bench } from './work.ts';

export interface UpdateSetup {
	readonly session: Session;
	readonly environment: Environment;
	/** Pinned by the brand. */
	readonly makers: readonly Maker[];
	/** What becomes of updates by makers nobody pinned or accepted. */
	readonly others: 'ask' | 'refuse';
	/** Only because the page is shown inside another site's are they refused. */
	readonly framed?: boolean;
	/** Ids of the products this page is for; undefined for any. */
	readonly products?: readonly string[];
	/** The maker's list, where the brand has one: asked only when somebody presses a button for it. */
	readonly list?: ListPlace;
	/** BCP 47. */
	readonly language: string;
	readonly readPower?: ReadPower;
	/** Where a way leads; the browser's ports unless said. */
	readonly routeOf?: (way: Way) => Route;
}

/** A maker this machine has not met, with the update it signed. */
export interface Stranger {
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly maker: Maker;
	readonly fingerprint: string;
}

export const loadBundles = () => import('#bundle/index.ts');

export async function benchOf(
	{ session, environment, makers, others }: UpdateSetup,
	language: string,
): Promise<Bench> {
	return { session, environment, makers, others, language, bundles: await loadBundles() };
}

/** Ways into a device that this page has. */
export function waysHere({ environment, routeOf }: UpdateSetup): readonly Way[] {
	const usb = routeOf !== undefined || environment.usb !== undefined;
	const serial = routeOf !== undefined || environment.serial !== undefined;
	return [...(usb ? (['dfu'] as const) : []), ...(serial ? (['uart'] as const) : [])];
}

/** @throws Failure bundle.*, update.no-route: nothing of it is acted on */
export async function openUpdate(
	setup: UpdateSetup,
	bytes: Uint8Array<ArrayBuffer>,
): Promise<VerifiedBundle | Stranger> {
	const bundles = await loadBundles();
	const trust = await afterKeyList(setup, bytes);
	try {
		const bundle = await bundles.verifyBundle(bytes, trust);
		checkPage(setup, bundle);
		return bundle;
	} catch (error) {
		if (!isFailure(error, 'bundle.unknown-maker')) throw error;
		if (setup.framed) throw new Failure('update.in-frame', {}, error);
		if (setup.others === 'refuse') throw error;
		const { maker: name, fingerprint, keys } = await bundles.introduce(bytes);
		const maker = { name, keys, revoked: [], listed: 0, from: 'accepted' } as const;
		// Accepting it anew would not bring back a key that its maker's list replaced.
		if (trust.makers.some((known) => known.keys.length > 0 && sameMaker(known, maker)))
			throw new Failure('bundle.key-revoked', { kid: error.data.kid }, error);
		return { bytes, maker, fingerprint };
	}
}

/** @throws Failure store.refused */
async function trustOf({ session, environment, makers, others }: UpdateSetup): Promise<Trust> {
	const store = await session.keeper.store();
	return await readTrust(store, makers, new Date(environment.today()), others);
}

/** With the list of keys that came along. @throws Failure bundle.*, store.* */
async function afterKeyList(setup: UpdateSetup, bytes: Uint8Array<ArrayBuffer>): Promise<Trust> {
	const trust = await trustOf(setup);
	const changed = await keepKeyList(await setup.session.keeper.store(), bytes, trust);
	return changed ? await trustOf(setup) : trust;
}

/**
 * What has to hold now, whatever held when the file was opened: there is power, and an update that would begin is still
 * signed by somebody trusted, in date and not rolled back. @throws Failure update.power, bundle.*, store.refused
 */
export async function checkNow(setup: UpdateSetup, bundle?: VerifiedBundle): Promise<void> {
	await checkPower(setup);
	if (bundle) await lookedAgain(setup, bundle);
}

/** A task as it stands now; what was begun before is finished or taken back as it was begun. @throws Failure as checkNow */
export async function taskNow(setup: UpdateSetup, task: Task): Promise<Task> {
	await checkPower(setup);
	return task.kind === 'install'
		? { ...task, bundle: await lookedAgain(setup, task.bundle) }
		: task;
}

async function lookedAgain(setup: UpdateSetup, bundle: VerifiedBundle): Promise<VerifiedBundle> {
	const { checkAgain } = await loadBundles();
	return await checkAgain(bundle, await trustOf(setup));
}

/** @throws Failure bundle.wrong-product, update.no-route */
function checkPage(setup: UpdateSetup, { manifest }: VerifiedBundle): void {
	const { maker, product, hardware } = manifest;
	if (setup.products && !setup.products.includes(product.id))
		throw new Failure('bundle.wrong-product', { product: product.id, maker: maker.name });
	if (commonWays(manifest, waysHere(setup)).length === 0)
		throw new Failure('update.no-route', { ways: hardware.routes.join(', ') });
}

/** The maker's keys are trusted from now on. @throws Failure store.full, store.refused */
export async function accept({ session }: UpdateSetup, { maker }: Stranger): Promise<void> {
	const store = await session.keeper.store();
	if (!store) throw session.keeper.trouble ?? new Failure('store.refused', { reason: 'unknown' });
	await keepMaker(store, maker);
}

/** Below this share a battery that is not charged is too low to begin. */
const LOW_BATTERY = 0.2;

/** @throws Failure update.power */
async function checkPower({ readPower }: UpdateSetup): Promise<void> {
	const power = await readPower?.();
	if (!power || power.charging || power.level >= LOW_BATTERY) return;
	throw new Failure('update.power', { percent: Math.round(power.level * 100) });
}
