// The option bytes of a simulated board: shipped open, erased and programmed unit by unit, and loaded at each reset,
// where words that do not fit their complement count as the strictest: readout level 1.
import type { Device, Layout } from '#core/device.ts';
import type { Region, Sector } from '#core/memory.ts';
import { protectionByteOf } from './flash-physics.ts';
import {
	blankOf,
	isGuarded,
	isMain,
	setGuard,
	stored,
	styleOf,
	trusted,
	unitOf,
	type Area,
	type Chip,
} from './option-words.ts';

export type ReadoutLevel = 0 | 1 | 2;

/** Time for one erase of the area (one page, RM0090 table 12 and kin); programming is per unit. Assumed alike. */
const ERASE_MS = 20;
const UNIT_MS = 0.1;

/** Words as delivered, by offset: RM0351 3.7.8, RM0440 3.7.8, RM0444 3.7.8; RM0438 and RM0456, FLASH_OPTR; RM0481, open and not swapped; RM0433 4.9.8 to 4.9.16. */
const delivered: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
	STM32L4: [[0, 0xffeff8aa]],
	STM32G4: [[0, 0xffeff8aa]],
	STM32G0: [[0, 0xdfffe1aa]],
	STM32L5: [[0, 0x7feff8aa]],
	STM32U5: [[0, 0x1feff8aa]],
	STM32H5: [[0, 0x2d30edf8]],
	STM32H7: [
		...([0, 4] as const).map((at) => [at, 0x1bc6aaf0] as const),
		...([0x0c, 0x10, 0x14, 0x18] as const).map((at) => [at, 0x000000ff] as const),
		...([0x24, 0x28] as const).map((at) => [at, 0x1ff00800] as const),
	],
};

/** Runs some milliseconds of flash work and says how much of it was done when it ended, or was cut. */
export type Work = (ms: number, apply: (fraction: number) => void) => Promise<void>;

export class OptionBytes {
	readonly #device: Device;
	readonly #chip: Chip;
	readonly #areas: readonly Area[];
	readonly #guarded: GuardedSectors;

