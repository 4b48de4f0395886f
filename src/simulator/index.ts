// A virtual board: memory, an AN3155 ROM behind a serial adapter, a DfuSe ROM on USB, a reset pin and a plug.
// Written from ST's documents alone; it shares no line with the protocol clients it stands against.
import type { Device } from '#core/device.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import { Application, APPLICATION_BAUD } from './application.ts';
import { Board } from './board.ts';
import { DfuRom, type DfuHost } from './dfu-rom.ts';
import { Script, type MischiefEntry } from './mischief.ts';
import { defaultQuirks, Oddities, type Quirks, type SimulateOptions } from './options.ts';
import { PlainDfu } from './plain-dfu.ts';
import type { Run } from './receiver.ts';
import { SimulatedSerialPort } from './serial-port.ts';
import { UsbEvent, type SimulatedBoard } from './simulated-board.ts';
import { TroubledLine } from './troubled-line.ts';
import { UartRom, type UartHost } from './uart-rom.ts';
import { Talk } from './uart-talk.ts';
import { describeDfu } from './usb-descriptors.ts';
import { SimulatedUsbDevice, type DfuFunction } from './usb-device.ts';

export { UsbEvent, type SimulatedBoard };

/** Builds a board that has just been powered up. @throws RangeError for a layout the device does not have. */
export function simulate(options: SimulateOptions): SimulatedBoard {
	return new Machine(options);
}

/** From reset to a listening USART (AN2606 timing tables: 0.06 to 6 ms without a clock search). */
const START_UP_MS = 2;
const BANNER_BAUD = 115200;
const BANNER_BYTE_MS = (10 * 1000) / BANNER_BAUD;
/** The ROM a board bought today would have. */
const newestRom = ({ bootloader }: Device): number | undefined =>
	bootloader.versions.findLast(({ id }) => id !== undefined)?.id;

class Machine implements SimulatedBoard {
	readonly board: Board;
	readonly serial: SimulatedSerialPort;
	readonly usbBus = new EventTarget();
	mode: SimulatedBoard['mode'] = 'off';
	runs: number | undefined;
	readonly oddities = new Oddities();
	readonly #options: SimulateOptions;
	readonly #quirks: Quirks;
	readonly #script: Script;
	#life = new AbortController();
	#owner: 'uart' | 'usb' | undefined;
	#talk: Talk | undefined;
	#application: Application | undefined;
	readonly #line: TroubledLine;
	#usb: SimulatedUsbDevice;
	#resetHeld = false;
	#lines = { dtr: false, rts: false };
	/** What the ROM found when power came up. */
	#empty = false;
	/** A program was jumped to, there: no boot pin is asked. */
	#started: number | undefined;

