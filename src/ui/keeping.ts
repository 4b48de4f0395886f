// What the user chose to keep, look for and back up, remembered for the next visit.
import type { Keeper } from '#session/keep/keeper.svelte.ts';
import type { Host } from './host.ts';

const CHOICES = ['keep', 'compare', 'backup', 'backupWhole'] as const;

/** Only known choices are taken: the text may be of another version. */
export function recallKeeping(keeper: Keeper, host: Host): void {
	try {
		const kept: unknown = JSON.parse(host.recall('keeping') ?? 'null');
		if (typeof kept !== 'object' || kept === null) return;
		for (const choice of CHOICES) {
			const value = (kept as Record<string, unknown>)[choice];
			if (typeof value === 'boolean') keeper[choice] = value;
		}
	} catch {
		// Not of this app's making: the choices stay as they are.
	}
}

export function rememberKeeping({ keep, compare, backup, backupWhole }: Keeper, host: Host): void {
	host.remember('keeping', JSON.stringify({ keep, compare, backup, backupWhole }));
}
