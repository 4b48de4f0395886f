// What a job puts aside before it changes anything, out of what its look has read. Pure.
import { firstOtherThan } from './bytes.ts';
import { eepromPlaces } from './eeprom.ts';
import { buildImage, covers, sliceImage, type Image } from './image.ts';
import { isFlash, ownFlash } from './memory.ts';
import type { Plan } from './plan.ts';
import { changedSectors } from './progress.ts';
import { join, type Range } from './range.ts';

export interface BackupContent {
	readonly content: Image;
	/** It was to hold all of the chip's own flash. */
	readonly whole?: true;
	/** What it was to hold, and could not be read. */
	readonly missing?: readonly Range[];
}

/**
 * The old content of every changed sector, or with `whole` of the chip's own flash and of what changes outside it.
 * Undefined where nothing changes, where all of it is blank, and where part of what changes was not read: that would be
 * no way back. A backup of the whole says instead what it lacks.
 */
export function backupOf(plan: Plan, found: Image, whole: boolean): BackupContent | undefined {
	const changed = [...changedSectors(plan), ...eepromPlaces(plan)];
	if (changed.length === 0) return undefined;
	const own = whole ? ownFlash(plan.memory) : [];
	const wanted = [...own, ...changed.filter((sector) => !own.includes(sector))];
	const missing = join(
		wanted.filter(({ range }) => !covers(found, range)).map(({ range }) => range),
	);
	if (!whole && missing.length > 0) return undefined;
	const content = buildImage(
		wanted
			.filter(({ range }) => covers(found, range))
			.flatMap(({ range }) => sliceImage(found, range)),
	);
	const blank = plan.memory.find(isFlash)?.eraseValue ?? 0xff;
	if (content.every(({ data }) => firstOtherThan(data, blank) < 0)) return undefined;
	return { content, ...(whole && { whole }), ...(missing.length > 0 && { missing }) };
}
