// The console in trouble: a cable pulled, an adapter that comes back as another object, ports that hang or refuse.
import { describe, expect, it } from 'vitest';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { bench, changed, encode } from './console-bench.ts';

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

	it('of an adapter that comes back as another object is no trouble', async () => {
		const again = bench({ application: { heartbeatMs: 200 } });
		const other = new Proxy(again.simulated.serial, {
			get: (target, key) => {
				if (key === 'getInfo') return () => ({ usbVendorId: 0x1a86, usbProductId: 0x7523 });
				const value: unknown = Reflect.get(target, key, target);
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
		let listed: readonly SerialPortLike[] = [other];
		const { console, simulated, wait } = bench({ listed: () => listed });
		await console.open({ kind: 'ask' });
		simulated.unplug();
		await wait(3000);
		// Another kind of adapter is not ours.
		expect(console.state.status).toBe('lost');
		listed = [other, again.simulated.serial];
		await wait(1000);
		expect(console.state.status).toBe('open');
		await again.wait(500);
		expect([...console.log.lines()].some(({ text }) => text.includes('alive'))).toBe(true);
		await console.lend(again.simulated.serial);
		expect(console.state.status).toBe('lent');
		await console.close();
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
