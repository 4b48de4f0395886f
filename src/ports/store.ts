// A folder of small files on the user's machine, for what must outlive the page: backups, journals.
// The browser's is the origin private file system (WHATWG File System); tests have one that fails on demand.

export interface Store {
	/** Undefined where there is no such file. @throws Failure store.refused. */
	read(path: string): Promise<Uint8Array | undefined>;
	/**
	 * The whole file, new or replaced: afterwards it holds the old bytes or the new ones, never a part.
	 * @throws Failure store.full or store.refused; then nothing has changed.
	 */
	write(path: string, bytes: Uint8Array): Promise<void>;
	/** Does nothing where there is none. */
	remove(path: string): Promise<void>;
	/** Names of the files in a folder ("journal"), in no order; none where there is no such folder. */
	list(folder: string): Promise<readonly string[]>;
	/** Bytes used and allowed by this origin; undefined where the browser does not tell. */
	usage(): Promise<{ readonly used: number; readonly quota: number } | undefined>;
	/** SHA-256 of the bytes in lower-case hex (Web Cryptography). */
	digest(bytes: Uint8Array): Promise<string>;
	/** Runs `work` while no other tab runs one of the same name. */
	alone<T>(name: string, work: () => Promise<T>): Promise<T>;
	/** Takes a name for this tab until it is let go or the tab is gone; undefined where a tab holds it already. */
	hold(name: string): Promise<(() => void) | undefined>;
	/** The names that tabs hold now, this one among them. */
	held(): Promise<readonly string[]>;
}
