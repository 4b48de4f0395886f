// A node of usbfs (Linux's Documentation/driver-api/usb/usb.rst; include/uapi/linux/usbdevice_fs.h) on top of a
// simulated USB device: asynchronous control transfers, the way libusb and Chromium use them.
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { POLL, type DeviceFile, type IoctlAnswer, type IoctlCall } from './device-file.ts';
import type { ReadCall } from './device-file.ts';
import { errno, SystemError } from './errno.ts';
import { readMemory, writeMemory } from './process-memory.ts';

const USBFS = 0x55;
const REQUEST = {
	resetEndpoint: 3,
	setInterface: 4,
	setConfiguration: 5,
	getDriver: 8,
	submit: 10,
	discard: 11,
	reap: 12,
	reapNow: 13,
	claim: 15,
	release: 16,
	driverIoctl: 18,
	reset: 20,
	clearHalt: 21,
	getCapabilities: 26,
	disconnectClaim: 27,
	getSpeed: 31,
};
/** USBDEVFS_CAP_ZERO_PACKET and USBDEVFS_CAP_REAP_AFTER_DISCONNECT. */
const CAPABILITIES = 0x01 | 0x10;
const SPEED_FULL = 2;
const URB = { bytes: 56, type: 0, status: 4, buffer: 16, bufferLength: 24, actualLength: 28 };
const URB_CONTROL = 2;
const SETUP_BYTES = 8;
const IN = 0x80;

/** One submitted transfer; `urb` is where the client keeps its structure. */
interface Transfer {
	readonly pid: number;
	readonly urb: bigint;
	readonly buffer: bigint;
	status: number;
	actual: number;
	data: Uint8Array;
}

export class UsbfsNode implements DeviceFile {
	wake: () => void = () => undefined;
	gone = false;
	readonly stream = false;
	readonly #device: UsbDeviceLike;
	readonly #descriptors: Uint8Array;
	readonly #underWay = new Map<bigint, Transfer>();
	#done: Transfer[] = [];
	#waiting = new Set<() => void>();
	#openers = 0;

	constructor(device: UsbDeviceLike, descriptors: Uint8Array) {
		this.#device = device;
		this.#descriptors = descriptors;
	}

