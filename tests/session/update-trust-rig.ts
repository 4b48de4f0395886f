// Updates and key lists as they come to the customer's page, and what it makes of them.
import { generateKeys, type KeyPair } from '#bundle/keys.ts';
import { writeKeyList, type KeyList } from '#bundle/key-list.ts';
import type { Maker } from '#bundle/verified.ts';
import { openUpdate } from '#session/update/opening.ts';
import { readTrust } from '#session/update/trust-store.ts';
import { verdict } from '../bundle/attack.ts';
import { make, maker } from '../bundle/made.ts';
import type { MemoryStore } from './memory-store.ts';
import { rig } from './rig.ts';

export const now = new Date('2026-11-21');
export const third = await generateKeys('EdDSA');
export const accepted: Maker = { ...maker, from: 'accepted' };

export const list = (
	number: number,
	by: KeyPair,
	change: Partial<KeyList> = {},
): Promise<Uint8Array> =>
	writeKeyList({ number, keys: [by.publicKey], revoked: [], ...change }, [by.privateKey]);
export const handOver = (number: number, from: KeyPair, to: KeyPair): Promise<Uint8Array> =>
	list(number, from, { keys: [to.publicKey], revoked: [from.kid] });
export const pins = (...keys: readonly KeyPair[]): Maker => ({
	...maker,
	keys: keys.map(({ publicKey }) => publicKey),
});

/** Opens a file as the customer's page does. */
export async function open(
	store: MemoryStore,
	bytes: Uint8Array<ArrayBuffer>,
	makers: readonly Maker[] = [],
	today = now,
): Promise<string> {
	const { session, environment } = rig({ store, part: 'STM32F405RG', transport: 'dfu' });
	const here = { ...environment, today: () => today.toISOString() };
	const setup = { session, environment: here, makers, others: 'ask', language: 'en' } as const;
	return await openUpdate(setup, bytes).then(
		(opened) => ('fingerprint' in opened ? 'asked' : opened.maker.name),
		(error: { code: string }) => error.code,
	);
}

/** What is made of an update that this key signed. */
export const by = async (store: MemoryStore, key: KeyPair, ...makers: readonly Maker[]) =>
	await verdict(await make({}, [key]), await readTrust(store, makers, now));
