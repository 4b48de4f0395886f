// Memory that behaves like an STM32's: it erases by sector, programs by cell rules, takes its time, keeps protected
// what is protected, and remembers everything that was done to it. It knows no bootloader.
import type { Device, Layout } from '#core/device.ts';
import type { Image } from '#core/image.ts';
import { regionAt, type MemoryMap, type Region, type Sector } from '#core/memory.ts';
import { alignDown, alignUp, intersect, type Range } from '#core/range.ts';
import type { Clock } from '#ports/clock.ts';
import { bootBase, secondBankFirst } from './dual-boot.ts';
import { cellsOf } from './flash-physics.ts';
import { OptionBytes, type ReadoutLevel } from './option-bytes.ts';
import { Storage } from './storage.ts';

/** What was done, oldest first. `done` is false where protection, cell rules or a lost supply prevented it. */
export type BoardEvent =
	| { readonly kind: 'erase'; readonly sector: Sector; readonly done: boolean }
	| { readonly kind: 'mass-erase'; readonly bank: number; readonly done: boolean }
	| { readonly kind: 'write'; readonly range: Range; readonly done: boolean }
	| { readonly kind: 'protect'; readonly level: ReadoutLevel }
	| { readonly kind: 'start'; readonly address: number };

export interface BoardSetup {
	readonly device: Device;
	readonly layout: Layout;
	readonly clock: Clock;
	readonly content: Image;
	readonly flashTime: 'typical' | 'maximum';
	readonly bootloaderId: number;
	readonly uniqueId: Uint8Array;
}

export class Board {
	readonly device: Device;
	/** Flash of the layout and all other memory, sorted by address. */
	readonly memory: MemoryMap;
	/** Erasable sectors of the main flash, in address order. */
	readonly sectors: readonly Sector[];
	readonly events: BoardEvent[] = [];
	/** Number of erases by sector start address. */
	readonly wear = new Map<number, number>();
	/** Milliseconds spent erasing and programming. */
	flashMs = 0;
	readonly #setup: BoardSetup;
	readonly #storage: Storage;
	readonly #options: OptionBytes;
	#readout: ReadoutLevel = 0;
	/** BFB2, as it was loaded. */
	#second = false;

