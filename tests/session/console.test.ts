// The console on a simulated board: what the started application prints, what is sent to it, and a port shared with the
// bootloader.
import { describe, expect, it } from 'vitest';
import { BASE, bench, changed, encode, type Bench } from './console-bench.ts';
import { firmware, hexFile, imageAt } from './rig.ts';

describe('an open console', () => {
	it('shows what the application prints, with the time of each line', async () => {
		const { console, texts, wait } = bench({ application: { heartbeatMs: 500 } });
		await console.open({ kind: 'ask' });
		await wait(2000);
		await console.close();
		expect(texts()[0]).toBe('Open at 115,200 baud 8N1.');
		expect(texts().slice(1, 4)).toEqual([
			'',
			'virtual STM32F103, 64 KiB',
			expect.stringMatching(/^program [0-9A-F]{8}, type help$/),
		]);
		const beats = [...console.log.lines()].filter(({ text }) => text.includes('alive'));
		expect(beats.length).toBeGreaterThanOrEqual(3);
		const [, second] = beats;
		expect(second?.after).toBeGreaterThan(490);
		expect(second?.after).toBeLessThan(510);
		expect(second?.runs[0]?.style).toEqual({ fore: 8 });
		expect(texts().at(-1)).toBe('Closed.');
	});

	it('sends lines and gets answers', async () => {
		const { console, texts, wait } = bench();
		await console.open({ kind: 'ask' });
		await console.send(encode('led on\r\n'), 'led on');
		await wait(50);
		expect(texts()).toContain('led on');
		expect([...console.log.lines()].map(({ kind }) => kind).slice(0, 3)).toEqual([
			'note',
			'sent',
			'received',
		]);
		await console.close();
	});

	it('takes a stream without a pause, and tells the screen of it in bundles', async () => {
		const { console, wait } = bench();
		await console.open({ kind: 'ask' });
		await console.send(encode('flood 30000\n'), 'flood 30000');
		await wait(70_000);
		expect(console.log.get(console.log.end - 1)?.text).toBe('flood 30000 of 30000');
		expect(console.log.end - console.log.first).toBe(20_000);
		expect(console.log.dropped).toBeGreaterThan(10_000);
		expect(console.faults).toBe(0);
		// 67 s of line time; the screen hears of it at most every 33 ms.
		expect(console.revision).toBeLessThan(2200);
		await console.close();
	});

	it('opens anew when the rate changes', async () => {
		const { console, texts, wait, simulated } = bench({ application: { heartbeatMs: 100 } });
		await console.open({ kind: 'ask' });
		await console.change({ ...console.settings, baudRate: 9600, parity: 'even' });
		expect(console.state.status).toBe('open');
		expect(texts().at(-1)).toBe('Open at 9,600 baud 8E1.');
		const before = console.log.received;
		await wait(1000);
		expect(console.log.received).toBe(before);
		await console.close();
		await expect(simulated.serial.open({ baudRate: 1 })).resolves.toBeUndefined();
	});

	it('counts line errors, tells of the first, and goes on', async () => {
		const { console, simulated, texts, wait, clock } = bench();
		await console.open({ kind: 'ask' });
		const { serial } = simulated as unknown as {
			serial: { fail(error: string, at: number): void };
		};
		for (let i = 0; i < 30; i++) {
			serial.fail('FramingError', clock.now() + 1);
			await wait(30);
		}
		await console.send(encode('led off\n'), 'led off');
		await wait(100);
		expect(console.faults).toBe(30);
		expect(texts().filter((text) => text.includes('stop bit'))).toHaveLength(1);
		expect(texts()).toContain('led off');
		await console.close();
	});

	it('switches DTR and RTS, and sends a break', async () => {
		const seen: unknown[] = [];
		const port = changed({
			setSignals: (signals) => {
				seen.push(signals);
				return Promise.resolve();
			},
		});
		const { console, wait } = bench({ port });
		console.lines = { dtr: false, rts: false };
		await console.open({ kind: 'ask' });
		await console.setLines({ dtr: true, rts: false });
		const breaking = console.sendBreak();
		await wait(100);
		expect(seen.at(-1)).toEqual({ break: true });
		await breaking;
		expect(seen).toEqual([
			{ dataTerminalReady: false, requestToSend: false },
			{ dataTerminalReady: true, requestToSend: false },
			{ break: true },
			{ break: false },
		]);
		await console.close();
	});
});

describe('a port shared with the bootloader', () => {
	it('is given back for the job and opened again when the application runs', async () => {
		const { console, session, simulated, texts, wait } = bench({ boot0: true });
		await console.open({ kind: 'ask' });
		await session.open([hexFile(imageAt(BASE, firmware(BASE, 3000, 2)))]);
		await session.connect({ kind: 'uart', baud: 115200, lines: undefined });
		expect(console.state.status).toBe('lent');
		await session.chooseDevice('STM32F103C8');
		await session.program();
		expect(session.state.job.status).toBe('finished');
		await wait(1000);
		expect(console.state.status).toBe('open');
		expect(simulated.mode).toBe('application');
		const told = texts();
		expect(told.indexOf('The port is given to the bootloader.')).toBeGreaterThan(0);
		expect(told).toContain('virtual STM32F103, 64 KiB');
		await console.close();
	});

	it('is opened again when the bootloader does not answer', async () => {
		const { console, session } = bench();
		await console.open({ kind: 'ask' });
		await session.connect({ kind: 'uart', baud: 115200, lines: undefined });
		expect(session.state.board.status).toBe('failed');
		await console.close();
		expect(console.state.status).toBe('closed');
	});

	it('is not taken while the bootloader has it, nor opened after when it was closed', async () => {
		const { console, session } = bench({ boot0: true });
		await console.open({ kind: 'ask' });
		await session.connect({ kind: 'uart', baud: 115200, lines: undefined });
		expect(session.state.board.status).toBe('ready');
		await console.open({ kind: 'last' });
		expect(console.state.status).toBe('lent');
		await console.close();
		await session.disconnect();
		expect(console.state.status).toBe('closed');
	});

	it('is free for the bootloader even while the console is opening it', async () => {
		let busy = false;
		const made: Bench = bench({
			boot0: true,
			port: changed({
				open: async (options) => {
					// Web Serial: a port that is being opened cannot be opened.
					if (busy) throw new DOMException('A call to open() is in progress.', 'InvalidStateError');
					busy = true;
					await made.wait(40);
					busy = false;
					await made.simulated.serial.open(options as SerialOptions);
				},
			}),
		});
		const { console, session, wait } = made;
		const opening = console.open({ kind: 'ask' });
		await wait(10);
		await session.connect({ kind: 'uart', baud: 115200, lines: undefined });
		expect(session.state.board.status).toBe('ready');
		await opening;
		expect(console.state.status).toBe('lent');
	});
});
