// Two things at once, and ports that misbehave: a double press, a slow or hung port, a choice overtaken by a
// disconnect, a mass erase that is cancelled, a start that fails.
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { SerialLink } from '#ports/serial-link.ts';

import { firmware, hexFile, imageAt, rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const never = new AbortController().signal;
const file = (length = 9000): File => hexFile(imageAt(BASE, firmware(BASE, length)));

/** The port with some of its methods replaced. */
const changed =
	(
		methods: Readonly<Record<string, (...args: unknown[]) => unknown>>,
	): NonNullable<RigOptions['tap']> =>
	(port) =>
		new Proxy(port, {
			get: (target, key) => {
				if (typeof key === 'string' && methods[key]) return methods[key];
				const value: unknown = Reflect.get(target, key, target);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});

describe('pressed twice', () => {
	for (const transport of ['uart', 'dfu'] as const) {
		it(`Program by ${transport} starts one job`, async () => {
			const { session, connect, simulated } = rig({ part: 'STM32F405RG', transport });
			await session.open([file()]);
			await connect();
			await Promise.all([session.program(), session.program(), session.program()]);
			expect(session.state.job.status).toBe('finished');
			expect(simulated.board.events.filter(({ kind }) => kind === 'erase')).toHaveLength(1);
		});
	}

	it('Connect opens one connection', async () => {
		const { session, route } = rig({ part: 'STM32F405RG', transport: 'uart' });
		await Promise.all([session.connect(route), session.connect(route)]);
		expect(session.state.board.status).toBe('ready');
	});
});

describe('a port that is slow or hangs', () => {
	it('is waited for when it was given back a moment ago', async () => {
		const made: ReturnType<typeof rig> = rig({
			part: 'STM32F405RG',
			transport: 'uart',
			tap: changed({
				close: async () => {
					await made.clock.sleep(50, never);
					await made.simulated.serial.close();
				},
			}),
		});
		await made.session.connect(made.route);
		const leaving = made.session.disconnect();
		await made.session.connect(made.route);
		await leaving;
		expect(made.session.state.board.status).toBe('ready');
	});

	it('while it opens, can be stopped, and is given up in the end', async () => {
		const hang = { open: () => new Promise(() => undefined) };
		for (const transport of ['uart', 'dfu'] as const) {
			const made = rig({ part: 'STM32F405RG', transport, tap: changed(hang) });
			const attempt = made.session.connect(made.route);
			await made.clock.sleep(100, never);
			made.session.cancel();
			await attempt;
			expect(made.session.state.board.status).toBe('absent');
			await made.session.connect(made.route);
			expect(made.session.state.board).toMatchObject({ failure: { code: 'wire.deadline' } });
		}
	});

	it('while its interface is claimed, is given up in the end', async () => {
		const hang = { claimInterface: () => new Promise(() => undefined) };
		const made = rig({ part: 'STM32F405RG', transport: 'dfu', tap: changed(hang) });
		await made.session.connect(made.route);
		expect(made.session.state.board).toMatchObject({ failure: { code: 'wire.deadline' } });
	});

	it('that yields only line errors is closed, and not called unplugged', async () => {
		const { clock, simulated } = rig({ part: 'STM32F405RG', transport: 'uart' });
		const failing = (): ReadableStream<Uint8Array> =>
			new ReadableStream({
				pull: (controller) => {
					controller.error(new DOMException('Break', 'BreakError'));
				},
			});
		let closed = 0;
		const port = new Proxy(simulated.serial, {
			get: (target, key) => {
				if (key === 'readable') return failing();
				if (key === 'close') return () => Promise.resolve(void closed++);
				const value: unknown = Reflect.get(target, key, target);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
		const link = await SerialLink.open(port, clock, { baudRate: 115200, parity: 'even' }, never);
		await clock.sleep(100, never);
		const read = link.read(1, { ms: 1000, what: 'a byte' }, never);
		const error: unknown = await read.catch((thrown: unknown) => thrown);
		expect(isFailure(error) && error.code).toBe('wire.stream');
		await link.close();
		expect(closed).toBe(1);
	});
});

describe('overtaken', () => {
	it('the choice of a part by a disconnect', async () => {
		const { session, route } = rig({ part: 'STM32H743ZI', transport: 'dfu' });
		await session.connect(route);
		const choosing = session.chooseDevice('STM32H743ZI');
		await session.disconnect();
		await choosing;
		expect(session.state.board).toEqual({ status: 'absent', note: 'closed' });
	});
});

describe('a cancelled mass erase', () => {
	for (const transport of ['uart', 'dfu'] as const) {
		it(`by ${transport} is waited out, and the board stays usable`, async () => {
			const { session, connect, clock } = rig({
				part: 'STM32F405RG',
				transport,
				content: imageAt(BASE, firmware(BASE, 1 << 20, 9)),
			});
			await session.open([file(1 << 20)]);
			await connect();
			expect(session.steps[0]?.kind).toBe('mass-erase');
			const job = session.program();
			await clock.sleep(1000, never);
			session.cancel();
			const asked = clock.now();
			while (session.state.job.status === 'running') await clock.sleep(10, never);
			expect(clock.now() - asked).toBeLessThan(1000);
			await job;
			expect(session.state.job.status).toBe('cancelled');
			expect(session.state.board.status).toBe('ready');
		});
	}
});

describe('a start that fails', () => {
	it('by DfuSe is told, and the proof still stands', async () => {
		let stalled = false;
		const made: ReturnType<typeof rig> = rig({
			part: 'STM32F405RG',
			transport: 'dfu',
			tap: (port) =>
				changed({
					controlTransferOut: async (...args: unknown[]) => {
						const usb = made.simulated.usb;
						const [setup, data] = args as [USBControlTransferParameters, BufferSource | undefined];
						if (setup.request === 1 && (data?.byteLength ?? 0) === 0) {
							stalled = true;
							return { status: 'stall', bytesWritten: 0 };
						}
						return await usb.controlTransferOut(setup, data);
					},
					controlTransferIn: async (...args: unknown[]) => {
						const usb = made.simulated.usb;
						const [setup, length] = args as [USBControlTransferParameters, number];
						const error = new DataView(Uint8Array.of(15, 0, 0, 0, 10, 0).buffer);
						if (stalled && setup.request === 3) return { status: 'ok', data: error };
						return await usb.controlTransferIn(setup, length);
					},
				})(port),
		});
		await made.programOnce(file());
		const { job } = made.session.state;
		expect(job).toMatchObject({
			status: 'finished',
			report: { result: 'verified', started: false },
		});
	});

	it('a DfuSe ROM whose strings cannot be read is not taken for a plain one', async () => {
		const made: ReturnType<typeof rig> = rig({
			part: 'STM32F405RG',
			transport: 'dfu',
			tap: (port) =>
				changed({
					controlTransferIn: async (...args: unknown[]) => {
						const usb = made.simulated.usb;
						const [setup, length] = args as [USBControlTransferParameters, number];
						if (setup.requestType === 'standard' && setup.value >> 8 === 3)
							return { status: 'stall' };
						return await usb.controlTransferIn(setup, length);
					},
				})(port),
		});
		await made.session.connect(made.route);
		expect(made.session.state.board).toMatchObject({ failure: { code: 'dfu.descriptor' } });
	});
});

describe('an answer that comes late', () => {
	it('holds up the line for its time and no longer', async () => {
		for (let at = 60; at < 90; at++) {
			const mischief = [{ at, kind: 'busy', ms: 300 }] as const;
			const { session, programOnce } = rig({ part: 'STM32F405RG', transport: 'uart', mischief });
			await programOnce(file(3000));
			expect(session.state.job.status, `frame ${at}`).toBe('finished');
		}
	});
});