	constructor(setup: BoardSetup) {
		this.#setup = setup;
		this.device = setup.device;
		this.memory = [...setup.layout.flash, ...setup.device.memory].sort(
			(a, b) => a.range.start - b.range.start,
		);
		this.sectors = this.memory.filter(isMainFlash).flatMap((region) => region.sectors);
		this.#storage = new Storage(setup.device, this.memory);
		this.#storage.fixRegisters(setup);
		const areas = this.memory
			.filter(({ kind }) => kind === 'option-bytes')
			.map((region) => ({ region, cells: this.#storage.cells(region) }));
		this.#options = new OptionBytes(setup.device, areas, this.sectors);
		this.#options.ship(setup.layout);
		this.#storage.fill(setup.content);
		this.#readout = this.#options.level ?? 0;
		this.#load();
	}

	/** Its three words, whatever addresses they have. */
	get uniqueId(): Uint8Array {
		return this.#setup.uniqueId;
	}

	/** Where the program lies that starts from flash; undefined where the ROM goes on as bootloader instead. */
	get bootBase(): number | undefined {
		const { memory, sectors } = this;
		const firstWord = (at: number): number =>
			new DataView(this.peek({ start: at, end: at + 4 }).slice().buffer).getUint32(0, true);
		return bootBase({ memory, sectors, second: this.#second, firstWord });
	}

	/** Sectors that ignore erases and writes. Changing the set is what the ROM's commands do to the option bytes. */
	get writeProtected(): Set<Sector> {
		return this.#options.guarded;
	}

	/** RDP level. Setting it is what an option byte that was loaded does; it erases nothing. */
	get readoutProtection(): ReadoutLevel {
		return this.#readout;
	}

	set readoutProtection(level: ReadoutLevel) {
		this.#readout = level;
		this.events.push({ kind: 'protect', level });
		this.#options.setLevel(level);
	}

	/** Where the last started program began. */
	get executed(): number | undefined {
		return this.events.findLast((event) => event.kind === 'start')?.address;
	}

	/** What is really there, whatever the protection. @throws RangeError where a bootloader has no memory. */
	peek(range: Range): Uint8Array {
		const bytes = this.#storage.read(range);
		if (!bytes) throw new RangeError('no memory there');
		return bytes;
	}

	/** As `peek`, undefined where no memory is. The ROM asks for protection itself. */
	read(range: Range): Uint8Array | undefined {
		return this.#storage.read(range);
	}

	/** True where a bootloader may write: flash, EEPROM, option bytes, writable OTP, and the host's RAM. */
	writable(range: Range): boolean {
		const parts = this.#parts(range);
		return (
			parts !== undefined &&
			parts.every(({ region, start, end }) => {
				if (region.kind === 'ram') return this.#storage.isHostRam({ start, end });
				return region.kind !== 'system' && region.kind !== 'external' && region.access.write;
			})
		);
	}

	/** True where a program may be started. */
	executable(address: number): boolean {
		const region = regionAt(this.memory, address);
		if (region?.kind === 'ram')
			return this.#storage.isHostRam({ start: address, end: address + 4 });
		return region !== undefined && isMainFlash(region);
	}

	/** Erases one sector in its time. False, and no change, where it is write-protected. */
	async erase(sector: Sector, signal: AbortSignal): Promise<boolean> {
		const open = !this.writeProtected.has(sector);
		await this.#busy(open ? this.#eraseMs(sector) : 0, signal, (fraction) => {
			if (open) this.#blank(sector, fraction);
			this.events.push({ kind: 'erase', sector, done: open && fraction === 1 });
		});
		return open;
	}

	/** Erases a bank, or everything for bank 0, in the time of a mass erase. False where a sector was protected. */
	async massErase(bank: number, signal: AbortSignal): Promise<boolean> {
		const chosen = this.sectors.filter((sector) => bank === 0 || sector.bank === bank);
		const open = chosen.filter((sector) => !this.writeProtected.has(sector));
		const all = open.length === chosen.length;
		const { typicalMs, maximumMs } = this.device.timings.massErase;
		await this.#busy(this.#pick(typicalMs, maximumMs), signal, (fraction) => {
			for (const sector of open) this.#blank(sector, fraction);
			this.events.push({ kind: 'mass-erase', bank, done: all && fraction === 1 });
		});
		return all;
	}

	/** Writes what `writable` allows, in its time. False where something was not taken. */
	async write(address: number, data: Uint8Array, signal: AbortSignal): Promise<boolean> {
		const range = { start: address, end: address + data.length };
		let taken = this.writable(range);
		if (!taken) return false;
		for (const { region, start, end } of this.#parts(range) ?? []) {
			const part = data.subarray(start - address, end - address);
			if (isMainFlash(region))
				taken = (await this.#programPart(region, start, part, signal)) && taken;
			else if (region.kind === 'option-bytes')
				await this.#programOptions(region, start, part, signal);
			else this.#put(region, start, part);
		}
		return taken;
	}

	/** Notes that a program was started. */
	start(address: number): void {
		this.events.push({ kind: 'start', address });
	}

	kindAt(address: number): Region['kind'] | undefined {
		return regionAt(this.memory, address)?.kind;
	}

	/**
	 * Takes on what the option bytes ask for; from readout level 1 to 0 that erases everything first (RM0090 3.7.3),
	 * and nothing leads away from level 2.
	 */
	async loadOptionBytes(signal: AbortSignal): Promise<void> {
		if (this.#readout === 1 && this.#options.level === 0) {
			this.#options.guarded.clear();
			await this.massErase(0, signal);
		}
		this.reloadOptionBytes();
	}

	/** The same at a power-up, where no erase is left to be done. */
	reloadOptionBytes(): void {
		const level = this.#options.level;
		if (this.#readout === 2) return;
		this.#load();
		if (level === undefined || level === this.#readout) return;
		this.#readout = level;
		this.events.push({ kind: 'protect', level });
	}

	#load(): void {
		this.#options.load();
		this.#second = secondBankFirst(this.device, this.#options.userWord);
	}

	async #programOptions(
		region: Region,
		address: number,
		data: Uint8Array,
		signal: AbortSignal,
	): Promise<void> {
		// RM0090 3.7.3: at level 2 the option bytes are frozen.
		if (this.#readout === 2) return;
		const offset = address - region.range.start;
		await this.#options.program(region, offset, data, (ms, apply) => this.#busy(ms, signal, apply));
		const range = { start: address, end: address + data.length };
		this.events.push({ kind: 'write', range, done: true });
	}

	async #programPart(
		region: Region,
		address: number,
		data: Uint8Array,
		signal: AbortSignal,
	): Promise<boolean> {
		const range = { start: address, end: address + data.length };
		const { unit } = cellsOf(this.device.family, region);
		const start = alignDown(address, unit);
		const padded = new Uint8Array(alignUp(range.end, unit) - start).fill(region.eraseValue);
		padded.set(data, address - start);
		let taken = true;
		await this.#busy(this.#programMs(padded.length), signal, (fraction) => {
			const whole = Math.floor((padded.length / unit) * fraction) * unit;
			taken = this.#program(region, start, padded.subarray(0, whole));
			this.events.push({ kind: 'write', range, done: taken && fraction === 1 });
		});
		return taken;
	}

