// The files that are watched, with their handles. It looks at them and opens those that were rebuilt.
import { withFiles, type FileHandleLike, type GivenFile } from '#ports/file-handles.ts';
import { permissionOf } from '#ports/handle-store.ts';
import { looked, standing, watched, type Look, type WatchedFiles } from './watch-files.ts';

export interface Standing {
	readonly name: string;
	readonly is: ReturnType<typeof standing>;
}

/** No file is like this: whatever is found is new. */
const nothing = { size: -1, lastModified: -1 };

export class WatchList {
	readonly #handles = new Map<string, FileHandleLike>();
	#files: WatchedFiles = new Map();

	get handles(): readonly FileHandleLike[] {
		return [...this.#handles.values()];
	}

	get standing(): readonly Standing[] {
		return [...this.#files].map(([name, file]) => ({ name, is: standing(file) }));
	}

	/** One without a handle takes the place of one that had it: what is open is no longer what was watched. */
	add(given: readonly GivenFile[], now: number): void {
		const files = new Map(this.#files);
		for (const { file, handle } of given) {
			if (handle) this.#handles.set(file.name, handle);
			else this.#handles.delete(file.name);
			if (handle) files.set(file.name, watched(file, now));
			else files.delete(file.name);
		}
		this.#files = files;
	}

	/** Leaves out what is not among these names. True when something was. */
	keepOnly(names: readonly string[]): boolean {
		const gone = [...this.#handles.keys()].filter((name) => !names.includes(name));
		for (const name of gone) this.#handles.delete(name);
		this.#files = new Map([...this.#files].filter(([name]) => !gone.includes(name)));
		return gone.length > 0;
	}

	/** Looks at all files. What was rebuilt is opened and returned, once all of the build is finished. */
	async look(clock: { now(): number }): Promise<readonly File[]> {
		const looks = new Map<string, Look>();
		for (const [name, handle] of this.#handles) looks.set(name, await look(handle));
		const { files, rebuilt } = looked(this.#files, looks, clock.now());
		this.#files = files;
		const given = await withFiles(rebuilt.flatMap((name) => this.#handles.get(name) ?? []));
		// What counts as known is what was opened, not what the look before had found.
		const unopened = new Map([...files].filter(([name]) => !rebuilt.includes(name)));
		for (const name of rebuilt) unopened.set(name, watched(nothing, clock.now()));
		if (rebuilt.length > 0) this.#files = unopened;
		this.add(given, clock.now());
		return given.map(({ file }) => file);
	}

	/** Asks for permission where the browser wants it. Call it straight from a click. */
	async allow(): Promise<void> {
		for (const handle of this.#handles.values()) await permissionOf(handle, 'request');
	}
}

/** A file that is gone for now, or that the browser asks about first, is an answer. */
async function look(handle: FileHandleLike): Promise<Look> {
	try {
		const { size, lastModified } = await handle.getFile();
		return { size, lastModified };
	} catch (error) {
		const name = error instanceof DOMException ? error.name : '';
		return name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'missing';
	}
}
