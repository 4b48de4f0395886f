// Backup SRAM: whether the chip has it, and how much. F401, F410, F411, F412 and F413 have none; 4 KiB on other F4 and
// on F7, 2 or 4 KiB on H5 and U5 (reference manuals, memory map).
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { includes, overlaps, size, type Range } from '#core/range.ts';
import { BACKUP_WINDOWS, chipRole } from '#insight/roles.ts';
import type { Case, Expert } from './findings.ts';

interface Use {
	readonly name: string;
	readonly range: Range;
	/** A section is a use; a region is only room for one. */
	readonly real: boolean;
}

export const backupMemory: Expert = (about) => {
	if (!about.target?.device) return [];
	return usesOf(about).flatMap((use) => judge(use, about));
};

function usesOf({ regions, sections }: Case): Use[] {
	const inWindow = (address: number): boolean =>
		BACKUP_WINDOWS.some((window) => includes(window, address));
	const of = (name: string, start: number, bytes: number, real: boolean): Use[] =>
		inWindow(start) && bytes > 0 ? [{ name, real, range: { start, end: start + bytes } }] : [];
	const declared = regions.flatMap(({ name, origin, length }) => of(name, origin, length, false));
	const used = sections.flatMap(({ name, address, size: bytes }) => of(name, address, bytes, true));
	return [...declared, ...used];
}

function judge({ name, range, real }: Use, { chip }: Case): Diagnostic[] {
	const memory = chip.regions.find(
		(region) => chipRole(region) === 'backup' && overlaps(region.range, range),
	);
	const severity = real ? 'error' : 'warning';
	if (!memory) {
		const data = { name, address: range.start };
		return [diagnostic(severity, 'insight.backup-missing', data, range)];
	}
	if (range.end <= memory.range.end) return [];
	const beyond = { start: memory.range.end, end: range.end };
	const data = { name, end: range.end, limit: memory.range.end, size: size(memory.range) };
	return [diagnostic(severity, 'insight.backup-beyond', data, beyond)];
}
