// The console on a simulated board: what the started application prints, what is sent to it, a port shared with the
// bootloader, a cable pulled, a port that hangs.
import { describe, expect, it } from 'vitest';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Picker } from '#ports/picker.ts';
import { Console } from '#session/console.svelte.ts';
import type { Environment } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
import '#session/talking.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import type { ApplicationOptions } from '#simulator/application.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';
import { openFile } from '#formats/index.ts';
import { mergeFirmware } from '#formats/merge.ts';
import { firmware, hexFile, imageAt, theCatalogue } from './rig.ts';
import { memoryStore } from './memory-store.ts';

const BASE = 0x08000000;
const never = new AbortController().signal;
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Bench {
	readonly clock: VirtualClock;
	readonly simulated: SimulatedBoard;
	readonly console: Console;
	readonly session: Session;
	readonly texts: () => string[];
	readonly wait: (ms: number) => Promise<void>;
}

interface BenchOptions {
	readonly boot0?: boolean;
	readonly application?: ApplicationOptions;
	readonly port?: (port: SerialPortLike) => SerialPortLike;
}

/** One adapter for the bootloader and the console, as on a board with a single UART. */
function bench({ boot0 = false, application = {}, port = (one) => one }: BenchOptions = {}): Bench {
	const clock = new VirtualClock();
	const device = theCatalogue.findByPart('STM32F103C8')[0]!;
	const content = imageAt(BASE, firmware(BASE, 2048));
	const simulated = simulate({ device, clock, content, boot0, application });
	const picker = <P>(one: () => P): Picker<P, never> => ({
		request: () => Promise.resolve(one()),
		list: () => Promise.resolve([one()]),
		watch: () => () => undefined,
	});
	const shared = port(simulated.serial);
	const environment: Environment = {
		clock,
		serial: picker(() => shared),
		usb: undefined,
		loadCatalogue: () => Promise.resolve(theCatalogue),
		loadFormats: () => Promise.resolve({ openFile, mergeFirmware }),
		loadVirtualBoards: () => Promise.reject(new Error('the port is virtual already')),
		guardBoard: async (taken) => {
			await console.lend(taken);
			return () => void console.takeBack(taken);
		},
		openStore: () => Promise.resolve(memoryStore()),
		newId: () => 'job',
		version: 'test',
		today: () => new Date(Date.UTC(2026, 0, 1) + clock.now()).toISOString(),
	};
	const console = new Console(environment);
	return {
		clock,
		simulated,
		console,
		session: new Session(environment),
		texts: () => [...console.log.lines()].map(({ text }) => text),
		wait: (ms) => clock.sleep(ms, never),
	};
}

/** The port with some of its methods replaced. */
const changed =
	(methods: Readonly<Record<string, (...args: unknown[]) => unknown>>) =>
	(port: SerialPortLike): SerialPortLike =>
		new Proxy(port, {
			get: (target, key) => {
				if (typeof key === 'string' && methods[key]) return methods[key];
				const value: unknown = Reflect.get(target, key, target);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});

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
		const made: Bench = bench({
			boot0: true,
			port: changed({
				open: async (options) => {
					await made.wait(40);
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

describe('trouble', () => {
	it('of a pulled cable is told, and the port is opened when it is back', async () => {
		const { console, simulated, texts, wait } = bench({ application: { heartbeatMs: 200 } });
		await console.open({ kind: 'ask' });
		await wait(1000);
		simulated.unplug();
		await wait(5000);
		expect(console.state.status).toBe('lost');
		simulated.replug();
		await wait(3000);
		expect(console.state.status).toBe('open');
		const lost = texts().indexOf('Unplugged. It is opened again when it is back.');
		expect(lost).toBeGreaterThan(0);
		expect(
			texts()
				.slice(lost)
				.some((text) => text.endsWith('alive 1')),
		).toBe(true);
		simulated.unplug();
		await wait(100);
		await console.close();
		expect(console.state.status).toBe('closed');
	});

	it('of a port that hangs ends', async () => {
		const port = changed({ open: () => new Promise(() => undefined) });
		const { console } = bench({ port });
		await console.open({ kind: 'ask' });
		expect(console.state).toMatchObject({ failure: { code: 'wire.deadline' } });
	});

	it('of a write that hangs is told in the log', async () => {
		const writable = (): unknown =>
			new WritableStream({ write: () => new Promise(() => undefined) });
		const port = (one: SerialPortLike): SerialPortLike =>
			new Proxy(one, {
				get: (target, key) => {
					if (key === 'writable') return writable();
					const value: unknown = Reflect.get(target, key, target);
					return typeof value === 'function' ? (value.bind(target) as unknown) : value;
				},
			});
		const { console, texts } = bench({ port });
		await console.open({ kind: 'ask' });
		await console.send(encode('x'), 'x');
		expect(texts().at(-1)).toMatch(/^No answer to a write within 5000 ms/);
		await console.close();
	});

	it('of a refused port is a failure that says so', async () => {
		const port = changed({
			open: () => Promise.reject(new DOMException('Failed to open serial port.', 'NetworkError')),
		});
		const { console } = bench({ port });
		await console.open({ kind: 'ask' });
		expect(console.state).toMatchObject({ status: 'failed', failure: { code: 'wire.open' } });
	});
});
