// The serial console: opens a port at its own rate, remembers what came, sends what is asked. It gives the port to the
// bootloader when a board is connected through it and takes it back afterwards; a port that was unplugged is opened
// again when it is back.
import { Failure, toFailure } from '#core/failure.ts';
import type { SerialPortLike } from '#ports/serial-port.ts';
import { ConsoleLog } from './console-log.ts';
import { ConsolePort, type LineSettings } from './console-port.ts';
import type { Environment } from './environment.ts';

export type ConsoleState =
	| { readonly status: 'closed' }
	| { readonly status: 'opening' }
	| { readonly status: 'open' }
	/** The bootloader has the port; the console opens it again when it is free. */
	| { readonly status: 'lent' }
	/** Unplugged; opened again when it is back. */
	| { readonly status: 'lost' }
	| { readonly status: 'failed'; readonly failure: Failure };

/** Where the port comes from: chosen by the user, the one used last, or a virtual board's. */
export type ConsoleSource =
	| { readonly kind: 'ask' }
	| { readonly kind: 'last' }
	| { readonly kind: 'virtual'; readonly part: string };

type World = Pick<Environment, 'clock' | 'serial' | 'loadVirtualBoards' | 'today'>;

/** The screen is told of new lines no more often than this. */
const TELL_MS = 33;
/** A port that is away is looked for this often. */
const LOOK_MS = 250;
/** Line errors are counted, and told of no more often than this. */
const NOTE_FAULTS_MS = 2000;

export class Console {
	readonly log = new ConsoleLog();
	/** Grows when the log has changed: what is drawn from the log depends on it. */
	revision = $state(0);
	state = $state.raw<ConsoleState>({ status: 'closed' });
	settings = $state.raw<LineSettings>({
		baudRate: 115200,
		dataBits: 8,
		parity: 'none',
		stopBits: 1,
	});
	lines = $state.raw({ dtr: true, rts: true });
	/** Line errors since the port was opened. */
	faults = $state(0);
	readonly #world: World;
	#last: SerialPortLike | undefined;
	/** The port the bootloader has. */
	#taken: unknown;
	#open: ConsolePort | undefined;
	/** Ends what is under way for the port: opening it, or looking for it. */
	#effort = new AbortController();
	#closing: Promise<void> = Promise.resolve();
	/** The attempt to open a port that is under way, if any; never rejects. */
	#attempt: Promise<unknown> = Promise.resolve();
	#telling = false;
	#faultsToldAt = -Infinity;
	constructor(world: World) {
		this.#world = world;
	}

	/** A port is known that can be opened without asking. */
	get known(): boolean {
		return this.#last !== undefined;
	}

