// A device as plain data for other programs: what `devices NAME --json` prints and the app copies. docs/cli.md
// describes it; addresses are text in hexadecimal, sizes are bytes, times say their unit.
import { hex32 } from './bytes.ts';
import type { BootloaderFacts, Device, Layout } from './device.ts';
import type { Region, Sector } from './memory.ts';
import { size, type Range } from './range.ts';

/** "0x413" */
const idText = (id: number): string => '0x' + id.toString(16).toUpperCase().padStart(3, '0');
const byteText = (byte: number): string => '0x' + byte.toString(16).toUpperCase().padStart(2, '0');
const place = ({ start, end }: Range) => ({ address: hex32(start), size: end - start });
const named = ({ name, range }: Region) => ({ name, ...place(range) });

export const isAlias = ({ name }: Region): boolean => name.endsWith('_ALIAS');

/** Bytes of RAM, each counted once. */
export const ramSize = ({ memory }: Device): number =>
	memory
		.filter((region) => region.kind === 'ram' && !isAlias(region))
		.reduce((sum, { range }) => sum + size(range), 0);

export interface SectorRun {
	/** Of the first one, as AN3155 counts. */
	readonly number: number;
	readonly address: number;
	readonly count: number;
	/** Bytes of each. */
	readonly size: number;
}

/** Neighbouring sectors of equal size, in address order. */
export function sectorRuns(sectors: readonly Sector[]): SectorRun[] {
	const runs: { number: number; address: number; count: number; size: number }[] = [];
	for (const { number, range } of sectors) {
		const run = runs.at(-1);
		if (run?.size === size(range)) run.count++;
		else runs.push({ number, address: range.start, count: 1, size: size(range) });
	}
	return runs;
}

const layoutJson = ({ id, when, flash, numberingAssumed }: Layout) => ({
	id,
	when: when ?? null,
	numberingAssumed: numberingAssumed ?? false,
	banks: flash.map((bank) => ({
		...named(bank),
		sectors: sectorRuns(bank.sectors).map((run) => ({ ...run, address: hex32(run.address) })),
	})),
});

const bootloaderJson = ({ versions, hostRam, ...facts }: BootloaderFacts) => ({
	...facts,
	hostRam: hostRam.map(place),
	versions: versions.map(({ id, version, notes }) => ({
		id: id === undefined ? null : byteText(id),
		version,
		notes,
	})),
});

const addressOrNull = (value: number | undefined): string | null =>
	value === undefined ? null : hex32(value);

/** `part` is the name that was asked for, where it is one of the device's. */
export function deviceJson(device: Device, part?: string) {
	const { layouts, memory, registers } = device;
	const [flash] = layouts[0].flash;
	const of = (...kinds: readonly Region['kind'][]) =>
		memory.filter((region) => kinds.includes(region.kind));
	return {
		part: part ?? null,
		name: device.name,
		parts: device.parts,
		productId: idText(device.productId),
		alternateIds: device.alternateIds.map(idText),
		family: device.family,
		cores: device.cores,
		flashSize: device.flashSize,
		// Null where there is no flash.
		eraseValue: flash ? byteText(flash.eraseValue) : null,
		writeAlign: flash?.writeSize ?? null,
		writeOnce: flash?.writeOnce ?? false,
		banks: layoutJson(layouts[0]).banks,
		layouts: layouts.map(layoutJson),
		ramSize: ramSize(device),
		ram: of('ram')
			.filter((region) => !isAlias(region))
			.map(named),
		aliases: of('ram').filter(isAlias).map(named),
		systemMemory: of('system').map(named),
		optionBytes: of('option-bytes').map(named),
		otp: of('otp').map(named),
		eeprom: of('eeprom').map(named),
		external: device.external.map(({ name, range }) => ({ name, ...place(range) })),
		registers: {
			flashSize: addressOrNull(registers.flashSize),
			uniqueId: addressOrNull(registers.uniqueId),
			bootloaderId: addressOrNull(registers.bootloaderId),
		},
		bootloader: bootloaderJson(device.bootloader),
		timings: flash ? device.timings : null,
		dfuStrings: device.dfuStrings,
		notes: device.notes,
		confidence: device.confidence,
		sources: device.sources,
	};
}
