// The bytes of a board, region by region, with the identity registers laid over them. No rules, no time.
import type { Device } from '#core/device.ts';
import type { Image } from '#core/image.ts';
import { regionAt, type MemoryMap, type Region } from '#core/memory.ts';
import { contains, includes, type Range } from '#core/range.ts';

/** ROMs answer reads of the identity registers in a block of this size around them (some refuse short reads). */
const REGISTER_BLOCK = 256;

/** Families whose third word of the unique ID stands at offset 0x14 (RM0038 31.2, RM0376 33.2). */
const apart = ['STM32L0', 'STM32L1'];

export class Storage {
	readonly memory: MemoryMap;
	readonly #hostRam: readonly Range[];
	readonly #bytes = new Map<Region, Uint8Array>();
	readonly #registers: { readonly address: number; readonly bytes: ArrayLike<number> }[] = [];

	constructor(device: Device, memory: MemoryMap) {
		this.memory = memory;
		this.#hostRam = device.bootloader.hostRam;
	}

	/**
	 * Flash size, unique ID and the byte that tells the ROM's version. Where the third word of the ID stands apart, reserved
	 * words stand between, which an L072 reads so (github.com/stm32duino/Arduino_Core_STM32/pull/3083).
	 */
	fixRegisters(setup: {
		readonly device: Device;
		readonly bootloaderId: number;
		readonly uniqueId: Uint8Array;
	}): void {
		const { device, uniqueId: id } = setup;
		const { flashSize, uniqueId, bootloaderId } = device.registers;
		const kib = device.flashSize >> 10;
		this.#fix(flashSize, [kib & 0xff, kib >> 8]);
		this.#fix(bootloaderId, [setup.bootloaderId]);
		if (uniqueId !== undefined && apart.includes(device.family)) {
			this.#fix(uniqueId, [...id.subarray(0, 8), 0x11, 0, 0, 0]);
			this.#fix(uniqueId + 0x14, id.subarray(8));
		} else this.#fix(uniqueId, id);
	}

	/** A register that no write reaches. */
	#fix(address: number | undefined, bytes: ArrayLike<number>): void {
		if (address !== undefined) this.#registers.push({ address, bytes });
	}

	/** Lays content where memory is, without any rule. */
	fill(content: Image): void {
		for (const { address, data } of content) {
			for (let at = 0; at < data.length;) {
				const region = regionAt(this.memory, address + at);
				if (!region) {
					at++;
					continue;
				}
				const part = data.subarray(at, at + region.range.end - (address + at));
				this.cells(region).set(part, address + at - region.range.start);
				at += part.length;
			}
		}
	}

	/** The live bytes of a region, made on first use. */
	cells(region: Region): Uint8Array {
		let bytes = this.#bytes.get(region);
		if (!bytes) {
			const blank = region.kind === 'ram' || region.kind === 'eeprom' ? 0 : region.eraseValue;
			bytes = new Uint8Array(region.range.end - region.range.start).fill(blank);
			this.#bytes.set(region, bytes);
		}
		return bytes;
	}

	/** Memory as a bootloader reads it; undefined when any byte of the range is out of its reach. */
	read(range: Range): Uint8Array | undefined {
		const out = new Uint8Array(range.end - range.start).fill(0xff);
		for (let at = range.start; at < range.end;) {
			const region = regionAt(this.memory, at);
			if (!region) {
				if (!this.#besideRegister(at)) return undefined;
				at++;
				continue;
			}
			const end = Math.min(range.end, region.range.end);
			if (!this.#readable(region, { start: at, end })) return undefined;
			const offset = region.range.start;
			out.set(this.cells(region).subarray(at - offset, end - offset), at - range.start);
			at = end;
		}
		for (const { address, bytes } of this.#registers) {
			for (let i = 0; i < bytes.length; i++) {
				if (includes(range, address + i)) out[address + i - range.start] = bytes[i]!;
			}
		}
		return out;
	}

	/** True inside the RAM that the ROM leaves to the host. */
	isHostRam(range: Range): boolean {
		return this.#hostRam.some((part) => contains(part, range));
	}

	#readable(region: Region, range: Range): boolean {
		if (region.kind === 'ram') return this.isHostRam(range);
		return region.kind !== 'external' && region.access.read;
	}

	#besideRegister(address: number): boolean {
		const block = Math.floor(address / REGISTER_BLOCK);
		return this.#registers.some(
			(register) => Math.floor(register.address / REGISTER_BLOCK) === block,
		);
	}
}