	#program(region: Region, start: number, data: Uint8Array): boolean {
		const { unit, program } = cellsOf(this.device.family, region);
		const cells = this.#storage.cells(region);
		let taken = true;
		for (const sector of region.sectors) {
			const part = intersect(sector.range, { start, end: start + data.length });
			if (!part) continue;
			if (this.writeProtected.has(sector)) {
				taken = false;
				continue;
			}
			// Cells that know no unit are done in one go, for speed alone.
			const step = unit === 1 ? part.end - part.start : unit;
			for (let at = part.start; at < part.end; at += step) {
				const offset = at - region.range.start;
				const wanted = data.subarray(at - start, at - start + step);
				const next = program(cells.subarray(offset, offset + step), wanted);
				if (next) cells.set(next, offset);
				else taken = false;
			}
		}
		return taken;
	}

	/** Memory that is not erased first: RAM, EEPROM (a write erases by itself), OTP (bits go once). */
	#put(region: Region, address: number, data: Uint8Array): void {
		const cells = this.#storage.cells(region);
		const offset = address - region.range.start;
		for (const [i, byte] of data.entries()) {
			cells[offset + i] = region.kind === 'otp' ? cells[offset + i]! & byte : byte;
		}
		const range = { start: address, end: address + data.length };
		this.events.push({ kind: 'write', range, done: true });
	}

	#blank(sector: Sector, fraction: number): void {
		const region = regionAt(this.memory, sector.range.start);
		if (!region) return;
		const start = sector.range.start - region.range.start;
		const size = sector.range.end - sector.range.start;
		// An erase cut short leaves cells anywhere between; here the first part is erased and the rest is not.
		this.#storage.cells(region).fill(region.eraseValue, start, start + Math.floor(size * fraction));
		this.wear.set(sector.range.start, (this.wear.get(sector.range.start) ?? 0) + 1);
	}

	async #busy(ms: number, signal: AbortSignal, apply: (fraction: number) => void): Promise<void> {
		const { clock } = this.#setup;
		const start = clock.now();
		try {
			if (ms > 0) await clock.sleep(ms, signal);
		} catch (error) {
			apply(Math.min(0.99, (clock.now() - start) / ms));
			throw error;
		} finally {
			this.flashMs += clock.now() - start;
		}
		apply(1);
	}

	#eraseMs(sector: Sector): number {
		const size = sector.range.end - sector.range.start;
		const rows = this.device.timings.erase;
		const row = rows.find((candidate) => candidate.size >= size) ?? rows.at(-1);
		return row ? this.#pick(row.typicalMs, row.maximumMs) : 0;
	}

	#programMs(bytes: number): number {
		const { program } = this.device.timings;
		return (
			(Math.ceil(bytes / program.bytes) * this.#pick(program.typicalUs, program.maximumUs)) / 1000
		);
	}

	#pick(typical: number, maximum: number): number {
		return this.#setup.flashTime === 'typical' ? typical : maximum;
	}

	/** The range cut at the borders of regions; undefined where it leaves all of them. */
	#parts({ start, end }: Range): { region: Region; start: number; end: number }[] | undefined {
		const parts: { region: Region; start: number; end: number }[] = [];
		for (let at = start; at < end;) {
			const region = regionAt(this.memory, at);
			if (!region) return undefined;
			parts.push({ region, start: at, end: Math.min(end, region.range.end) });
			at = region.range.end;
		}
		return parts;
	}
}

const isMainFlash = (region: Region): boolean => region.kind === 'flash';
