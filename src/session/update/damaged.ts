// What this machine can no longer read of whom it trusts and what it has seen: named, and taken away without forgetting that
// something was lost.
import { encodeRecord, readRecords } from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';
import { damagedChannels, isFacts, NUMBERS } from './channel.ts';
import { COUNTERS, damagedCounters, OLD_COUNTERS } from './counters.ts';
import { markLost, TRUST_LOCK } from './seen-numbers.ts';
import { isMaker, MAKERS, MAKERS_LOST } from './trust-store.ts';

/** Files of what is remembered of makers, counters and lists of updates that cannot be read. @throws Failure store.refused */
export const damagedTrust = async (store: Store): Promise<readonly string[]> => [
	...(await readRecords(store, MAKERS, isMaker)).damaged,
	...(await damagedCounters(store)),
	...(await damagedChannels(store)),
];

/**
 * Takes those of the files away that still cannot be read: another tab may have written one anew. That they were there
 * stays known, so that what they said is missed from then on, too. @throws Failure store.full, store.refused
 */
export const clearDamagedTrust = (store: Store, paths: readonly string[]): Promise<void> =>
	store.alone(TRUST_LOCK, async () => {
		for (const path of await damagedTrust(store)) {
			if (!paths.includes(path)) continue;
			if (path === COUNTERS || path === NUMBERS) await markLost(store, path);
			else {
				if (path === OLD_COUNTERS) await markLost(store, COUNTERS);
				else if (isFacts(path)) await markLost(store, NUMBERS);
				else await store.write(MAKERS_LOST, encodeRecord({ lost: true }));
				await store.remove(path);
			}
		}
	});
