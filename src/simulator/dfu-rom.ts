// The ROM's USB loader: the state machine of DFU 1.1 (appendix A.2) with ST's DfuSe commands (AN3156 chapters 3 to
// 5, UM0424 4.3). A download is only stored; the GETSTATUS that follows carries it out. It is single threaded.
import { includes, type Range } from '#core/range.ts';
import { parseMemoryString } from '#core/memory-string.ts';
import type { Clock } from '#ports/clock.ts';
import type { Board } from './board.ts';
import { ABORT, CLRSTATUS, DNLOAD, GETSTATE, GETSTATUS, UPLOAD } from './dfu-states.ts';
import { states, statusBytes, type State, type Status } from './dfu-states.ts';
import type { Quirks } from './options.ts';
import { erasePollMs, SET_ADDRESS_POLL_MS, writePollMs } from './poll-timeouts.ts';
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
	/** First class request: this interface has the ROM now. False when another one has. */
	claim(): boolean;
	/** Leaves the bus and starts a program. */
	start(address: number): void;
	/** Leaves the bus and resets the chip. */
	reset(): void;
}

interface Operation {
	readonly pollMs: number;
	/** How it ended; 'reset' when the chip resets itself afterwards. */
	readonly run: () => Promise<Status | 'reset'>;
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

