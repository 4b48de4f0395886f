// What the application says on its serial port before the customer brings the device into its bootloader: asked for once,
// at the right moment, and never needed.
import { describe, expect, it } from 'vitest';
import type { VersionSource } from '#bundle/manifest.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { versionFrom } from '#bundle/index.ts';
import { versionTold } from '#session/update/examine.ts';
import {
	BASE,
	contentOf,
	KEPT_AT,
	program,
	updateFile,
	updateRig,
	VERSION_AT,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

const never = new AbortController().signal;
/** What follows the version belongs to the pattern: half an answer then tells none. */
const asked = {
	kind: 'serial',
	baud: 115200,
	ask: 'version\r',
	pattern: 'version ([0-9.]+)[^0-9.]',
} as const;
const { ask: _, ...passive } = asked;

/** Everything that was opened on the board's port, and what was sent before the bootloader's first connection. */
class Line {
	readonly opened: SerialOptions[] = [];
	readonly sent: string[] = [];
	readonly #own: Partial<SerialPortLike>;
	#tapped: SerialPortLike | undefined;

	/** `own` stands in for the port's methods and streams while the application is asked. */
	constructor(own: Partial<SerialPortLike> = {}) {
		this.#own = own;
	}

	get #asking(): boolean {
		return this.opened.at(-1)?.parity === 'none';
	}

	readonly tap = <P extends SerialPortLike | UsbDeviceLike>(port: P): P =>
		'getSignals' in port ? ((this.#tapped ??= this.#around(port)) as P) : port;

	#around(port: SerialPortLike): SerialPortLike {
		return new Proxy(port, {
			get: (target, key) => {
				if (key === 'open') return (options: SerialOptions) => this.#open(target, options);
				if (key === 'writable' && this.#asking && !('writable' in this.#own))
					return this.#written(target);
				const own = this.#asking && key in this.#own ? this.#own : target;
				const value: unknown = Reflect.get(own, key, own);
				return typeof value === 'function' ? (value.bind(own) as unknown) : value;
			},
		});
	}

	#open(port: SerialPortLike, options: SerialOptions): Promise<void> {
		this.opened.push(options);
		return this.#asking && this.#own.open ? this.#own.open(options) : port.open(options);
	}

	#written({ writable }: SerialPortLike): SerialPortLike['writable'] {
		return new WritableStream({
			write: async (chunk: Uint8Array<ArrayBuffer>) => {
				this.sent.push(new TextDecoder().decode(chunk));
				const writer = writable?.getWriter();
				await writer?.write(chunk);
				writer?.releaseLock();
			},
		});
	}
}

interface Scene {
	readonly source?: VersionSource;
	readonly line?: Line;
	readonly options?: Partial<UpdateRigOptions>;
}

/** A device that runs version 1.2.3, and an update to 2.0.0 that is offered. */
async function scene({ source = asked, line = new Line(), options = {} }: Scene = {}) {
	const one = await updateRig({
		part: 'STM32F405RG',
		transport: 'uart',
		boot0: false,
		content: contentOf(program('1.2.3', 9000, 7), KEPT_AT),
		application: { versionAt: BASE + VERSION_AT },
		tap: line.tap,
		...options,
	});
	const draft = { installed: [source] };
	const about = { version: '2.0.0', bytes: program('2.0.0', 9000, 8), boardIdAt: KEPT_AT, draft };
	await one.updater.openFile(await updateFile(about), 'lamp.swupdate');
	await one.clock.sleep(1000, never);
	expect(one.updater.stage.status).toBe('offered');
	return { one, line };
}

/** As customers do: the steps are shown, followed after a while, and the device is chosen. */
async function follow(one: UpdateRig, after = 5000): Promise<void> {
	one.updater.prepare('uart');
	await one.clock.sleep(after, never);
	one.simulated.reset('bootloader');
	await one.updater.connect('uart', 'ask');
}

/** Until the application is asked. */
async function opening(one: UpdateRig, { opened }: Line): Promise<void> {
	for (let tick = 0; tick < 1000 && opened.length === 0; tick++) await one.clock.sleep(1, never);
	expect(opened).toHaveLength(1);
}

const ready = (versionNow?: string) =>
	versionNow === undefined
		? { status: 'ready', device: expect.not.objectContaining({ versionNow: expect.anything() }) }
		: { status: 'ready', device: { versionNow } };

