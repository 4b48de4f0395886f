// The real thing: tools/cli.mjs in processes of their own, built from the sources when needed.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Ran } from './rig.ts';

const launcher = fileURLToPath(new URL('../../tools/cli.mjs', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/cli', import.meta.url));

const start = (...words: string[]): Promise<Ran> =>
	new Promise((resolve) => {
		execFile(
			process.execPath,
			[launcher, ...words],
			{ cwd: tmpdir(), maxBuffer: 16 * 1024 * 1024 },
			(error, out, err) => {
				resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
			},
		);
	});

describe('the command line in a process of its own', () => {
	it(
		'answers on stdout alone, from any folder, also twice at once',
		{ timeout: 60_000 },
		async () => {
			const answers = await Promise.all([
				start('devices', 'STM32F405RGT6', '--json'),
				start('devices', 'STM32F405RGT6', '--json'),
			]);
			for (const { code, out, err } of answers) {
				expect([code, err]).toEqual([0, '']);
				expect(JSON.parse(out)).toMatchObject({ part: 'STM32F405RG', flashSize: 1048576 });
			}
			expect(existsSync(cache)).toBe(true);
			expect(readdirSync(cache).filter((name) => name.endsWith('.tmp'))).toEqual([]);
		},
	);

	it('ends with 1 for what it cannot find and 2 for what it does not understand', async () => {
		const unknown = await start('devices', 'STM32F405RQ', '--json');
		expect(unknown).toMatchObject({ code: 1, err: '' });
		expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'chip.name-unknown' } });
		const misspelt = await start('devices', '--jsom');
		expect([misspelt.code, misspelt.out]).toEqual([2, '']);
		expect(misspelt.err).toContain('Usage: sectorwise devices');
	});

	it('ends quietly when nobody reads the rest', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'sectorwise-cli-'));
		const ended = await new Promise<{ code: unknown; err: string }>((resolve) => {
			const child = execFile(
				process.execPath,
				[launcher, 'devices', '--json'],
				{ cwd: folder, maxBuffer: 16 * 1024 * 1024 },
				(error, _out, err) => {
					resolve({ code: error?.code ?? 0, err });
				},
			);
			child.stdout?.once('data', () => child.stdout?.destroy());
		});
		expect(ended).toEqual({ code: 0, err: '' });
		await rm(folder, { recursive: true });
	});
});