	constructor(device: Device, areas: readonly Area[], sectors: readonly Sector[]) {
		this.#device = device;
		this.#areas = areas;
		const counts = new Map<number, number>();
		const counted = sectors.map((sector) => {
			const index = counts.get(sector.bank) ?? 0;
			counts.set(sector.bank, index + 1);
			return { sector, index };
		});
		this.#chip = { device, areas, sectors: counted, counts };
		this.#guarded = new GuardedSectors((sector, on) => {
			this.#guard(sector, on);
		});
	}

	/** The sectors that are write-protected now. Adding and removing some is what the ROM's commands do. */
	get guarded(): Set<Sector> {
		return this.#guarded;
	}

	/** As delivered: open, nothing guarded, the flash cut as asked. */
	ship({ bit }: Layout): void {
		const style = styleOf(this.#device);
		for (const { region, cells } of this.#areas) {
			cells.fill(blankOf(style));
			if (style === 'twins')
				shipAreas(cells, region.range.start % 64, isMain(this.#device, region));
			// RM0090 3.6.1: SPRMOD and DB1M are delivered as zero.
			const sprmod = style === 'rows' && this.#device.family === 'STM32F4';
			if (sprmod && cells.length > 9) cells[9] = cells[9]! & 0x0f;
			const words = delivered[this.#device.family];
			if (words && isMain(this.#device, region)) {
				const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
				for (const [at, word] of words) if (at + 4 <= cells.length) view.setUint32(at, word, true);
			}
			// RM0377 3.8.1: 0x8070; RM0038 3.8.1: 0x00F8.
			if (style === 'halves' && isMain(this.#device, region))
				cells.set(this.#device.family === 'STM32L0' ? [0x70, 0x80] : [0xf8, 0x00], 4);
			this.#seal(cells);
		}
		this.#cut(bit);
		this.setLevel(0);
	}

	/** The level the words ask for; undefined where none of the words holds it. */
	get level(): ReadoutLevel | undefined {
		const place = this.#readout();
		if (!place) return undefined;
		const { style, cells, offset, open } = place;
		const start = offset - (offset % 4);
		const word = trusted(style, cells, style === 'pairs' ? offset : start);
		if (word === undefined) return 1;
		const value = style === 'pairs' ? word : (word >>> (8 * (offset - start))) & 0xff;
		if (value === open) return 0;
		return value === 0xcc && this.#device.family !== 'STM32F1' ? 2 : 1;
	}

	/** The word with RDP and the user options; undefined where its complement does not fit. */
	get userWord(): number | undefined {
		const cells = this.#readout()?.cells;
		return cells && trusted(styleOf(this.#device), cells, 0);
	}

	/** Writes the level into its word, as the ROM's own commands do. */
	setLevel(level: ReadoutLevel): void {
		const place = this.#readout();
		if (!place) return;
		place.cells[place.offset] = level === 0 ? place.open : level === 2 ? 0xcc : 0xff;
		this.#seal(place.cells);
	}

	/** Takes on the write protection that the words ask for, as a reset does. */
	load(): void {
		const [first] = this.#chip.sectors;
		if (!first || isGuarded(this.#chip, first) === undefined) return;
		const found = this.#chip.sectors.filter((one) => isGuarded(this.#chip, one));
		this.#guarded.become(found.map(({ sector }) => sector));
	}

	/**
	 * Programs what the ROM hands on: the area is erased, then each unit is written with its complement. Cut in
	 * between, units stay blank. Registers are taken as they are.
	 */
	async program(region: Region, offset: number, data: Uint8Array, work: Work): Promise<void> {
		const style = styleOf(this.#device);
		const area = this.#areas.find((one) => one.region === region);
		if (!area) return;
		const { cells } = area;
		const unit = unitOf(style);
		const old = cells.slice();
		const wanted = style === 'pairs' ? new Uint8Array(cells.length).fill(0xff) : cells.slice();
		wanted.set(data, offset);
		const [first, last] = [Math.floor(offset / unit), Math.ceil((offset + data.length) / unit)];
		const put = (index: number): void => {
			const [from, to] = [index * unit, Math.min((index + 1) * unit, cells.length)];
			if (style === 'registers') cells.set(wanted.subarray(from, to), from);
			else
				cells.set(
					stored(style, old.subarray(from, to), wanted.slice(from, to)).subarray(0, to - from),
					from,
				);
		};
		if (style === 'halves' || style === 'registers') {
			for (let index = first; index < last; index++) {
				const blank = (): void => void cells.fill(0, index * unit, (index + 1) * unit);
				await work(UNIT_MS * 30, (done) => {
					if (done === 1) put(index);
					else if (done > 0 && style === 'halves') blank();
				});
			}
			return;
		}
		await work(ERASE_MS, (done) => {
			if (done > 0) this.#erase(cells, old);
		});
		const units = Math.ceil(cells.length / unit);
		for (let index = 0; index < units; index++) {
			await work(UNIT_MS, (done) => {
				if (done === 1) put(index);
			});
		}
	}

	#erase(cells: Uint8Array, old: Uint8Array): void {
		const style = styleOf(this.#device);
		for (let i = 0; i < cells.length; i++)
			cells[i] = style === 'rows' && i % 8 >= 2 ? old[i]! : blankOf(style);
	}

	/** Sets every complement. */
	#seal(cells: Uint8Array): void {
		const style = styleOf(this.#device);
		const unit = unitOf(style);
		if (style === 'rows' || style === 'registers') return;
		for (let at = 0; at < cells.length; at += unit) {
			const old = cells.subarray(at, at + unit);
			if (style === 'halves') {
				for (const i of [0, 1]) cells[at + 2 + i] = cells[at + i]! ^ 0xff;
				continue;
			}
			const whole = new Uint8Array(unit);
			whole.set(old);
			old.set(stored(style, whole, whole).subarray(0, old.length));
		}
	}

	/** The option bit that cuts the flash as the board was asked to be cut. */
	#cut(bit: 0 | 1 | undefined): void {
		const { layoutBit: place } = this.#device.registers;
		const area =
			place &&
			this.#areas.find(
				({ region }) => region.range.start <= place.address && place.address < region.range.end,
			);
		if (!place || !area || bit === undefined) return;
		const at = place.address - area.region.range.start + (place.bit >> 3);
		const mask = 1 << (place.bit & 7);
		const old = area.cells[at]!;
		area.cells[at] = bit === 1 ? old | mask : old & ~mask;
		this.#seal(area.cells);
	}

	#guard(sector: Sector, on: boolean): void {
		const one = this.#chip.sectors.find((each) => each.sector === sector);
		if (one) setGuard(this.#chip, one, on);
		for (const { cells } of this.#areas) this.#seal(cells);
	}

	#readout() {
		const rule = protectionByteOf(this.#device.family);
		const area = rule?.region === 'last' ? this.#areas.at(-1) : this.#areas[0];
		return rule && area && { ...rule, cells: area.cells, style: styleOf(this.#device) };
	}
}

/** RM0351 and RM0444 3.4.1: ends of areas are delivered as zero, and so are the securable areas behind them. */
function shipAreas(cells: Uint8Array, shift: number, main: boolean): void {
	const zero = (from: number, to: number): void => {
		cells.fill(0, Math.max(0, from - shift), Math.max(0, Math.min(to - shift, cells.length)));
	};
	const security = !main && shift === 0x30;
	if (security) cells.fill(0);
	else {
		zero(0x10, 0x14);
		zero(0x1a, 0x1b);
		zero(0x22, 0x23);
		if (cells.length + shift <= 0x30) zero(0x28, 0x2c);
		zero(0x30, 0x34);
		zero(0x70, 0x74);
	}
}

/** A set that tells of each change; `become` is the change that words bring about. */
class GuardedSectors extends Set<Sector> {
	readonly #changed: (sector: Sector, on: boolean) => void;

	constructor(changed: (sector: Sector, on: boolean) => void) {
		super();
		this.#changed = changed;
	}

	become(sectors: readonly Sector[]): void {
		super.clear();
		for (const sector of sectors) super.add(sector);
	}

	override add(sector: Sector): this {
		super.add(sector);
		this.#changed(sector, true);
		return this;
	}

	override delete(sector: Sector): boolean {
		const had = super.delete(sector);
		this.#changed(sector, false);
		return had;
	}

	override clear(): void {
		const all = [...this];
		super.clear();
		for (const sector of all) this.#changed(sector, false);
	}
}
