// What goes wrong on a desk: a cancel, a cable, a locked chip, a silent write protection, a wrong file.
import { describe, expect, it } from 'vitest';
import { firmware, hexFile, imageAt, rig, type Rig } from './rig.ts';

const BASE = 0x08000000;
const never = new AbortController().signal;
const file = (length = 9000, seed = 1): File =>
	hexFile(imageAt(BASE, firmware(BASE, length, seed)));

/** Resolves when the board is neither connecting nor settling any more. */
async function settled({ session, clock }: Rig): Promise<void> {
	while (['connecting', 'settling'].includes(session.state.board.status))
		await clock.sleep(10, never);
}

describe('cancel', () => {
	for (const [part, transport] of [
		['STM32F405RG', 'uart'],
		['STM32L072CZ', 'uart'],
		['STM32F405RG', 'dfu'],
		['STM32H743ZI', 'dfu'],
	] as const) {
		it(`of ${part} by ${transport} is done within a second, and the bootloader stays usable`, async () => {
			const clean = rig({ part, transport });
			await clean.session.open([file()]);
			await clean.connect();
			const begun = clean.clock.now();
			await clean.session.program();
			const whole = clean.clock.now() - begun;
			for (let share = 0.02; share < 0.98; share += 0.06) {
				const made = rig({ part, transport });
				const { session, clock, simulated } = made;
				await session.open([file()]);
				await made.connect();
				const job = session.program();
				await clock.sleep(whole * share, never);
				const asked = clock.now();
				session.cancel();
				await job.catch(() => undefined);
				expect(session.state.job.status).toBe('cancelled');
				if (session.state.job.status !== 'cancelled') return;
				expect(session.state.job.report.elapsedMs - (asked - asked)).toBeLessThan(
					whole * share + 1000,
				);
				await settled(made);
				expect(session.state.board.status, `at ${share}`).toBe('ready');
				session.dismiss();
				await session.program();
				expect(session.state.job.status).toBe('finished');
				expect(simulated.board.peek({ start: BASE, end: BASE + 9000 })).toEqual(
					firmware(BASE, 9000),
				);
			}
		});
	}

	it('says what is true of the flash', async () => {
		const made = rig({ part: 'STM32F405RG', transport: 'uart' });
		const { session, clock } = made;
		await session.open([file(30000)]);
		await made.connect();
		const job = session.program();
		await clock.sleep(1100, never);
		session.cancel();
		await job;
		expect(session.state.job).toMatchObject({
			status: 'cancelled',
			truth: { sectorsPlanned: 2, sectorsErased: 2, bootable: false, untouched: false },
		});
	});
});

describe('a cable pulled in mid-job', () => {
	for (const transport of ['uart', 'dfu'] as const) {
		it(`by ${transport} is told within five seconds, leaves no bootable half, and the job can be run again`, async () => {
			const made = rig({ part: 'STM32F405RG', transport });
			const { session, clock, simulated } = made;
			await session.open([file(30000)]);
			await made.connect();
			const job = session.program();
			await clock.sleep(1200, never);
			simulated.unplug();
			const pulled = clock.now();
			await job;
			expect(clock.now() - pulled).toBeLessThan(5000);
			expect(session.state.job).toMatchObject({ status: 'failed', failure: { code: 'wire.lost' } });
			expect([...simulated.board.peek({ start: BASE, end: BASE + 8 })]).toEqual(
				Array<number>(8).fill(0xff),
			);
			simulated.replug();
			await made.connect();
			await session.program();
			expect(session.state.job.status).toBe('finished');
		});
	}
});

describe('protection', () => {
	it('of readout is found before anything is planned, by either wire', async () => {
		for (const transport of ['uart', 'dfu'] as const) {
			const made = rig({ part: 'STM32F405RG', transport });
			made.simulated.board.readoutProtection = 1;
			await made.session.open([file()]);
			await made.connect();
			expect(made.session.board?.readoutProtected).toBe(true);
			expect(made.session.readiness).toMatchObject({
				ready: false,
				why: 'board-refuses',
				because: { code: 'chip.protected' },
			});
			await made.session.program();
			expect(made.session.state.job.status).toBe('idle');
		}
	});

	it('of a sector, which the ROM does not mention, is found by the blank check before a write', async () => {
		const ways = [
			{ transport: 'uart' },
			{ transport: 'uart', quirks: { checksumAcks: 2 } },
			{ transport: 'dfu' },
			{ transport: 'dfu', keeping: { keep: true, compare: false } },
		] as const;
		for (const way of ways) {
			const content = imageAt(BASE, firmware(BASE, 32768, 7));
			const made = rig({ part: 'STM32F405RG', ...way, content });
			const { session, simulated } = made;
			await session.open([file(30000)]);
			await made.connect();
			// Set behind our back: what the option bytes say at the connection is planned with.
			simulated.board.writeProtected.add(simulated.board.sectors[1]!);
			await session.program();
			expect(session.state.job).toMatchObject({
				status: 'failed',
				failure: { code: 'job.not-blank', data: { sector: 1 } },
			});
			expect(simulated.board.events.some(({ kind }) => kind === 'write')).toBe(false);
		}
	});
});

