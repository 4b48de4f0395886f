// Chips that no catalogue knows, clones, and parts that answer alike: named where that is possible, never guessed.
import { describe, expect, it } from 'vitest';
import { buildImage, type Image } from '#core/image.ts';
import { sameGeometry } from './same-geometry.ts';
import { devices, findByPart } from '#devices/index.ts';
import { gd32Like, unknownChip } from '#simulator/strangers.ts';
import { firmware, hexFile, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const KIB = 1024;
const chip = findByPart('STM32G071RB')[0]!;
const f103 = findByPart('STM32F103RB')[0]!;
const content: Image = [{ address: BASE, data: firmware(BASE, 64 * KIB, 5) }];
const file = (length = 5000): File =>
	hexFile(buildImage([{ address: BASE, data: firmware(BASE, length) }]));

const failureOf = ({ session }: Rig): unknown =>
	session.state.job.status === 'failed' ? session.state.job.failure : session.state.job.status;
const codes = ({ session }: Rig): string[] =>
	session.board?.diagnostics.map(({ code }) => code) ?? [];
const holds = ({ simulated }: Rig, length = 5000): void => {
	expect(simulated.board.peek({ start: BASE, end: BASE + length })).toEqual(firmware(BASE, length));
};

async function connected(options: Partial<RigOptions> & Pick<RigOptions, 'transport'>) {
	const made = rig({ part: 'STM32G071RB', content, ...options });
	await made.session.open([file()]);
	await made.session.connect(made.route);
	return made;
}

describe('a product ID that nobody knows', () => {
	it('is programmed by USB from what the board says alone, each erase proven', async () => {
		const made = await connected({ transport: 'dfu', ...unknownChip(chip) });
		expect(made.session.board).toMatchObject({ candidates: [], doubt: { why: 'unknown-chip' } });
		expect(made.session.board?.device).toBeUndefined();
		await made.session.program();
		expect(failureOf(made)).toBe('finished');
		const { job } = made.session.state;
		const erases = 'steps' in job ? job.steps.filter(({ kind }) => kind === 'erase') : [];
		expect(erases.length).toBe(3);
		expect(erases.every((step) => 'proof' in step)).toBe(true);
		holds(made);
	});

	it('is not programmed by UART before it is described', async () => {
		const made = await connected({ transport: 'uart', ...unknownChip(chip) });
		expect(codes(made)).toContain('chip.unknown');
		expect(made.session.readiness).toMatchObject({ ready: false, why: 'describe-chip' });
		await made.session.program();
		expect(made.session.state.job.status).toBe('idle');
	});

	it('is erased as a whole by UART where the size of its pages is not known', async () => {
		const made = await connected({ transport: 'uart', ...unknownChip(chip) });
		await made.session.describeChip({ flashSize: 96 * KIB });
		expect(made.session.steps[0]?.kind).toBe('mass-erase');
		expect(made.session.plan?.lost.length).toBeGreaterThan(0);
		await made.session.program();
		expect(failureOf(made)).toBe('finished');
		holds(made);
	});

	it('is erased page by page by UART where that is known, each proven', async () => {
		const made = await connected({ transport: 'uart', ...unknownChip(chip) });
		await made.session.describeChip({ flashSize: 96 * KIB, sectorSize: 2 * KIB });
		await made.session.program();
		expect(failureOf(made)).toBe('finished');
		holds(made);
		expect(made.simulated.board.events.filter(({ kind }) => kind === 'erase')).toHaveLength(3);
	});

	for (const [told, hit] of [
		[1 * KIB, 1],
		[4 * KIB, 0],
	] as const) {
		it(`is left at the first erase when its pages are said to have ${told} bytes and do not`, async () => {
			const made = await connected({ transport: 'uart', ...unknownChip(chip) });
			await made.session.describeChip({ flashSize: 96 * KIB, sectorSize: told });
			await made.session.program();
			expect(failureOf(made)).toMatchObject(
				hit === 0
					? { code: 'job.not-blank', data: { sector: 0 } }
					: { code: 'job.wrong-sector', data: { sector: 0, other: 1 } },
			);
			expect(made.simulated.board.events.some(({ kind }) => kind === 'write')).toBe(false);
		});
	}

	it('with a size it does not have ends with a code', async () => {
		const made = await connected({ transport: 'uart', ...unknownChip(chip) });
		await made.session.describeChip({ flashSize: 2048 * KIB });
		await made.session.program();
		expect(failureOf(made)).toMatchObject({ code: 'uart.nack' });
	});
});

describe('a clone', () => {
	it('is named by its USB vendor, and no STM32 is taken for it', async () => {
		const made = await connected({ transport: 'dfu', ...gd32Like(f103) });
		const clone = made.session.board?.diagnostics.find(({ code }) => code === 'chip.clone');
		expect(clone?.data).toEqual({ maker: 'a GigaDevice GD32' });
		expect(made.session.board?.candidates).toEqual([]);
		await made.session.program();
		expect(failureOf(made)).toBe('finished');
		holds(made);
	});

	it('is named by a product ID that is not one of ST, and each erase is proven', async () => {
		const made = await connected({ transport: 'uart', ...gd32Like(f103) });
		expect(codes(made)).toContain('chip.clone');
		expect(made.session.board?.quirks.map(({ id }) => id)).toContain('maker-0x641');
		if (!made.session.board?.device) await made.session.chooseDevice('STM32F103RB');
		expect(made.session.steps.some((step) => 'proof' in step)).toBe(true);
		await made.session.program();
		expect(failureOf(made)).toBe('finished');
		holds(made);
	});
});

describe('parts that share a product ID', () => {
	it('are told apart, asked for, or programmed alike: never taken for another', async () => {
		let asked = 0;
		for (const device of devices.filter(({ bootloader }) => bootloader.uart)) {
			const made = rig({ part: device.parts[0]!, transport: 'uart', device, baud: 57600 });
			await made.session.connect(made.route);
			const { board } = made.session;
			const known = device.bootloader.parity === 'even';
			if (!known) continue;
			const names = board?.candidates.flatMap(({ parts }) => parts) ?? [];
			expect(names, device.name).toEqual(expect.arrayContaining([...device.parts]));
			if (!board?.device) asked++;
			else expect(sameGeometry(board.memory, device), device.name).toBe(true);
			await made.session.disconnect();
		}
		expect(asked).toBeGreaterThan(0);
	}, 120_000);
});
