// A simulated USB device in the shape of WebUSB's USBDevice (https://wicg.github.io/webusb/), refusing what Chromium
// refuses: nothing works before open, selectConfiguration and claimInterface. Behind it is a DFU function.
import type { Clock } from '#ports/clock.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { corrupted, type MischiefEntry } from './mischief.ts';
import { descriptor, type DfuDescription } from './usb-descriptors.ts';

/** A class request on the DFU interface (DFU 1.1 table 3.2). */
export interface ClassRequest {
	readonly request: number;
	readonly value: number;
	/** Bytes of the data stage: those sent, or room for those asked for. */
	readonly data: Uint8Array | { readonly length: number };
}

export interface DfuFunction {
	readonly description: DfuDescription;
	/** Answers with the bytes of an IN data stage (empty for OUT), or stalls. Never resolves once it hangs. */
	request(request: ClassRequest): Promise<Uint8Array | 'stall'>;
	/** SET_INTERFACE. */
	select(alternate: number): void;
	/** USB bus reset. */
	busReset(): void;
	/** Mischief: go to dfuERROR, or stay busy for so many milliseconds. */
	upset(how: 'error' | number): void;
}

export interface UsbHost {
	readonly clock: Clock;
	readonly bus: 'fs1ms' | 'xhci';
	/** What befalls the next control transfer. May unplug the device before it returns. */
	trouble(): MischiefEntry | undefined;
}

/** 64-byte packets of a control transfer that fit a full-speed frame (USB 2.0 table 5-3). */
const PACKETS_PER_MS = 13;
const PACKET_BYTES = 64;
/** Calibrated so that DNLOAD of 2048 bytes and GETSTATUS take 5 ms together, as a public log of an F745 shows. */
const XHCI_TRANSFER_MS = 1.23;

/** How far a host has got; each level needs the ones before. */
const levels = ['connected', 'opened', 'configured', 'claimed'] as const;
type Level = (typeof levels)[number];

export class SimulatedUsbDevice implements UsbDeviceLike {
	readonly vendorId: number;
	readonly productId: number;
	readonly deviceVersionMajor: number;
	readonly deviceVersionMinor: number;
	readonly deviceVersionSubminor: number;
	readonly manufacturerName: string;
	readonly productName: string;
	readonly serialNumber: string;
	readonly configurations: USBConfiguration[];
	configuration: USBConfiguration | null = null;
	opened = false;
	readonly #host: UsbHost;
	readonly #dfu: DfuFunction;
	readonly #gone = new AbortController();
	#claimed = false;
	#alternate = 0;
	#silent = false;