	/** Opens a port; the one open before is closed. Call it straight from a click. Never rejects. */
	async open(source: ConsoleSource): Promise<void> {
		if (this.state.status === 'lent') return;
		let port: SerialPortLike | undefined;
		try {
			port = await this.#find(source);
		} catch (error) {
			this.state = { status: 'failed', failure: toFailure(error) };
			return;
		}
		if (!port) return;
		await this.#shut();
		this.#last = port;
		if (port === this.#taken) this.state = { status: 'lent' };
		else await this.#start(port);
	}

	/** Closes the port, or stops waiting for it. */
	async close(): Promise<void> {
		const was = this.state.status;
		await this.#shut();
		this.state = { status: 'closed' };
		if (was === 'open') this.#note('Closed.');
	}

	/** Takes other settings; an open port is opened anew with them, which Web Serial asks for. */
	async change(settings: LineSettings): Promise<void> {
		this.settings = settings;
		const port = this.#open?.port;
		if (!port) return;
		await this.#shut();
		await this.#start(port);
	}

	/** Sends bytes; `shown` stands in the log for them. Never rejects. */
	async send(bytes: Uint8Array, shown: string): Promise<void> {
		if (!this.#open) return;
		this.log.say('sent', shown, this.#now());
		this.#tell();
		await this.#try(this.#open.write(bytes));
	}

	async setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
		this.lines = lines;
		if (this.#open) await this.#try(this.#open.signals(lines));
	}

	async sendBreak(): Promise<void> {
		if (!this.#open) return;
		this.#note('Break sent.');
		await this.#try(this.#open.sendBreak());
	}

	clear(): void {
		this.log.clear();
		this.#tell();
	}

	/** The bootloader is about to open this port: the console lets go of it first, if it has it. */
	async lend(port: unknown): Promise<void> {
		this.#taken = port;
		if (port !== this.#last) return;
		const { status } = this.state;
		if (status === 'closed' || status === 'failed' || status === 'lent') return;
		this.state = { status: 'lent' };
		await this.#shut();
		this.#note('The port is given to the bootloader.');
	}

	/** The bootloader has closed this port. */
	async takeBack(port: unknown): Promise<void> {
		if (this.#taken === port) this.#taken = undefined;
		if (this.state.status !== 'lent' || port !== this.#last || !this.#last) return;
		await this.#start(this.#last);
	}

	async #find(source: ConsoleSource): Promise<SerialPortLike | undefined> {
		const { serial } = this.#world;
		if (source.kind === 'virtual') {
			const boards = await this.#world.loadVirtualBoards();
			return (await boards.running(source.part)).serial;
		}
		if (source.kind === 'last' && this.#last) return this.#last;
		return serial?.request([]);
	}

	async #start(port: SerialPortLike): Promise<void> {
		const effort = (this.#effort = new AbortController());
		this.state = { status: 'opening' };
		await this.#closing;
		try {
			await this.#connect(port, effort.signal);
		} catch (error) {
			if (effort.signal.aborted) return;
			const failure = toFailure(error);
			this.state = { status: 'failed', failure };
		}
	}

	async #connect(port: SerialPortLike, signal: AbortSignal): Promise<void> {
		const attempt = this.#opened(port, signal);
		this.#attempt = attempt.catch(() => undefined);
		await attempt;
	}

	async #opened(port: SerialPortLike, signal: AbortSignal): Promise<void> {
		const held: { open?: ConsolePort } = {};
		let gone = false;
		const mine = (): boolean => held.open === undefined || held.open === this.#open;
		const hooks = {
			clock: this.#world.clock,
			received: (bytes: Uint8Array) => {
				if (!mine()) return;
				this.log.receive(bytes, this.#now());
				this.#tell();
			},
			disturbed: (kind: string) => {
				if (mine()) this.#disturbed(kind);
			},
			lost: () => {
				gone = true;
				if (held.open && mine()) void this.#search(port);
			},
		};
		const open = (held.open = await ConsolePort.open(port, this.settings, hooks, signal));
		if (signal.aborted || gone) {
			await open.close();
			signal.throwIfAborted();
			throw new Failure('wire.lost', {});
		}
		this.#open = open;
		this.faults = 0;
		this.state = { status: 'open' };
		this.#note(`Open at ${settingsText(this.settings)}.`);
		await this.#try(open.signals(this.lines));
	}

	/** Waits for a port that was unplugged: the same one, or one of the same kind of adapter in its place. */
	async #search(port: SerialPortLike): Promise<void> {
		await this.#shut();
		const effort = (this.#effort = new AbortController());
		const { signal } = effort;
		this.state = { status: 'lost' };
		this.#note('Unplugged. It is opened again when it is back.');
		const { clock } = this.#world;
		try {
			for (;;) {
				await clock.sleep(LOOK_MS, signal);
				const candidate = await this.#again(port);
				const failure = await this.#connect(candidate, signal).catch(toFailure);
				signal.throwIfAborted();
				if (!failure) {
					this.#last = candidate;
					return;
				}
			}
		} catch (error) {
			if (!signal.aborted) this.state = { status: 'failed', failure: toFailure(error) };
		}
	}

	/** Chromium makes a new object for an adapter that was plugged in again; what it says about itself stays. */
	async #again(port: SerialPortLike): Promise<SerialPortLike> {
		const listed = (await this.#world.serial?.list().catch(() => [])) ?? [];
		if (listed.includes(port)) return port;
		const { usbVendorId, usbProductId } = port.getInfo();
		const alike = listed.filter((one) => {
			const info = one.getInfo();
			return info.usbVendorId === usbVendorId && info.usbProductId === usbProductId;
		});
		return usbVendorId !== undefined && alike.length === 1 ? alike[0]! : port;
	}

	async #shut(): Promise<void> {
		this.#effort.abort(new DOMException('Given up.', 'AbortError'));
		const open = this.#open;
		this.#open = undefined;
		if (open) this.#closing = open.close();
		await Promise.all([this.#closing, this.#attempt]);
	}

	/** What a port that is open did not do is told in the log; that it is gone is noticed by its reader. */
	async #try(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			const { message } = toFailure(error);
			this.#note(message);
		}
	}

	#disturbed(kind: string): void {
		this.faults++;
		const now = this.#world.clock.now();
		if (now - this.#faultsToldAt < NOTE_FAULTS_MS) return;
		this.#faultsToldAt = now;
		this.#note(`${faultTexts[kind] ?? 'The line failed.'} Is the baud rate right?`);
	}

	#note(text: string): void {
		this.log.say('note', text, this.#now());
		this.#tell();
	}

	#now(): number {
		return Date.parse(this.#world.today());
	}

	#tell(): void {
		if (this.#telling) return;
		this.#telling = true;
		void this.#world.clock.sleep(TELL_MS, new AbortController().signal).then(() => {
			this.#telling = false;
			this.revision++;
		});
	}
}

const faultTexts: Readonly<Record<string, string>> = {
	ParityError: 'A byte came with the wrong parity.',
	FramingError: 'A byte came without its stop bit.',
	BreakError: 'The board sent a break.',
	BufferOverrunError: 'Bytes came faster than they were taken; some are lost.',
};

const parityLetters = { none: 'N', even: 'E', odd: 'O' } as const;

/** "115,200 baud 8N1" */
export const settingsText = ({ baudRate, dataBits, parity, stopBits }: LineSettings): string =>
	`${baudRate.toLocaleString('en-US')} baud ${dataBits}${parityLetters[parity]}${stopBits}`;
