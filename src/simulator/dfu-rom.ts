// The ROM's USB loader: the state machine of DFU 1.1 (appendix A.2) with ST's DfuSe commands (AN3156 chapters 3 to
// 5, UM0424 4.3). A download is only stored; the GETSTATUS that follows carries it out. It is single threaded.
import { includes } from '#core/range.ts';
import { parseMemoryString } from '#core/memory-string.ts';
import type { Clock } from '#ports/clock.ts';
import type { Board } from './board.ts';
import { ABORT, CLRSTATUS, DNLOAD, GETSTATE, GETSTATUS, UPLOAD } from './dfu-states.ts';
import { states, statusBytes, type State, type Status } from './dfu-states.ts';
import {
	erasing,
	massErasing,
	refusal,
	unprotecting,
	writing,
	type Operation,
	type Workplace,
} from './dfu-work.ts';
import type { Oddities, Quirks } from './options.ts';
import { announced, erasePollMs, SET_ADDRESS_POLL_MS } from './poll-timeouts.ts';
import type { DfuDescription } from './usb-descriptors.ts';
import type { ClassRequest, DfuFunction } from './usb-device.ts';

/** AN3156 4: what Get Commands lists; they travel in block 0. */
const GET_COMMANDS = 0x00;
const SET_ADDRESS = 0x21;
const ERASE = 0x41;
const READ_UNPROTECT = 0x92;
/** AN3156 4.2 and 5.1: block 0 is for commands, 1 is reserved, data begin at 2. */
const FIRST_DATA_BLOCK = 2;

/** What the ROM needs of the board around it. */
export interface DfuHost {
	readonly board: Board;
	readonly clock: Clock;
	readonly quirks: Quirks;
	readonly oddities: Oddities;
	/** First class request: this interface has the ROM now. False when another one has. */
	claim(): boolean;
	/** Leaves the bus and starts a program. */
	start(address: number): void;
	/** Leaves the bus and resets the chip. */
	reset(): void;
}

export class DfuRom implements DfuFunction {
	readonly description: DfuDescription;
	readonly #host: DfuHost;
	readonly #signal: AbortSignal;
	#state: State = 'dfuIDLE';
	#status: Status = 'OK';
	#alternate = 0;
	#pointer: number;
	#stored: { readonly block: number; readonly data: Uint8Array } | undefined;
	/** Flash work under way; nothing else is looked at before it is over. */
	#work: Promise<void> | undefined;
	#pollDue = 0;
	#stuckUntil = 0;
	/** Status requests of the operation under way that are still to be stalled. */
	#stallsLeft = 0;

	constructor(host: DfuHost, description: DfuDescription, signal: AbortSignal) {
		this.#host = host;
		this.description = description;
		this.#signal = signal;
		this.#pointer = host.board.sectors[0]?.range.start ?? 0;
		if (!host.quirks.startInError) return;
		host.oddities.strike('startInError');
		this.#fail('errFIRMWARE');
	}

	select(alternate: number): void {
		this.#alternate = alternate;
	}

	busReset(): void {
		this.#enter('dfuIDLE');
	}

	upset(how: 'error' | number): void {
		if (how === 'error') this.#fail('errUNKNOWN');
		else this.#stuckUntil = this.#host.clock.now() + how;
	}

