// Where no document says which sector an erase erases, each is proven before anything is written.
import { describe, expect, it } from 'vitest';
import type { Device } from '#core/device.ts';
import { rivalsOf, type EraseDoubt } from '#core/erase-proof.ts';
import { buildImage } from '#core/image.ts';
import { fieldValue } from '#core/options.ts';
import { chooseDevice } from '#devices/choose.ts';
import { devices, findByPart } from '#devices/index.ts';
import type { Quirks } from '#simulator/options.ts';
import { firmware, hexFile, imageAt, rig, theCatalogue, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;

/** Every byte of the flash holds something. */
const full = ({ layouts }: Device) =>
	buildImage(
		layouts[0].flash.map(({ range }, i) => ({
			address: range.start,
			data: firmware(range.start, range.end - range.start, i + 5),
		})),
	);

async function programmed(options: RigOptions, address: number): Promise<Rig> {
	const [device] = findByPart(options.part);
	const made = rig({ content: full(device!), ...options });
	await made.programOnce(hexFile(buildImage([{ address, data: firmware(address, 3000) }])));
	return made;
}

const failureOf = ({ session }: Rig): unknown =>
	session.state.job.status === 'failed' ? session.state.job.failure : session.state.job.status;
const wrote = ({ simulated }: Rig): boolean =>
	simulated.board.events.some(({ kind }) => kind === 'write');

describe('page numbers of bank 2 that no document gives, by UART', () => {
	const g4 = { part: 'STM32G473CC', transport: 'uart', layout: 'dual' } as const;
	const bank2 = 0x08040000;

	it('are proven one sector at a time where they are as assumed', async () => {
		const made = await programmed(g4, bank2);
		expect(failureOf(made)).toBe('finished');
		const { job } = made.session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		const erases = job.steps.filter((step) => step.kind === 'erase');
		expect(erases).toHaveLength(2);
		for (const step of erases) {
			expect(step.sectors).toHaveLength(1);
			expect(step.proof?.rivals.map(({ sector }) => sector.number)).toContain(
				step.sectors[0]!.number - 64,
			);
		}
	});

	it('are refused after one erase where the ROM means bank 1 by them, and the sector that went is named', async () => {
		const made = await programmed({ ...g4, quirks: { pageNumbers: 'bank-blind' } }, bank2);
		expect(failureOf(made)).toMatchObject({
			code: 'job.wrong-sector',
			data: { sector: 64, address: bank2, other: 0, otherAddress: 0x08000000 },
		});
		expect(wrote(made)).toBe(false);
		expect(made.simulated.board.events.filter(({ kind }) => kind === 'erase')).toHaveLength(1);
	});

	it('that mean nothing to the ROM end the job before a write', async () => {
		const made = await programmed({ ...g4, quirks: { pageNumbers: 'by-address' } }, bank2);
		expect(failureOf(made)).toMatchObject({ code: 'uart.nack' });
		expect(wrote(made)).toBe(false);
	});

	it('are left alone in a sector that is blank already', async () => {
		const made = rig({ ...g4, quirks: { pageNumbers: 'bank-blind' } });
		const data = firmware(bank2, 3000);
		await made.programOnce(hexFile(buildImage([{ address: bank2, data }])));
		expect(failureOf(made)).toBe('finished');
		expect(made.simulated.board.events.some(({ kind }) => kind === 'erase')).toBe(false);
	});

	it('need no proof in bank 1, nor on a part whose numbering is documented', async () => {
		for (const [part, address] of [
			['STM32G473CC', 0x08000000],
			['STM32H743ZI', 0x08100000],
		] as const) {
			const made = rig({ part, transport: 'uart' });
			await made.session.open([hexFile(buildImage([{ address, data: firmware(address, 3000) }]))]);
			await made.connect();
			expect(made.session.steps.length).toBeGreaterThan(0);
			expect(made.session.steps.some((step) => 'proof' in step)).toBe(false);
		}
	});
});

describe('the option bit that decides how the flash is cut', () => {
	for (const [part, layout, address, number] of [
		['STM32F429ZG', 'dual', 0x08080000, 12],
		['STM32F429ZG', 'single', 0x08080000, 8],
		['STM32F469ZG', 'dual', 0x08080000, 12],
		['STM32F767ZI', 'dual', 0x08100000, 12],
		['STM32F767ZI', 'single', 0x08100000, 8],
		['STM32G474RE', 'single', 0x08001000, 1],
		['STM32G474RE', 'dual', 0x08001000, 2],
		['STM32L4R5ZI', 'single', 0x08002000, 1],
		['STM32L552ZE', 'single', 0x08001000, 1],
	] as const) {
		it(`is read by UART: ${part} ${layout}`, async () => {
			const made = await programmed({ part, transport: 'uart', layout, baud: 57600 }, address);
			expect(failureOf(made)).toBe('finished');
			const { job } = made.session.state;
			expect('plan' in job && [job.plan.erase[0]?.number, job.plan.doubt]).toEqual([
				number,
				undefined,
			]);
		});
	}

	/** A catalogue that does not know where the bit is. */
	const unknowing = {
		...theCatalogue,
		chooseDevice: (evidence: Parameters<typeof theCatalogue.chooseDevice>[0]) => {
			const blind = devices.map((device) => {
				const { layoutBit: _, ...registers } = device.registers;
				return { ...device, registers };
			});
			return chooseDevice(blind, evidence);
		},
	};

	it('is said to be unknown where it cannot be read, and a wrong guess is found by the first erase', async () => {
		const made = await programmed(
			{ part: 'STM32G474RE', transport: 'uart', layout: 'single', book: { catalogue: unknowing } },
			0x08001000,
		);
		const { job } = made.session.state;
		expect('plan' in job && job.plan.doubt?.why).toBe('layout');
		expect(failureOf(made)).toMatchObject({
			code: 'job.wrong-sector',
			data: { sector: 2, other: 4, otherAddress: 0x08002000 },
		});
		expect(wrote(made)).toBe(false);
	});

	it('may stay unknown where the guess is right', async () => {
		const made = await programmed(
			{ part: 'STM32G474RE', transport: 'uart', layout: 'dual', book: { catalogue: unknowing } },
			0x08001000,
		);
		expect(failureOf(made)).toBe('finished');
	});
});

describe('erases of bank 2 by USB on a ROM known to be faulty there', () => {
	const f4 = (usbBank2: Quirks['usbBank2']): RigOptions => ({
		part: 'STM32F429ZI',
		transport: 'dfu',
		quirks: { usbBank2 },
	});

	it('are done where they work', async () => {
		expect(failureOf(await programmed(f4('right'), 0x08100000))).toBe('finished');
	});

	it('are refused where nothing happens', async () => {
		const made = await programmed(f4('nothing'), 0x08100000);
		expect(failureOf(made)).toMatchObject({ code: 'job.not-blank', data: { sector: 12 } });
		expect(wrote(made)).toBe(false);
	});

	it('are refused where another sector goes, which is named', async () => {
		const made = await programmed(f4('shifted'), 0x08100000);
		expect(failureOf(made)).toMatchObject({
			code: 'job.wrong-sector',
			data: { sector: 12, other: 16 },
		});
		expect(wrote(made)).toBe(false);
	});
});

describe('the sectors that might go instead', () => {
	const flashOf = (part: string, layout = 0) => findByPart(part)[0]!.layouts[layout]!.flash;
	const numbers = (part: string, index: number, doubt: EraseDoubt): number[] => {
		const flash = flashOf(part);
		const sector = flash.flatMap(({ sectors }) => sectors)[index]!;
		return rivalsOf(sector, flash, doubt).map(({ number }) => number);
	};

	it('are those of every other way to count', () => {
		const others = [flashOf('STM32F429ZI')];
		// 12 could be the fifth of bank 2 when counted without a gap: none here; and bank 1's first.
		expect(numbers('STM32F429ZI', 12, { why: 'usb-bank-2', others })).toEqual([0, 16]);
		expect(numbers('STM32H743ZG', 4, { why: 'numbering', others: [] })).toEqual([0]);
		expect(
			numbers('STM32G474RE', 2, { why: 'layout', others: [flashOf('STM32G474RE', 1)] }),
		).toEqual([4, 5, 130]);
	});
});

describe('banks that an option bit has swapped', () => {
	/** Where bank 2 begins, and the word that says that it is shown first: SWAP_BANK, and nSWAP_BANK of G0B1. */
	const parts = {
		STM32U575ZI: { bank2: 0x08100000, address: 0x40022040, words: [0x1ffff8aa] },
		STM32L552ZE: { bank2: 0x08040000, address: 0x40022040, words: [0x7ffff8aa] },
		STM32G0B1RE: { bank2: 0x08040000, address: 0x1fff7800, words: [0xdfefe1aa, 0x20101e55] },
	} as const;

	/** Flash full of something, and the words. */
	function board(part: keyof typeof parts, swapped = true): Partial<RigOptions> {
		const { address, words } = parts[part];
		const option = swapped ? imageAt(address, new Uint8Array(Uint32Array.from(words).buffer)) : [];
		const content = [...full(findByPart(part)[0]!), ...option];
		return { content: content.sort((a, b) => a.address - b.address) };
	}

	it.each([
		['STM32U575ZI', 'uart'],
		['STM32L552ZE', 'dfu'],
		['STM32G0B1RE', 'uart'],
	] as const)(
		'%s by %s: each erase is proven, and the first that strikes the other bank ends the job',
		async (part, transport) => {
			const right = await programmed({ part, transport, ...board(part) }, BASE);
			expect(failureOf(right)).toBe('finished');
			const made = await programmed(
				{ part, transport, ...board(part), quirks: { erasesSwapped: true } },
				BASE,
			);
			expect(failureOf(made)).toMatchObject({
				code: 'job.wrong-sector',
				data: { address: BASE, otherAddress: parts[part].bank2 },
			});
			expect(wrote(made)).toBe(false);
			expect(made.simulated.board.events.filter(({ kind }) => kind === 'erase')).toHaveLength(1);
		},
	);

	it('are told when the board is connected; doubted is nothing else, nor H7, whose erases follow the map', async () => {
		const h7 = { content: imageAt(0x5200201c, Uint8Array.of(0xf0, 0xaa, 0xc6, 0x9b)) };
		for (const [part, options, swap, why] of [
			['STM32U575ZI', board('STM32U575ZI'), ['SWAP_BANK', 1], 'swapped-banks'],
			['STM32G0B1RE', board('STM32G0B1RE'), ['nSWAP_BANK', 0], 'swapped-banks'],
			['STM32U575ZI', board('STM32U575ZI', false), ['SWAP_BANK', 0], undefined],
			['STM32G0B1RE', board('STM32G0B1RE', false), ['nSWAP_BANK', 1], undefined],
			['STM32H743ZI', h7, ['SWAP_BANK_OPT', 1], undefined],
		] as const) {
			const made = rig({ part, transport: 'uart', ...options });
			await made.connect();
			const { options: bytes, doubt, diagnostics } = made.session.board!;
			expect([part, fieldValue(bytes!.layout!, bytes!.blocks, swap[0])]).toEqual([part, swap[1]]);
			const told = diagnostics.some(({ code }) => code === 'chip.banks-swapped');
			expect([part, doubt?.why, told]).toEqual([part, why, why !== undefined]);
		}
	});
});
