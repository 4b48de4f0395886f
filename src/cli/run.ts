// From the words of a command line to an exit code: 0 fine, 1 something is wrong with the input, 2 with the words.
import { describe, toFailure } from '#core/failure.ts';
import { UsageError, type Command } from './command.ts';
import { commands } from './commands.ts';
import type { Io } from './io.ts';

const general = (): string => {
	const names = Object.keys(commands);
	const width = Math.max(...names.map((name) => name.length));
	return [
		'Usage: sectorwise <command> [options]',
		'',
		...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
		'',
		'Every command takes --json, which prints the answer as JSON, and --help.',
		'Exit codes: 0 fine; 1 the input cannot be read or fails a check; 2 the command line is wrong.',
	].join('\n');
};

/** Runs one command line, without the names of node and the program. */
export async function run(words: readonly string[], io: Io): Promise<0 | 1 | 2> {
	const [name, ...rest] = words;
	if (name === undefined) {
		io.writeError(general() + '\n');
		return 2;
	}
	if (name === '--help' || name === '-h' || name === 'help') {
		io.write(general() + '\n');
		return 0;
	}
	const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!entry) {
		io.writeError(`There is no command "${name}".\n\n${general()}\n`);
		return 2;
	}
	const { json, help, args } = commonOptions(rest);
	const command = await entry.load();
	if (help) {
		io.write(command.help + '\n');
		return 0;
	}
	return answer(command, args, { io, json });
}

async function answer(
	command: Command,
	args: readonly string[],
	{ io, json }: { readonly io: Io; readonly json: boolean },
): Promise<0 | 1 | 2> {
	try {
		const result = await command.run(io, args);
		io.write((json ? JSON.stringify(result.json, undefined, 2) : result.text()) + '\n');
		return result.exitCode ?? 0;
	} catch (error) {
		if (error instanceof UsageError) {
			io.writeError(`${error.message}\n\n${command.help}\n`);
			return 2;
		}
		const failure = toFailure(error);
		const { text, cause, next } = describe(failure);
		const told = { error: { code: failure.code, message: `${text} ${cause}`, next } };
		if (json) io.write(JSON.stringify(told, undefined, 2) + '\n');
		else io.writeError(`${text}\n${cause} ${next}\n`);
		return 1;
	}
}

/** --json and --help belong to every command; words after "--" are never options. */
function commonOptions(words: readonly string[]): {
	readonly json: boolean;
	readonly help: boolean;
	readonly args: readonly string[];
} {
	const end = words.indexOf('--');
	const options = end < 0 ? words : words.slice(0, end);
	const isHelp = (word: string): boolean => word === '--help' || word === '-h';
	return {
		json: options.includes('--json'),
		help: options.some(isHelp),
		args: [
			...options.filter((word) => word !== '--json' && !isHelp(word)),
			...(end < 0 ? [] : words.slice(end)),
		],
	};
}