describe('a board that is not what the file wants', () => {
	it('is refused when the image is larger than the flash', async () => {
		const made = rig({ part: 'STM32F103C8', transport: 'uart' });
		await made.session.open([file(70000)]);
		await made.connect();
		expect(made.session.readiness).toMatchObject({
			why: 'plan-refuses',
			because: { code: 'plan.outside-memory' },
		});
	});

	it('is told apart from one that runs its application', async () => {
		const made = rig({ part: 'STM32F103C8', transport: 'uart', boot0: false, banner: 'hello' });
		await made.connect();
		expect(made.session.state.board).toMatchObject({ status: 'failed' });
		const { board } = made.session.state;
		expect(board.status === 'failed' && board.failure.code).toMatch(
			/uart\.(no-bootloader|garbage)/,
		);
	});
});

describe('a ROM that erases the wrong sector of bank 2 by USB', () => {
	const image = (): File => hexFile(imageAt(BASE + 0x100000, firmware(BASE + 0x100000, 2000)));

	it('is kept from bank 2, and may program bank 1', async () => {
		const made = rig({ part: 'STM32F767ZI', transport: 'dfu', layout: 'dual' });
		await made.session.open([image()]);
		await made.connect();
		expect(made.session.readiness).toMatchObject({ because: { code: 'plan.bank2-wrong' } });
		made.session.closeFiles();
		await made.session.open([file(2000)]);
		await made.session.program();
		expect(made.session.state.job.status).toBe('finished');
	});

	it('is programmed in bank 2 by UART', async () => {
		const made = rig({ part: 'STM32F767ZI', transport: 'uart', layout: 'dual', baud: 57600 });
		await made.session.open([image()]);
		await made.connect();
		expect(made.session.plan?.diagnostics.map(({ code }) => code)).not.toContain(
			'plan.bank2-wrong',
		);
	});
});

describe('baud rates', () => {
	for (const baud of [9600, 57600, 230400, 921600]) {
		it(`${baud} programs and verifies`, async () => {
			const made = rig({ part: 'STM32H743ZI', transport: 'uart', baud });
			await made.programOnce(file(2000));
			expect(made.session.state.job.status).toBe('finished');
		});
	}
});

describe('an automatic baud rate', () => {
	const wiring = {
		nrst: { line: 'rts', when: true },
		boot0: { line: 'dtr', when: false },
	} as const;

	it('stays below what the chip documents, where a line can reset it', async () => {
		const lines = 'rts-reset-dtr-boot';
		// This ROM locks on anything; its limit is known once it has said who it is.
		const made = rig({
			...{ part: 'STM32F746ZG', transport: 'uart', autoBaud: true },
			...{ lines, wiring, anyBaud: true },
		});
		await made.programOnce(file(2000));
		expect(made.session.state.job.status).toBe('finished');
		const { job } = made.session.state;
		expect(job.status === 'finished' && job.report.board.baud).toBe(57600);
	});

	it('is lower after nobody answered and the board was reset', async () => {
		const made = rig({ part: 'STM32F746ZG', transport: 'uart', autoBaud: true });
		await made.connect();
		expect(made.session.state.board).toMatchObject({
			status: 'failed',
			failure: { code: 'uart.no-bootloader' },
		});
		made.simulated.reset('bootloader');
		await made.programOnce(file(2000));
		expect(made.session.state.job.status).toBe('finished');
	});

	it('and parity are found for a ROM that speaks without it, by resets or by line', async () => {
		const byHand = rig({ part: 'STM32WB09KE', transport: 'uart', autoBaud: true });
		for (const outcome of ['failed', 'failed', 'ready'] as const) {
			await byHand.session.connect(byHand.route);
			expect(byHand.session.state.board.status).toBe(outcome);
			if (outcome === 'failed') byHand.simulated.reset('bootloader');
		}
		const part = 'STM32WB09KE';
		const lines = 'rts-reset-dtr-boot';
		const byLine = rig({ part, transport: 'uart', autoBaud: true, lines, wiring });
		await byLine.session.connect(byLine.route);
		expect(byLine.session.state.board.status).toBe('ready');
	});

	it('above the limit is told as such', async () => {
		const made = rig({ part: 'STM32F746ZG', transport: 'uart', baud: 115200, anyBaud: true });
		await made.connect();
		expect(made.session.board?.diagnostics).toContainEqual(
			expect.objectContaining({ code: 'chip.baud-limit', data: { baud: 115200, limit: 57600 } }),
		);
	});
});

describe('what was already going on', () => {
	it('is understood: a ROM synchronised before answers NACK', async () => {
		const made = rig({ part: 'STM32F405RG', transport: 'uart' });
		await made.connect();
		await made.session.disconnect();
		await made.programOnce(file());
		expect(made.session.state.job.status).toBe('finished');
	});

	it('is cleared without a word: a DfuSe ROM that enters in dfuERROR', async () => {
		const made = rig({ part: 'STM32F405RG', transport: 'dfu', quirks: { startInError: true } });
		await made.programOnce(file());
		expect(made.session.state.job.status).toBe('finished');
	});

	it('is survived: a bank-2 erase after which the ROM stays busy', async () => {
		const made = rig({ part: 'STM32H743ZI', transport: 'dfu', quirks: { stuckAfterBank: 2 } });
		const data = firmware(0x08100000, 3000);
		await made.programOnce(hexFile(imageAt(0x08100000, data)));
		expect(made.session.state.job.status).toBe('finished');
	});

	it('is used: Get Checksum where the ROM offers it', async () => {
		for (const acks of [1, 2] as const) {
			const made = rig({ part: 'STM32U575ZI', transport: 'uart', quirks: { checksumAcks: acks } });
			await made.programOnce(file());
			expect(made.session.state.job.status).toBe('finished');
		}
	});
});