	/** The device has left: what is under way ends with ESHUTDOWN. */
	leave(): void {
		this.gone = true;
		for (const transfer of this.#underWay.values()) this.#finish(transfer, 'ESHUTDOWN');
		this.#changed();
	}

	async open(): Promise<void> {
		if (this.#openers++ > 0) return;
		await this.#device.open();
		await this.#device.selectConfiguration(1);
	}

	async release(): Promise<void> {
		if (--this.#openers > 0) return;
		this.#underWay.clear();
		this.#done = [];
		if (!this.gone) await this.#device.close();
	}

	read({ offset, size }: ReadCall): Promise<Uint8Array> {
		return Promise.resolve(this.#descriptors.subarray(offset, offset + size));
	}

	write(): Promise<number> {
		return Promise.reject(new SystemError('EINVAL'));
	}

	events(): number {
		return (this.#done.length > 0 ? POLL.out : 0) | (this.gone ? POLL.hangUp : 0);
	}

	async ioctl(call: IoctlCall): Promise<IoctlAnswer> {
		const { command, argument, pid } = call;
		if (((command >> 8) & 0xff) !== USBFS) throw new SystemError('ENOTTY');
		const done = { result: 0 };
		const request = command & 0xff;
		if (request === REQUEST.reapNow) return this.#reap(call, 'EAGAIN');
		if (request === REQUEST.reap) {
			while (this.#done.length === 0 && !this.gone) await this.#more(call.signal);
			return this.#reap(call, 'ENODEV');
		}
		if (this.gone) throw new SystemError('ENODEV');
		// usbfs says "read" of these requests, so the kernel copies nothing in.
		const named = (): number => readMemory(pid, argument, 4).readUInt32LE();
		switch (request) {
			case REQUEST.submit:
				return this.#submit(pid, argument);
			case REQUEST.discard: {
				const transfer = this.#underWay.get(argument);
				if (!transfer) throw new SystemError('EINVAL');
				this.#finish(transfer, 'ENOENT');
				return done;
			}
			case REQUEST.getCapabilities:
				return { result: 0, output: Buffer.from([CAPABILITIES, 0, 0, 0]) };
			case REQUEST.getSpeed:
				return { result: SPEED_FULL };
			case REQUEST.setInterface:
				return this.#obey(() =>
					this.#device.selectAlternateInterface(...twoWords(readMemory(pid, argument, 8))),
				);
			case REQUEST.claim:
			case REQUEST.disconnectClaim:
				return this.#obey(() => this.#device.claimInterface(named()));
			case REQUEST.release:
				return this.#obey(() => this.#device.releaseInterface(named()));
			case REQUEST.reset:
				return this.#obey(() => this.#device.reset());
			case REQUEST.setConfiguration:
			case REQUEST.clearHalt:
			case REQUEST.resetEndpoint:
				return done;
			case REQUEST.getDriver: // no kernel driver has the interface
			case REQUEST.driverIoctl:
				throw new SystemError('ENODATA');
			default:
				throw new SystemError('ENOTTY');
		}
	}

	async #obey(work: () => Promise<void>): Promise<IoctlAnswer> {
		try {
			await work();
		} catch {
			throw new SystemError(this.gone ? 'ENODEV' : 'EINVAL');
		}
		return { result: 0 };
	}

	#submit(pid: number, urb: bigint): IoctlAnswer {
		const words = readMemory(pid, urb, URB.bytes);
		if (words[URB.type] !== URB_CONTROL) throw new SystemError('EINVAL');
		const buffer = words.readBigUInt64LE(URB.buffer);
		const bytes = readMemory(pid, buffer, words.readInt32LE(URB.bufferLength));
		if (bytes.length < SETUP_BYTES) throw new SystemError('EINVAL');
		const transfer = { pid, urb, buffer, status: 0, actual: 0, data: new Uint8Array(0) };
		this.#underWay.set(urb, transfer);
		this.#carryOut(transfer, bytes).then(
			(outcome) => {
				this.#finish(transfer, outcome);
			},
			() => {
				this.#finish(transfer, this.gone ? 'ESHUTDOWN' : 'EPROTO');
			},
		);
		return { result: 0 };
	}

	async #carryOut(transfer: Transfer, bytes: Buffer): Promise<'EPIPE' | undefined> {
		const [kind = 0, request = 0] = bytes;
		const length = bytes.readUInt16LE(6);
		const setup = {
			requestType: (['standard', 'class', 'vendor'] as const)[(kind >> 5) & 3] ?? 'vendor',
			recipient: (['device', 'interface', 'endpoint', 'other'] as const)[kind & 3]!,
			request,
			value: bytes.readUInt16LE(2),
			index: bytes.readUInt16LE(4),
		};
		if (kind & IN) {
			const { status, data } = await this.#device.controlTransferIn(setup, length);
			if (status !== 'ok' || !data) return 'EPIPE';
			transfer.data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
			transfer.actual = data.byteLength;
			return undefined;
		}
		const sent = Uint8Array.from(bytes.subarray(SETUP_BYTES, SETUP_BYTES + length));
		const { status, bytesWritten } = await this.#device.controlTransferOut(setup, sent);
		transfer.actual = bytesWritten;
		return status === 'ok' ? undefined : 'EPIPE';
	}

	#finish(transfer: Transfer, error?: 'EPIPE' | 'EPROTO' | 'ENOENT' | 'ESHUTDOWN'): void {
		if (!this.#underWay.delete(transfer.urb)) return;
		transfer.status = error ? -errno(error) : 0;
		this.#done.push(transfer);
		this.#changed();
	}

	/** Hands out the oldest finished transfer; one that finished before the device left can still be had. */
	#reap({ pid, argument }: IoctlCall, otherwise: 'EAGAIN' | 'ENODEV'): IoctlAnswer {
		const transfer = this.#done.shift();
		if (!transfer) throw new SystemError(this.gone ? 'ENODEV' : otherwise);
		const { urb, buffer, status, actual, data } = transfer;
		writeMemory(transfer.pid, buffer + BigInt(SETUP_BYTES), data);
		const word = Buffer.alloc(4);
		word.writeInt32LE(status);
		writeMemory(transfer.pid, urb + BigInt(URB.status), word);
		word.writeInt32LE(actual);
		writeMemory(transfer.pid, urb + BigInt(URB.actualLength), word);
		const pointer = Buffer.alloc(8);
		pointer.writeBigUInt64LE(urb);
		writeMemory(pid, argument, pointer);
		return { result: 0 };
	}

	#changed(): void {
		for (const go of this.#waiting) go();
		this.#waiting.clear();
		this.wake();
	}

	#more(signal: AbortSignal): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#waiting.add(resolve);
			signal.addEventListener(
				'abort',
				() => {
					this.#waiting.delete(resolve);
					reject(signal.reason as Error);
				},
				{ once: true },
			);
		});
	}
}

const twoWords = (bytes: Buffer): [number, number] => [
	bytes.readUInt32LE(0),
	bytes.readUInt32LE(4),
];
