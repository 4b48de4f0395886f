// Words in, exit code and streams out, in process; tests/cli/real.test.ts starts the real thing.
import { describe, expect, it } from 'vitest';
import { commands } from '#cli/commands.ts';
import { runWith } from './rig.ts';

describe('the command line', () => {
	it('prints its commands to stdout when asked, to stderr when none is given', async () => {
		const help = await runWith(['--help']);
		expect(help).toMatchObject({ code: 0, err: '' });
		for (const name of Object.keys(commands)) expect(help.out).toContain(`  ${name}`);
		expect(await runWith([])).toEqual({ code: 2, out: '', err: help.out });
	});

	it.each(Object.keys(commands))('has help for %s', async (name) => {
		const { code, out, err } = await runWith([name, '--help']);
		expect([code, err]).toEqual([0, '']);
		expect(out).toMatch(new RegExp(`^Usage: sectorwise ${name} `));
		expect((await runWith([name, '-h', '--json'])).out).toBe(out);
	});

	it.each(Object.keys(commands))('refuses an unknown option of %s with its usage', async (name) => {
		const { code, out, err } = await runWith([name, '--no-such-option']);
		expect([code, out]).toEqual([2, '']);
		expect(err).toContain('--no-such-option');
		expect(err).toContain(`Usage: sectorwise ${name}`);
	});

	it('refuses an unknown command, also one that every object has', async () => {
		for (const name of ['devicez', 'toString', '']) {
			const { code, out, err } = await runWith([name]);
			expect([code, out]).toEqual([2, '']);
			expect(err).toContain('Usage: sectorwise <command>');
		}
	});
});