	constructor(options: SimulateOptions) {
		const { device, layout: wanted, clock } = options;
		const layout = device.layouts.find((each) => wanted === undefined || each.id === wanted);
		if (!layout) throw new RangeError(`no layout ${wanted}`);
		this.#options = options;
		this.#quirks = { ...defaultQuirks, ...options.quirks };
		this.#script = new Script(options.mischief ?? []);
		this.board = new Board({
			device,
			layout,
			clock,
			content: options.content ?? [],
			flashTime: options.flashTime ?? 'typical',
			bootloaderId: options.bootloaderId ?? newestRom(device) ?? 0x91,
			uniqueId: options.uniqueId ?? Uint8Array.from('SECTORWISE01', (c) => c.charCodeAt(0)),
		});
		this.serial = new SimulatedSerialPort({
			clock,
			adapter: { latencyMs: 1, outMs: 0.25, ...options.adapter },
			transmit: (run, format) => {
				if (this.#application) this.#application.arrive(run, format);
				else this.#line.fromHost(run, format, this.#talk);
			},
			signals: (lines) => {
				this.#signals(lines);
			},
		});
		this.#line = new TroubledLine(this.#script, clock, this.serial, () => {
			this.unplug();
		});
		this.#empty = this.#isEmpty();
		this.#usb = this.#powerUp(this.#bootMode());
	}

	get usb(): UsbDeviceLike {
		return this.#usb;
	}

	get frames(): number {
		return this.#script.frames;
	}

	get overruns(): number {
		return this.#talk?.lost ?? 0;
	}

	unplug(): void {
		if (this.mode === 'off') return;
		this.#powerDown('off');
		this.serial.unplug();
	}

	replug(): void {
		if (this.mode !== 'off') return;
		this.serial.plug();
		this.#empty = this.#isEmpty();
		if (this.#resetHeld) this.mode = 'reset';
		else this.#boot(this.#bootMode());
	}

	reset(into: 'bootloader' | 'application'): void {
		if (this.mode === 'off') return;
		this.#powerDown('reset');
		this.#boot(into);
	}

	#powerDown(mode: 'reset' | 'off'): void {
		this.mode = mode;
		this.runs = undefined;
		this.#talk = undefined;
		this.#application = undefined;
		this.#owner = undefined;
		this.#life.abort(new DOMException('The chip was reset.', 'AbortError'));
		this.#leaveBus();
	}

	#boot(into: 'bootloader' | 'application'): void {
		this.#usb = this.#powerUp(into);
		if (this.#usb.connected) this.usbBus.dispatchEvent(new UsbEvent('connect', this.#usb));
	}

	/** AN2606: parts with an empty check start their ROM until power comes up on a flash that is not empty. */
	#emptyCheck(into: 'bootloader' | 'application'): 'bootloader' | 'application' {
		const empty = this.#quirks.emptyCheck && this.#empty && this.#started === undefined;
		if (empty && into === 'application') this.oddities.strike('emptyCheck');
		return empty ? 'bootloader' : into;
	}

	#isEmpty(): boolean {
		const start = this.board.sectors[0]?.range.start;
		if (start === undefined) return false;
		return this.board.peek({ start, end: start + 4 }).every((byte) => byte === 0xff);
	}

	#leaveBus(): void {
		if (!this.#usb.connected) return;
		this.#usb.disconnect();
		this.usbBus.dispatchEvent(new UsbEvent('disconnect', this.#usb));
	}

	/** Starts what the boot pins choose. Returns the device that USB will show, which may be on no bus. */
	#powerUp(wanted: 'bootloader' | 'application'): SimulatedUsbDevice {
		this.#life = new AbortController();
		this.board.reloadOptionBytes();
		const base = this.#started ?? this.board.bootBase;
		const none = base === undefined && this.board.sectors.length > 0;
		const into = none ? 'bootloader' : this.#emptyCheck(wanted);
		const { device } = this.board;
		// RM0090 3.7.3: at level 2 the ROM cannot be entered.
		const rom = into === 'bootloader' && this.board.readoutProtection < 2;
		this.mode = rom ? 'bootloader' : 'application';
		if (rom && device.bootloader.uart) this.#startUart();
		if (!rom) this.#greet(base);
		const usb = new SimulatedUsbDevice(
			{
				clock: this.#options.clock,
				bus: this.#options.bus ?? 'fs1ms',
				trouble: () => this.#usbTrouble(),
			},
			this.#dfu(rom),
		);
		const shown = rom ? device.bootloader.dfu : this.#quirks.usb === 'runtime';
		if (!shown) usb.disconnect();
		return usb;
	}

	#startUart(): void {
		const { clock, processingUs = 2 } = this.#options;
		const { signal } = this.#life;
		const { parity, maximumBaud = Infinity } = this.board.device.bootloader;
		this.#talk = new Talk({
			clock,
			signal,
			startedAt: clock.now() + START_UP_MS,
			processingMs: processingUs / 1000,
			parity,
			maximumBaud,
			answer: (run) => this.#line.toHost(run, signal),
		});
		const host: UartHost = {
			board: this.board,
			clock,
			quirks: this.#quirks,
			oddities: this.oddities,
			claim: () => this.#claim('uart'),
			start: (address) => {
				this.#start(address);
			},
			reset: () => {
				this.reset('bootloader');
			},
		};
		void new UartRom(host, this.#talk, signal).run();
	}

	#dfu(rom: boolean): DfuFunction {
		// A run-time interface belongs to the application; what it detaches into is ST's ROM.
		const kind = rom && this.#quirks.usb === 'runtime' ? 'dfuse' : this.#quirks.usb;
		const description = describeDfu(this.board, { ...this.#quirks, usb: kind });
		const host: DfuHost = {
			board: this.board,
			clock: this.#options.clock,
			quirks: this.#quirks,
			oddities: this.oddities,
			claim: () => this.#claim('usb'),
			start: (address) => {
				this.#start(address);
			},
			reset: () => {
				this.reset('bootloader');
			},
		};
		return kind === 'dfuse'
			? new DfuRom(host, description, this.#life.signal)
			: new PlainDfu(host, description, this.#life.signal);
	}

	/** AN2606: the ROM listens on all interfaces and keeps to the first that speaks. */
	#claim(owner: 'uart' | 'usb'): boolean {
		if (this.mode !== 'bootloader') return true;
		this.#owner ??= owner;
		return this.#owner === owner;
	}

	#start(address: number): void {
		this.board.start(address);
		this.#powerDown('reset');
		this.#started = address;
		this.#boot('application');
		this.#started = undefined;
	}

	#greet(base: number | undefined): void {
		const { banner, clock, application } = this.#options;
		this.runs = base;
		if (application && base !== undefined) {
			const send = (run: Run): void => {
				this.serial.receive(run, APPLICATION_BAUD);
			};
			const host = { board: this.board, clock, base, send };
			this.#application = new Application(host, application, this.#life.signal);
			void this.#application.run();
		}
		if (!banner) return;
		const bytes = Uint8Array.from(banner, (letter) => letter.charCodeAt(0));
		const at = clock.now() + START_UP_MS;
		this.serial.receive({ bytes, at, byteMs: BANNER_BYTE_MS }, BANNER_BAUD);
	}

	/** A glitch on the line while the port is opened looks like a byte to the ROM. */
	#disturb(): void {
		const format = { baudRate: BANNER_BAUD, parity: 'none', dataBits: 8, stopBits: 1 } as const;
		const run = { bytes: Uint8Array.of(0), at: this.#options.clock.now(), byteMs: BANNER_BYTE_MS };
		this.oddities.strike('strayByte');
		this.#talk?.arrive(run, format);
	}

	#usbTrouble(): MischiefEntry | undefined {
		const trouble = this.#script.next();
		if (trouble?.kind === 'unplug') this.unplug();
		return trouble;
	}

	#bootMode(): 'bootloader' | 'application' {
		const wire = this.#options.wiring?.boot0;
		const high = wire ? this.#lines[wire.line] === wire.when : (this.#options.boot0 ?? true);
		return high ? 'bootloader' : 'application';
	}

	/** NRST holds the chip while it is low; BOOT0 is sampled when it is let go (AN2606 3.1). */
	#signals(lines: { readonly dtr: boolean; readonly rts: boolean }): void {
		const opened = lines.dtr && lines.rts && !this.#lines.dtr && !this.#lines.rts;
		this.#lines = lines;
		if (opened && this.#quirks.strayByte) this.#disturb();
		const wire = this.#options.wiring?.nrst;
		if (!wire) return;
		const held = lines[wire.line] === wire.when;
		const was = this.#resetHeld;
		this.#resetHeld = held;
		if (this.mode === 'off' || held === was) return;
		if (held) this.#powerDown('reset');
		else this.#boot(this.#bootMode());
	}
}
