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
	inspect: {
		summary: 'what a build has where, what it costs, whether it fits a chip',
		load: async () => (await import('./inspect.ts')).inspectCommand,
	},
	plan: {
		summary: 'what programming files would do to a chip, and how long it takes',
		load: async () => (await import('./plan.ts')).planCommand,
	},
	bundle: {
		summary: 'makes, signs and checks updates for customers',
		load: async () => (await import('./bundle.ts')).bundleCommand,
	},
};