	async request({ request, value, data }: ClassRequest): Promise<Uint8Array | 'stall'> {
		if (!this.#host.claim()) return new Promise(() => undefined);
		const { earlyPoll, stallsWhileBusy } = this.#host.quirks;
		const held = request !== GETSTATUS || (earlyPoll === 'held' && stallsWhileBusy === 0);
		if (this.#work && held) await this.#work;
		switch (request) {
			case DNLOAD:
				return this.#download(value, data instanceof Uint8Array ? data : new Uint8Array(0));
			case UPLOAD:
				return this.#upload(value, data.length);
			case GETSTATUS:
				return this.#getStatus();
			case CLRSTATUS:
				return this.#clearStatus();
			case GETSTATE:
				return Uint8Array.of(states.indexOf(this.#state));
			case ABORT:
				return this.#abort();
			default:
				return this.#stall();
		}
	}

	#download(block: number, data: Uint8Array): Uint8Array | 'stall' {
		if (this.#state !== 'dfuIDLE' && this.#state !== 'dfuDNLOAD-IDLE') return this.#stall();
		if (data.length > this.description.transferSize) return this.#stall();
		if (data.length === 0) {
			// AN3156 5.4: leave. Possible from both idle states.
			this.#state = 'dfuMANIFEST-SYNC';
			if (this.#host.quirks.leave === 'at-once') void this.#departure();
			return new Uint8Array(0);
		}
		if (block > 0 && block < FIRST_DATA_BLOCK) return this.#stall();
		this.#stored = { block, data };
		this.#state = 'dfuDNLOAD-SYNC';
		return new Uint8Array(0);
	}

	#upload(block: number, length: number): Uint8Array | 'stall' {
		const { board, quirks } = this.#host;
		if (this.#state !== 'dfuIDLE' && this.#state !== 'dfuUPLOAD-IDLE') return this.#stall();
		if (length === 0 || length > this.description.transferSize) return this.#stall();
		if (block === 0) {
			// AN3156 4.1
			const commands = Uint8Array.of(GET_COMMANDS, SET_ADDRESS, ERASE, READ_UNPROTECT);
			this.#state = length > commands.length ? 'dfuIDLE' : 'dfuUPLOAD-IDLE';
			return commands.slice(0, length);
		}
		if (block < FIRST_DATA_BLOCK) return this.#stall();
		const start = this.#addressOf(block);
		const closed = board.readoutProtection > 0 && board.kindAt(start) !== 'option-bytes';
		if (closed && quirks.protection === 'refuses') return this.#stall('errVENDOR');
		const bytes = this.#reaches(start) ? board.read({ start, end: start + length }) : undefined;
		if (!bytes) return this.#stall('errADDRESS');
		this.#state = 'dfuUPLOAD-IDLE';
		return closed ? bytes.fill(0xff) : bytes;
	}

	async #getStatus(): Promise<Uint8Array | 'stall'> {
		const now = this.#host.clock.now();
		if (this.#state === 'dfuDNLOAD-SYNC') {
			const operation = this.#decode();
			this.#state = 'dfuDNBUSY';
			this.#pollDue = now + operation.pollMs;
			this.#stallsLeft = this.#host.quirks.stallsWhileBusy;
			this.#work = this.#carryOut(operation);
			return this.#busy(operation.pollMs);
		}
		if (this.#state === 'dfuDNBUSY') {
			const { earlyPoll } = this.#host.quirks;
			if (earlyPoll === 'stall' && now < this.#pollDue) return this.#stall();
			if (this.#work && this.#stallsLeft-- > 0) {
				this.#host.oddities.strike('stallsWhileBusy');
				return 'stall';
			}
			if (this.#work && earlyPoll === 'busy') return this.#stillBusy();
			if (this.#work) await this.#work;
			if (this.#host.clock.now() < this.#stuckUntil) return this.#stillBusy();
			this.#state = this.#status === 'OK' ? 'dfuDNLOAD-IDLE' : 'dfuERROR';
		}
		if (this.#state === 'dfuMANIFEST-SYNC') {
			this.#state = 'dfuMANIFEST';
			return this.#departure();
		}
		return statusBytes(this.#status, this.#state, 0);
	}

	/** DFU 1.1 lets CLRSTATUS be sent in dfuERROR only; elsewhere ST's ROMs go there with errUNKNOWN. */
	#clearStatus(): Uint8Array | 'stall' {
		this.#stuckUntil = 0;
		if (this.#host.quirks.strictClear && this.#state !== 'dfuERROR') {
			this.#host.oddities.strike('strictClear');
			return this.#stall();
		}
		if (this.#state === 'dfuERROR') this.#enter('dfuIDLE');
		else this.#fail('errUNKNOWN');
		return new Uint8Array(0);
	}

	#abort(): Uint8Array | 'stall' {
		const idle = [
			'dfuIDLE',
			'dfuDNLOAD-SYNC',
			'dfuDNLOAD-IDLE',
			'dfuMANIFEST-SYNC',
			'dfuUPLOAD-IDLE',
		];
		if (!idle.includes(this.#state)) return this.#stall();
		this.#enter('dfuIDLE');
		return new Uint8Array(0);
	}

	/** What the stored download asks for, refusals included. */
	#decode(): Operation {
		const { block, data } = this.#stored ?? { block: 0, data: new Uint8Array(0) };
		this.#stored = undefined;
		const at = this.#workplace();
		if (block >= FIRST_DATA_BLOCK) {
			const address = this.#addressOf(block);
			return this.#unreached(address) ?? writing(at, address, data);
		}
		const view = new DataView(data.buffer);
		const address = data.length === 5 ? view.getUint32(1, true) : undefined;
		if (data[0] === SET_ADDRESS && address !== undefined) return this.#pointing(address);
		if (data[0] === ERASE && address !== undefined)
			return this.#unreached(address) ?? erasing(at, address);
		if (data[0] === ERASE && data.length === 1) return massErasing(at);
		if (data[0] === READ_UNPROTECT && data.length === 1) return unprotecting(at);
		return refusal('errSTALLEDPKT');
	}

	#pointing(address: number): Operation {
		const { board, quirks } = this.#host;
		if (board.readoutProtection > 0 && quirks.protection === 'refuses') return refusal('errVENDOR');
		if (!this.#reaches(address)) return refusal('errTARGET');
		return {
			pollMs: SET_ADDRESS_POLL_MS,
			run: () => {
				this.#pointer = address;
				return Promise.resolve('OK');
			},
		};
	}

	/** Protection is told first, then that an address is no memory of this alternate setting. */
	#unreached(address: number): Operation | undefined {
		if (this.#reaches(address)) return undefined;
		return refusal(this.#host.board.readoutProtection > 0 ? 'errVENDOR' : 'errTARGET');
	}

	#workplace(): Workplace {
		const { board, quirks } = this.#host;
		const stick = (): void => {
			this.#host.oddities.strike('stuckAfterBank');
			this.#stuckUntil = Infinity;
		};
		return { board, quirks, signal: this.#signal, stick };
	}

	async #carryOut(operation: Operation): Promise<void> {
		try {
			const outcome = await operation.run();
			if (outcome === 'reset') this.#host.reset();
			else if (this.#state === 'dfuDNBUSY') this.#status = outcome;
		} catch (error) {
			if (!this.#signal.aborted) throw error;
			// Power or reset ended it; nobody is left to ask.
			await new Promise(() => undefined);
		} finally {
			this.#work = undefined;
		}
	}

	/** What is said last; nothing, where the ROM is gone before it answers. */
	#departure(): Uint8Array | Promise<never> {
		const { quirks, oddities } = this.#host;
		void this.#leave();
		if (quirks.leave === 'answers') return statusBytes(this.#status, this.#state, 0);
		oddities.strike('leave');
		if (quirks.leave !== 'stays-idle') return new Promise<never>(() => undefined);
		return statusBytes('OK', 'dfuDNLOAD-IDLE', 0);
	}

	#busy(pollMs: number): Uint8Array {
		const { pollTimeout } = this.#host.quirks;
		if (pollTimeout !== 'usual') this.#host.oddities.strike('pollTimeout');
		return statusBytes('OK', 'dfuDNBUSY', announced(pollMs, pollTimeout));
	}

	/** AN3156 5.4: the answer goes out, then the device leaves the bus and the program starts. */
	async #leave(): Promise<void> {
		const { clock, board } = this.#host;
		const address = board.executable(this.#pointer) ? this.#pointer : board.sectors[0]!.range.start;
		await clock.sleep(LEAVE_MS, this.#signal).catch(() => undefined);
		if (!this.#signal.aborted) this.#host.start(address);
	}

	#stillBusy(): Uint8Array {
		return this.#busy(erasePollMs(this.#host.board.device));
	}

	#addressOf(block: number): number {
		return this.#pointer + (block - FIRST_DATA_BLOCK) * this.description.transferSize;
	}

	/** The current alternate setting covers the address; the first one also reaches RAM and the identity registers. */
	#reaches(address: number): boolean {
		const { board } = this.#host;
		const text = this.description.interfaceNames[this.#alternate] ?? '';
		const inside = (parseMemoryString(text)?.groups ?? []).some((group) => {
			const size = group.runs.reduce((sum, run) => sum + run.count * run.size, 0);
			return includes({ start: group.address, end: group.address + size }, address);
		});
		if (inside || this.#alternate !== 0) return inside;
		const kind = board.kindAt(address);
		const known = kind === undefined || kind === 'ram' || kind === 'system';
		return known && board.read({ start: address, end: address + 1 }) !== undefined;
	}

	#stall(status: Status = 'errSTALLEDPKT'): 'stall' {
		this.#fail(status);
		return 'stall';
	}

	#fail(status: Status): void {
		this.#state = 'dfuERROR';
		this.#status = status;
	}

	#enter(state: State): void {
		this.#state = state;
		this.#status = 'OK';
		this.#stored = undefined;
	}
}

/** Time in which the last status stage still reaches the host; assumed. */
const LEAVE_MS = 5;