	constructor(host: DfuHost, description: DfuDescription, signal: AbortSignal) {
		this.#host = host;
		this.description = description;
		this.#signal = signal;
		this.#pointer = host.board.sectors[0]?.range.start ?? 0;
		if (host.quirks.startInError) this.#fail('errFIRMWARE');
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
		if (this.#work && !(request === GETSTATUS && this.#host.quirks.earlyPoll !== 'held')) {
			await this.#work;
		}
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
			return new Uint8Array(0);
		}
		if (block > 0 && block < FIRST_DATA_BLOCK) return this.#stall();
		this.#stored = { block, data };
		this.#state = 'dfuDNLOAD-SYNC';
		return new Uint8Array(0);
	}

	#upload(block: number, length: number): Uint8Array | 'stall' {
		const { board } = this.#host;
		if (this.#state !== 'dfuIDLE' && this.#state !== 'dfuUPLOAD-IDLE') return this.#stall();
		if (length === 0 || length > this.description.transferSize) return this.#stall();
		if (block === 0) {
			// AN3156 4.1
			const commands = Uint8Array.of(GET_COMMANDS, SET_ADDRESS, ERASE, READ_UNPROTECT);
			this.#state = length > commands.length ? 'dfuIDLE' : 'dfuUPLOAD-IDLE';
			return commands.slice(0, length);
		}
		if (block < FIRST_DATA_BLOCK) return this.#stall();
		if (board.readoutProtection > 0) return this.#stall('errVENDOR');
		const start = this.#addressOf(block);
		const bytes = this.#reaches(start) ? board.read({ start, end: start + length }) : undefined;
		if (!bytes) return this.#stall('errADDRESS');
		this.#state = 'dfuUPLOAD-IDLE';
		return bytes;
	}

	async #getStatus(): Promise<Uint8Array | 'stall'> {
		const now = this.#host.clock.now();
		if (this.#state === 'dfuDNLOAD-SYNC') {
			const operation = this.#decode();
			this.#state = 'dfuDNBUSY';
			this.#pollDue = now + operation.pollMs;
			this.#work = this.#carryOut(operation);
			return statusBytes('OK', 'dfuDNBUSY', operation.pollMs);
		}
		if (this.#state === 'dfuDNBUSY') {
			const { earlyPoll } = this.#host.quirks;
			if (earlyPoll === 'stall' && now < this.#pollDue) return this.#stall();
			if (this.#work && earlyPoll === 'busy') return this.#stillBusy();
			if (this.#work) await this.#work;
			if (this.#host.clock.now() < this.#stuckUntil) return this.#stillBusy();
			this.#state = this.#status === 'OK' ? 'dfuDNLOAD-IDLE' : 'dfuERROR';
		}
		if (this.#state === 'dfuMANIFEST-SYNC') {
			this.#state = 'dfuMANIFEST';
			void this.#leave();
		}
		return statusBytes(this.#status, this.#state, 0);
	}

	/** DFU 1.1 lets CLRSTATUS be sent in dfuERROR only; elsewhere ST's ROMs go there with errUNKNOWN. */
	#clearStatus(): Uint8Array | 'stall' {
		this.#stuckUntil = 0;
		if (this.#state === 'dfuERROR') this.#enter('dfuIDLE');
		else if (this.#host.quirks.strictClear) return this.#stall();
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
		if (block >= FIRST_DATA_BLOCK) return this.#writing(this.#addressOf(block), data);
		const view = new DataView(data.buffer);
		const address = data.length === 5 ? view.getUint32(1, true) : undefined;
		if (data[0] === SET_ADDRESS && address !== undefined) return this.#pointing(address);
		if (data[0] === ERASE && address !== undefined) return this.#erasing(address);
		if (data[0] === ERASE && data.length === 1) return this.#massErasing();
		if (data[0] === READ_UNPROTECT && data.length === 1) return this.#unprotecting();
		return refusal('errSTALLEDPKT');
	}

	#pointing(address: number): Operation {
		if (this.#host.board.readoutProtection > 0) return refusal('errVENDOR');
		if (!this.#reaches(address)) return refusal('errTARGET');
		return {
			pollMs: SET_ADDRESS_POLL_MS,
			run: () => {
				this.#pointer = address;
				return Promise.resolve('OK');
			},
		};
	}

	#erasing(address: number): Operation {
		const { board, quirks } = this.#host;
		if (board.readoutProtection > 0) return refusal('errVENDOR');
		const sector = board.sectors.find(({ range }) => includes(range, address));
		if (!sector || !this.#reaches(address)) return refusal('errTARGET');
		return {
			pollMs: erasePollMs(board.device),
			run: async () => {
				const done = await board.erase(sector, this.#signal);
				if (quirks.stuckAfterBank === sector.bank && sector.bank > 0) this.#stuckUntil = Infinity;
				return done || !quirks.reportsFlashErrors ? 'OK' : 'errERASE';
			},
		};
	}

	#massErasing(): Operation {
		const { board, quirks } = this.#host;
		if (board.readoutProtection > 0) return refusal('errVENDOR');
		if (!board.device.bootloader.massErase) return refusal('errERASE');
		return {
			pollMs: erasePollMs(board.device),
			run: async () =>
				(await board.massErase(0, this.#signal)) || !quirks.reportsFlashErrors ? 'OK' : 'errERASE',
		};
	}

	/** AN3156 5.3: everything is erased and the chip resets. */
	#unprotecting(): Operation {
		const { board } = this.#host;
		return {
			pollMs: erasePollMs(board.device),
			run: async () => {
				board.writeProtected.clear();
				await board.massErase(0, this.#signal);
				board.readoutProtection = 0;
				return 'reset';
			},
		};
	}

	#writing(address: number, data: Uint8Array): Operation {
		const { board, quirks } = this.#host;
		const range: Range = { start: address, end: address + data.length };
		if (board.readoutProtection > 0) return refusal('errVENDOR');
		if (!this.#reaches(address)) return refusal('errTARGET');
		if (!board.writable(range)) return refusal('errADDRESS');
		const kind = board.kindAt(address);
		return {
			pollMs: writePollMs(board.device, data.length),
			run: async () => {
				const done = await board.write(address, data, this.#signal);
				if (kind !== 'option-bytes') return done || !quirks.reportsFlashErrors ? 'OK' : 'errWRITE';
				await board.loadOptionBytes(this.#signal);
				return 'reset';
			},
		};
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

	/** AN3156 5.4: the answer goes out, then the device leaves the bus and the program starts. */
	async #leave(): Promise<void> {
		const { clock, board } = this.#host;
		const address = board.executable(this.#pointer) ? this.#pointer : board.sectors[0]!.range.start;
		await clock.sleep(LEAVE_MS, this.#signal).catch(() => undefined);
		if (!this.#signal.aborted) this.#host.start(address);
	}

	#stillBusy(): Uint8Array {
		return statusBytes('OK', 'dfuDNBUSY', erasePollMs(this.#host.board.device));
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

/** Something the ROM will not do; it says so only when asked for the status again. */
const refusal = (status: Status): Operation => ({ pollMs: 0, run: () => Promise.resolve(status) });
