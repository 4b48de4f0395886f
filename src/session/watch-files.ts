// When is a file that is being rebuilt finished? Linkers truncate, write for a while, or replace the file by another:
// a change counts once size and time of change have stood still, and all files of the build with them. Pure.

export interface Stamp {
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since 1970, as the file system has it. */
	readonly lastModified: number;
}

/** What a look at a file finds. 'denied': the browser asks for permission first. */
export type Look = Stamp | 'missing' | 'denied';

export interface Watched {
	/** What was last opened. */
	readonly known: Stamp;
	/** What the last look found, where that is something else. */
	readonly seen?: Look;
	/** When that was found first, on the page's clock. */
	readonly since: number;
}

export type WatchedFiles = ReadonlyMap<string, Watched>;

/** A changed file must stand still this long. */
export const SETTLE_MS = 900;
/** A missing file holds up the others of its build no longer than this. */
export const MISSING_MS = 30_000;

export const watched = (known: Stamp, now: number): Watched => ({ known, since: now });

export const sameStamp = (a: Stamp, b: Stamp): boolean =>
	a.size === b.size && a.lastModified === b.lastModified;

/** How a file stands, for the screen. */
export const standing = ({ seen }: Watched): 'same' | 'changing' | 'missing' | 'denied' => {
	if (seen === undefined) return 'same';
	return typeof seen === 'string' ? seen : 'changing';
};

/**
 * The files after a look at them, and those that were rebuilt: none as long as another of them is still changing, so
 * that a build is opened as a whole. What was rebuilt counts as known from then on.
 */
export function looked(
	files: WatchedFiles,
	looks: ReadonlyMap<string, Look>,
	now: number,
): { readonly files: WatchedFiles; readonly rebuilt: readonly string[] } {
	const after = new Map<string, Watched>();
	for (const [name, file] of files) {
		const look = looks.get(name);
		after.set(name, look === undefined ? file : lookedAt(file, look, now));
	}
	const all = [...after];
	const waiting = all.some(([, file]) => unsettled(file, now));
	const rebuilt = waiting ? [] : all.flatMap(([name, file]) => (changed(file) ? [name] : []));
	for (const name of rebuilt) {
		const { seen } = after.get(name)!;
		after.set(name, watched(seen as Stamp, now));
	}
	return { files: after, rebuilt };
}

function lookedAt(file: Watched, look: Look, now: number): Watched {
	if (typeof look !== 'string' && sameStamp(look, file.known)) {
		return file.seen === undefined ? file : watched(file.known, now);
	}
	const { seen } = file;
	const still =
		typeof look === 'string' || typeof seen === 'string' || seen === undefined
			? look === seen
			: sameStamp(look, seen);
	return still ? file : { known: file.known, seen: look, since: now };
}

const changed = ({ seen }: Watched): boolean => seen !== undefined && typeof seen !== 'string';

/** Something may still happen to it: an empty file is about to be written. */
function unsettled({ seen, since }: Watched, now: number): boolean {
	if (seen === undefined || seen === 'denied') return false;
	if (seen === 'missing') return now - since < MISSING_MS;
	return seen.size === 0 ? now - since < MISSING_MS : now - since < SETTLE_MS;
}
