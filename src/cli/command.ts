// What a command is: words in, one answer out. It prints nothing itself; run.ts does, as text or as JSON.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Io } from './io.ts';

export interface Answer {
	/** What --json prints: plain data, documented in docs/cli.md. */
	readonly json: unknown;
	/** What is printed without it; ends without a newline. */
	text(): string;
	/** 1 when the answer is that something is wrong, as a failed check; 0 when left out. */
	readonly exitCode?: 0 | 1;
}

export interface Command {
	/** What --help prints: usage lines first, then what the command does. */
	readonly help: string;
	/** `args` are the words after the command's name, without --json and --help. @throws Failure, UsageError */
	run(io: Io, args: readonly string[]): Promise<Answer>;
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {}

/** parseArgs of node:util, strict; what it refuses is a UsageError. */
export function parse<const O extends NonNullable<ParseArgsConfig['options']>>(
	args: readonly string[],
	options: O,
) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}
