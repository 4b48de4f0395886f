// Every command by name. One line here and one file beside it make a new one.
import type { Command } from './command.ts';

interface Entry {
	/** For the list that --help prints. */
	readonly summary: string;
	load(): Promise<Command>;
}

export const commands: Readonly<Record<string, Entry>> = {
	devices: {
		summary: 'all parts of the catalogue, or everything about one',
		load: async () => (await import('./devices.ts')).devicesCommand,
	},
};
