// `plan` as a build server calls it: files in, JSON and an exit code out.
import { describe, expect, it } from 'vitest';
import { K } from '../insight/builds.ts';
import { files } from './files.ts';
import { runWith } from './rig.ts';

interface Planned {
	readonly diagnostics: readonly { readonly code: string }[];
	readonly undescribed: readonly object[];
	readonly project: { readonly ranges: readonly { readonly fate: string }[] } | null;
}

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

	it('respects the project file that is named, or stands beside the firmware', async () => {
		const K2 = { name: 'Calibration', origin: '0x08007000', length: '2K' };
		const text = (ranges: object[], device = 'STM32F405RG') =>
			JSON.stringify({ sectorwise: 1, name: 'Beacon', device, ranges });
		const boot = { name: 'Boot', origin: '0x08000000', length: 512 };
		const all = {
			...files,
			'fw/app.hex': files['app.hex'],
			'fw/sectorwise.json': text([K2]),
			'other/sectorwise.json': text([K2, boot], 'STM32L476RG'),
			'other/app.map': files['app.map'],
			'bad/sectorwise.json': '{"sectorwise":1}',
			'bad/app.hex': files['app.hex'],
		};
		const run = async (...words: string[]) => {
			const { code, out, err } = await runWith(
				['plan', '--device', 'F405RG', ...words, '--json'],
				all,
			);
			return { code, err, ...(JSON.parse(out || '{}') as Planned) };
		};
		expect(await run('app.hex')).toMatchObject({ code: 0, project: null, undescribed: [] });
		const beside = await run('fw/app.hex', '--no-keep');
		expect(beside).toMatchObject({
			code: 0,
			keep: [{ address: '0x08007000', size: 2048 }],
			project: {
				path: 'fw/sectorwise.json',
				name: 'Beacon',
				device: 'STM32F405RG',
				ranges: [{ name: 'Calibration', address: '0x08007000', fate: 'merged', sectors: [1] }],
			},
		});
		const refused = await run('app.hex', '--project', 'other/sectorwise.json');
		expect(refused.code).toBe(1);
		expect(refused.project?.ranges.map(({ fate }) => fate)).toEqual(['merged', 'refused']);
		expect(refused.diagnostics.map(({ code }) => code)).toEqual(
			expect.arrayContaining(['plan.protected', 'project.other-device']),
		);
		const given = await run('app.hex', '--project', 'other/sectorwise.json', '--give-up', 'Boot');
		expect(given.code).toBe(0);
		expect(given.project?.ranges.map(({ fate }) => fate)).toEqual(['merged', 'given-up']);
		// One that is there and wrong is not passed over; nor is a choice made between two, or a name guessed.
		expect(await run('bad/app.hex')).toMatchObject({ code: 1, error: { code: 'project.field' } });
		expect((await run('app.hex', '--project', 'gone.json')).code).toBe(1);
		expect((await run('fw/app.hex', 'other/app.map')).code).toBe(2);
		expect((await run('fw/app.hex', '--give-up', 'Boot')).code).toBe(2);
		const { out } = await runWith(['plan', '--device', 'F405RG', 'fw/app.hex'], all);
		expect(out).toMatch(
			/Project Beacon \(fw\/sectorwise\.json\)\nPROTECTED .*\nCalibration .* keeps it by merge/,
		);
	});

	it('says what one erase of everything takes beside the flash the chip tells', async () => {
		const bytes = new Uint8Array(64 * K).fill(1);
		const { out } = await runWith(
			['plan', 'all.bin', '--device', 'STM32F103C8', '--address', '0x08000000', '--json'],
			{ 'all.bin': bytes },
		);
		expect((JSON.parse(out) as Planned).undescribed).toEqual([
			{ address: '0x08010000', size: 64 * K },
		]);
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
