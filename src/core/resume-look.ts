// What must be read before an interrupted job goes on. Pure.
import { covers, overlayImage, segmentRange, sliceImage, type Image } from './image.ts';
import { lookSteps, WHOLE, type LookOptions } from './look.ts';
import type { Sector } from './memory.ts';
import type { Plan } from './plan.ts';
import { overlaps, subtract, type Range } from './range.ts';
import type { LookStep, StepLimits } from './steps.ts';

/** What the journal of the interrupted job says. */
export interface Interrupted {
	/** Sectors whose erase or write was begun. */
	readonly begun: readonly Range[];
	/** Those of them in which a flash word may be half written. */
	readonly doubt: readonly Range[];
	/** Sectors that held the image already. */
	readonly same: readonly Range[];
	/** Bytes beside the image are kept. */
	readonly keep: boolean;
	/** Those of them that the journal holds. */
	readonly kept: Image;
}

const BESIDE: LookOptions = { backup: false, compare: false, keep: true };

/**
 * Sectors that were begun and are not in doubt are read whole: they may be right already. A sector whose bytes to keep
 * are not all in the journal was only written to, never erased: they still stand there and are read before the erase.
 * What held the image already is compared again: an erase that struck the wrong sector may have gone there. What is
 * none of these is erased and written without a look.
 */
export function resumeLooks(
	plan: Plan,
	image: Image,
	{ begun, doubt, same, keep, kept }: Interrupted,
	limits: Pick<StepLimits, 'transferSize'>,
): LookStep[] {
	const known = overlayImage(kept, image);
	const hits = (ranges: readonly Range[], { range }: Sector): boolean =>
		ranges.some((one) => overlaps(one, range));
	const lacks = ({ range }: Sector): boolean =>
		plan.unread.some((one) => overlaps(one, range)) ||
		(keep &&
			subtract(range, sliceImage(image, range).map(segmentRange)).some(
				(one) => !covers(known, one),
			));
	const sure = plan.touched.filter((sector) => !hits(doubt, sector));
	const equal = sure.filter((sector) => hits(same, sector) && !hits(begun, sector));
	const whole = sure.filter(
		(sector) => !equal.includes(sector) && (hits(begun, sector) || lacks(sector)),
	);
	const beside = plan.touched.filter((sector) => hits(doubt, sector) && lacks(sector));
	return [
		...lookSteps({ ...plan, touched: whole }, image, limits, WHOLE),
		...lookSteps({ ...plan, touched: equal }, known, limits, { ...BESIDE, compare: true, keep }),
		...lookSteps({ ...plan, touched: beside }, known, limits, BESIDE),
	];
}