describe('a greeting on the serial port', () => {
	it('is asked for once, before the steps are followed, and tells the version', async () => {
		const { one, line } = await scene();
		await follow(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
		expect(line.sent).toEqual(['version\r']);
		expect(line.opened[0]).toMatchObject({ baudRate: 115200, dataBits: 8, stopBits: 1 });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
	});

	it('is only listened to where there is nothing to ask', async () => {
		const { one, line } = await scene({
			source: passive,
			options: { application: { versionAt: BASE + VERSION_AT, heartbeatMs: 400 } },
		});
		await follow(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
		expect(line.sent).toEqual([]);
	});

	it('counts for the rules about previous versions', async () => {
		const { one } = await scene();
		await one.updater.close();
		const draft = { installed: [asked], previous: { minimum: '1.3' } };
		const about = { version: '2.0.0', bytes: program('2.0.0', 9000, 8), boardIdAt: KEPT_AT, draft };
		await one.updater.openFile(await updateFile(about), 'lamp.swupdate');
		await follow(one);
		expect(one.updater.stage).toMatchObject({
			status: 'unfit',
			failure: { code: 'bundle.previous-too-old', data: { installed: '1.2.3' } },
		});
	});

	it('is heard to its end by a connection that comes early', async () => {
		const { one } = await scene();
		await follow(one, 200);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
	});

	it('does not speak to a device that is connected without the steps, or is looked at again', async () => {
		const { one, line } = await scene();
		one.simulated.reset('bootloader');
		await one.updater.connect('uart', 'ask');
		expect(one.updater.stage).toMatchObject(ready());
		await one.session.disconnect();
		one.updater.prepare('uart');
		await one.clock.sleep(5000, never);
		expect(line.opened.filter(({ parity }) => parity === 'none')).toEqual([]);
	});

	it.each([0, 2])('is not looked for among %d ports', async (serialPorts) => {
		const { one, line } = await scene({ options: { serialPorts } });
		one.updater.prepare('uart');
		await one.clock.sleep(5000, never);
		expect(line.opened).toEqual([]);
	});

	it('is that of the next device after the next start', async () => {
		const { one, line } = await scene();
		one.updater.prepare('uart');
		await one.clock.sleep(5000, never);
		one.updater.cancel();
		await follow(one);
		expect(one.updater.stage).toMatchObject(ready('1.2.3'));
		expect(line.sent).toHaveLength(2);
	});
});

describe('a device that says nothing of use', () => {
	/** As fast as it is read, and never at an end. */
	const noise = (): Line =>
		new Line({
			get readable() {
				let state = 1;
				return new ReadableStream({
					pull: (controller) => {
						const bytes = new Uint8Array(1000);
						for (let i = 0; i < bytes.length; i++)
							bytes[i] = (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
						controller.enqueue(bytes);
					},
				});
			},
		});
	const scenes: Readonly<Record<string, () => Scene>> = {
		'talks without end': () => ({ source: { ...asked, ask: 'flood 200000\r' } }),
		'answers at another rate': () => ({ source: { ...asked, baud: 9600 } }),
		'says what it was not asked': () => ({ source: { ...asked, ask: 'led on\r' } }),
		'keeps silent': () => ({ source: passive }),
		'sends noise without end': () => ({ line: noise() }),
		'cannot be opened': () => ({
			line: new Line({ open: () => Promise.reject(new DOMException('In use.', 'NetworkError')) }),
		}),
		'takes nothing': () => ({
			line: new Line({
				get writable(): never {
					throw new DOMException('Gone.', 'NetworkError');
				},
			}),
		}),
	};

	it.each(Object.keys(scenes))('is updated all the same: it %s', async (name) => {
		const { one } = await scene(scenes[name]!());
		await follow(one);
		expect(one.updater.stage).toMatchObject(ready());
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0' });
	});

	it('is read no longer than an answer takes: the port is free again', async () => {
		const { one, line } = await scene({ source: { ...asked, ask: 'flood 200000\r' } });
		one.updater.prepare('uart');
		await opening(one, line);
		await one.clock.sleep(100, never);
		const [port] = (await one.environment.serial?.list()) ?? [];
		await expect(port?.open({ baudRate: 9600 })).resolves.toBeUndefined();
	});

	it('may be pulled out while it is asked', async () => {
		const { one, line } = await scene();
		one.updater.prepare('uart');
		await opening(one, line);
		one.simulated.unplug();
		await one.clock.sleep(100, never);
		one.simulated.replug();
		one.simulated.reset('bootloader');
		await one.updater.connect('uart', 'ask');
		expect(one.updater.stage).toMatchObject(ready());
	});

	it('is let go of when the customer stops', async () => {
		const { one, line } = await scene();
		one.updater.prepare('uart');
		await opening(one, line);
		one.updater.cancel();
		await one.clock.sleep(10, never);
		const [port] = (await one.environment.serial?.list()) ?? [];
		await expect(port?.open({ baudRate: 9600 })).resolves.toBeUndefined();
		expect(one.updater.stage.status).toBe('offered');
	});
});

describe('an answer', () => {
	const told = (sources: readonly VersionSource[], said: string) =>
		versionTold({ versionFrom }, sources, {
			memory: () => undefined,
			seen: [
				{ kind: 'serial', baud: 9600, ask: 'v\r', said: new TextEncoder().encode(said) },
				{ kind: 'usb', product: '4.4', serial: '5.5', release: '6.6' },
			],
		});
	const pattern = '([0-9.]+)';

	it('counts for its own question alone', () => {
		const mine = { kind: 'serial', baud: 9600, ask: 'v\r', pattern } as const;
		expect(told([mine], '1.2')).toBe('1.2');
		expect(told([{ ...mine, baud: 19200 }], '1.2')).toBeUndefined();
		expect(told([{ ...mine, ask: 'x' }], '1.2')).toBeUndefined();
		expect(told([{ kind: 'serial', baud: 9600, pattern }], '1.2')).toBeUndefined();
		expect(told([{ kind: 'usb', field: 'release', pattern }, mine], '1.2')).toBe('6.6');
	});
});
