// Runs a program to its end and keeps what it said.
import { spawn } from 'node:child_process';

export interface Ended {
	readonly code: number | null;
	/** Standard output and standard error, as they came. */
	readonly text: string;
}

const TIMEOUT_MS = 50_000;

/** Never synchronously: this process also serves the device the program talks to. */
export function run(program: string, args: readonly string[]): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: TIMEOUT_MS,
			env: { ...process.env, LC_ALL: 'C' },
		});
		let text = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk: Buffer) => {
				text += chunk.toString('latin1');
			});
		}
		child.on('error', reject);
		child.on('close', (code) => {
			resolve({ code, text });
		});
	});
}