	constructor(host: UsbHost, dfu: DfuFunction) {
		this.#host = host;
		this.#dfu = dfu;
		const { identity } = dfu.description;
		this.vendorId = identity.vendorId;
		this.productId = identity.productId;
		this.deviceVersionMajor = identity.release >> 8;
		this.deviceVersionMinor = (identity.release >> 4) & 0xf;
		this.deviceVersionSubminor = identity.release & 0xf;
		this.manufacturerName = identity.manufacturer;
		this.productName = identity.product;
		this.serialNumber = identity.serial;
		this.configurations = [this.#describe()];
	}

	/** What a host reads when the device appears on its bus. */
	get description(): DfuDescription {
		return this.#dfu.description;
	}

	get connected(): boolean {
		return !this.#gone.signal.aborted;
	}

	/** The device leaves the bus for good: what is under way fails, and so does all that follows. */
	disconnect(): void {
		this.opened = false;
		this.#claimed = false;
		this.#gone.abort(new DOMException('A transfer error has occurred.', 'NetworkError'));
	}

	open(): Promise<void> {
		return this.#allowed('connected', () => {
			this.opened = true;
		});
	}

	close(): Promise<void> {
		return this.#allowed('connected', () => {
			this.opened = false;
			this.#claimed = false;
		});
	}

	async reset(): Promise<void> {
		this.#ensure('opened');
		await this.#host.clock.sleep(50, this.#gone.signal); // USB 2.0 7.1.7.5
		this.#dfu.busReset();
	}

	selectConfiguration(value: number): Promise<void> {
		return this.#allowed('opened', () => {
			const found = this.configurations.find((each) => each.configurationValue === value);
			if (!found) throw new DOMException('No such configuration.', 'NotFoundError');
			this.configuration = found;
		});
	}

	claimInterface(number: number): Promise<void> {
		return this.#allowed('configured', () => {
			this.#known(number);
			this.#claimed = true;
		});
	}

	releaseInterface(number: number): Promise<void> {
		return this.#allowed('configured', () => {
			this.#known(number);
			this.#claimed = false;
		});
	}

	async selectAlternateInterface(number: number, alternate: number): Promise<void> {
		this.#ensure('claimed');
		this.#known(number);
		if (!(alternate in this.#dfu.description.interfaceNames)) {
			throw new DOMException('No such alternate setting.', 'NotFoundError');
		}
		await this.#stages(2, 0);
		this.#alternate = alternate;
		this.#dfu.select(alternate);
	}

	async controlTransferIn(
		setup: USBControlTransferParameters,
		length: number,
	): Promise<USBInTransferResult> {
		const result = await this.#transfer(setup, { length });
		if (result === 'stall') return { status: 'stall' };
		const bytes = result.slice(0, length);
		return { status: 'ok', data: new DataView(bytes.buffer) };
	}

	async controlTransferOut(
		setup: USBControlTransferParameters,
		data?: BufferSource,
	): Promise<USBOutTransferResult> {
		const bytes = copyOf(data);
		const result = await this.#transfer(setup, bytes);
		if (result === 'stall') return { status: 'stall', bytesWritten: 0 };
		return { status: 'ok', bytesWritten: bytes.length };
	}

	async #transfer(
		setup: USBControlTransferParameters,
		data: ClassRequest['data'],
	): Promise<Uint8Array | 'stall'> {
		this.#ensure('configured');
		if (setup.recipient === 'interface') {
			this.#known(setup.index & 0xff);
			this.#ensure('claimed');
		}
		const trouble = this.#host.trouble();
		await this.#befall(trouble);
		const out = data instanceof Uint8Array;
		const spoil = trouble?.kind === 'corrupt';
		const block = out && spoil && setup.request === 1 && setup.value > 1;
		await this.#stages(data.length > 0 ? 2 : 1, out ? data.length : 0);
		if (trouble?.kind === 'stall') return 'stall';
		const answer = await this.#until(this.#answer(setup, block ? corrupted(data) : data));
		if (answer !== 'stall') await this.#stages(1, answer.length);
		if (trouble?.kind === 'drop-answer') throw transferError();
		return spoil && !out && answer !== 'stall' ? corrupted(answer) : answer;
	}

	/** Trouble that strikes before the device sees the request. */
	async #befall(trouble: MischiefEntry | undefined): Promise<void> {
		this.#gone.signal.throwIfAborted();
		if (trouble?.kind === 'silence') this.#silent = true;
		if (this.#silent) await this.#until(new Promise<never>(() => undefined));
		if (trouble?.kind === 'drop') {
			await this.#stages(1, 0);
			throw transferError();
		}
		if (trouble?.kind === 'error') this.#dfu.upset('error');
		if (trouble?.kind === 'busy') this.#dfu.upset(trouble.ms ?? Infinity);
	}

	async #answer(
		setup: USBControlTransferParameters,
		data: ClassRequest['data'],
	): Promise<Uint8Array | 'stall'> {
		const { requestType, recipient, request, value } = setup;
		if (requestType === 'class' && recipient === 'interface') {
			return this.#dfu.request({ request, value, data });
		}
		const lone = request === 6 && value >> 8 === 0x21;
		if (lone && this.#dfu.description.loneDescriptor === 'hangs') return NEVER;
		// USB 2.0 9.4: GET_DESCRIPTOR of the device. A lone request for the functional descriptor stalls.
		if (requestType !== 'standard' || recipient !== 'device' || request !== 6) return 'stall';
		const bytes = descriptor(this.#dfu.description, value >> 8, value & 0xff);
		return bytes?.slice(0, data.length) ?? 'stall';
	}

	/** Time of so many control stages with this much data. */
	async #stages(count: number, bytes: number): Promise<void> {
		const packets = Math.ceil(bytes / PACKET_BYTES) / PACKETS_PER_MS;
		const ms =
			this.#host.bus === 'xhci'
				? (count * XHCI_TRANSFER_MS) / 3 + packets
				: count + Math.max(0, Math.ceil(packets) - 1);
		await this.#host.clock.sleep(ms, this.#gone.signal);
	}

	#until<T>(work: Promise<T>): Promise<T> {
		const { signal } = this.#gone;
		return new Promise((resolve, reject) => {
			const leave = (): void => {
				reject(signal.reason as Error);
			};
			if (signal.aborted) leave();
			signal.addEventListener('abort', leave, { once: true });
			work.then(resolve, reject).finally(() => {
				signal.removeEventListener('abort', leave);
			});
		});
	}

	#allowed(level: Level, action: () => void): Promise<void> {
		return new Promise((resolve) => {
			this.#ensure(level);
			action();
			resolve();
		});
	}

	#known(interfaceNumber: number): void {
		if (interfaceNumber !== 0) throw new DOMException('No such interface.', 'NotFoundError');
	}

	/** The checks of Chromium's usb_device.cc, in its order and with its error names. */
	#ensure(level: Level): void {
		if (this.#gone.signal.aborted) {
			throw new DOMException('The device was disconnected.', 'NotFoundError');
		}
		const depth = levels.indexOf(level);
		const invalid = (message: string): DOMException =>
			new DOMException(message, 'InvalidStateError');
		if (depth >= 1 && !this.opened) throw invalid('The device must be opened first.');
		if (depth >= 2 && !this.configuration) {
			throw invalid('The device must have a configuration selected.');
		}
		if (depth >= 3 && !this.#claimed) {
			throw invalid('The specified interface has not been claimed.');
		}
	}

	#describe(): USBConfiguration {
		const { interfaceNames, protocol } = this.#dfu.description;
		const alternates = interfaceNames.map((_, alternateSetting) => ({
			alternateSetting,
			interfaceClass: 0xfe,
			interfaceSubclass: 0x01,
			interfaceProtocol: protocol,
			// Chromium gives no names for alternates (https://crbug.com/727819): they must be asked for.
			interfaceName: null,
			endpoints: [],
		}));
		const current = (): USBAlternateInterface => alternates[this.#alternate]!;
		const claimed = (): boolean => this.#claimed;
		const dfu: USBInterface = {
			interfaceNumber: 0,
			alternates,
			get alternate() {
				return current();
			},
			get claimed() {
				return claimed();
			},
		};
		return { configurationValue: 1, configurationName: null, interfaces: [dfu] };
	}
}

const NEVER = new Promise<never>(() => undefined);

function copyOf(data: BufferSource | undefined): Uint8Array {
	if (!data) return new Uint8Array(0);
	if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
	const view = data as ArrayBufferView;
	return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}

const transferError = (): DOMException =>
	new DOMException('A transfer error has occurred.', 'NetworkError');
