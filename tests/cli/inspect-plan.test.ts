// `plan` as a build server calls it: files in, JSON and an exit code out.
import { describe, expect, it } from 'vitest';
import { K } from '../insight/builds.ts';
import { files } from './files.ts';
import { runWith } from './rig.ts';

describe('plan', () => {
	const plan = async (...words: string[]) => {
		const { code: exit, out } = await runWith(['plan', ...words, '--json'], files);
		return {
			exit,
			...(JSON.parse(out) as {
				runnable: boolean;
				erase: { sector: number; address: string; size: number }[];
				write: object[];
				lost: object[];
				keepBytes: number;
				lostBytes: number;
				eraseBytes: number;
				writeBytes: number;
				seconds: number;
				wire: string;
				diagnostics: { code: string }[];
			}),
		};
	};

	it('tells sectors, bytes, what is kept or lost, and time', async () => {
		const planned = await plan('app.hex', '--device', 'STM32F405RG');
		expect(planned).toMatchObject({
			exit: 0,
			runnable: true,
			wire: 'USB',
			eraseBytes: 160 * K,
			writeBytes: 20_300,
		});
		expect(planned.erase).toEqual([
			{ sector: 0, bank: 0, address: '0x08000000', size: 16 * K },
			{ sector: 1, bank: 0, address: '0x08004000', size: 16 * K },
			{ sector: 6, bank: 0, address: '0x08040000', size: 128 * K },
		]);
		expect(planned.keepBytes).toBe(160 * K - 20_300);
		expect(planned.lostBytes).toBe(0);
		const ruthless = await plan('app.hex', '--device', 'STM32F405RG', '--no-keep');
		expect(ruthless.lostBytes).toBe(160 * K - 20_300);
		expect(planned.seconds).toBeGreaterThan(2.8);
		expect(
			(await plan('app.hex', '--device', 'STM32F405RG', '--wire', 'uart')).seconds,
		).toBeGreaterThan(planned.seconds);
	});

	it('fails where the job could not run, and where nothing is to be written', async () => {
		const outside = await plan('app.hex', '--device', 'STM32F103C8');
		expect(outside).toMatchObject({ exit: 1, runnable: false });
		expect(outside.diagnostics.map(({ code }) => code)).toContain('plan.outside-memory');
		const flashless = await plan('app.hex', '--device', 'STM32N657X0');
		expect(flashless).toMatchObject({ exit: 1, runnable: false, erase: [], seconds: 0 });
		expect(flashless.diagnostics.map(({ code }) => code)).toContain('plan.no-flash');
		const nothing = await runWith(['plan', 'app.map', '--device', 'F405RG', '--json'], files);
		expect([nothing.code, nothing.out]).toEqual([1, expect.stringContaining('insight.no-image')]);
	});

	it('takes the arrangement that is named, and says which it assumed', async () => {
		const assumed = await plan('app.hex', '--device', 'STM32L476RG');
		expect(assumed.exit).toBe(0);
		const named = await plan('app.hex', '--device', 'STM32G474RE', '--layout', 'single');
		expect(named.erase[0]).toMatchObject({ size: 4 * K });
		expect(
			(await plan('app.hex', '--device', 'STM32G474RE')).diagnostics.map(({ code }) => code),
		).toContain('chip.layout-assumed');
	});

	it('needs a chip', async () => {
		expect((await runWith(['plan', 'app.hex'], files)).code).toBe(2);
		expect(
			(await runWith(['plan', 'app.hex', '--device', 'F405RG', '--wire', 'wifi'], files)).code,
		).toBe(2);
		const { out } = await runWith(['plan', 'app.hex', '--device', 'F405RG'], files);
		expect(out).toMatch(
			/erase 3 sectors, write 19\.8 KiB, keep 140\.2 KiB beside it, verify\. About \d+\.\d s by USB\./,
		);
	});
});
