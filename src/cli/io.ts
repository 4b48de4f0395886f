// All that a command sees of the world: files, the environment and two streams. Tests give their own.
import type { ByteSource } from '#core/source.ts';

/** A key never replaces a file; one that is secret is for its owner's eyes only. */
export type SavedKind = 'plain' | 'key' | 'secret-key';

export interface Io {
	/** A file's bytes by range; a relative path is taken from the working folder. @throws Failure cli.unreadable */
	open(path: string): Promise<ByteSource>;
	/** True where something stands under that path, be it readable or not. */
	has(path: string): Promise<boolean>;
	/** Writes a whole file. @throws Failure cli.unwritable; cli.exists where a key would be replaced */
	save(path: string, bytes: Uint8Array, kind?: SavedKind): Promise<void>;
	/** A variable of the environment; undefined where it is not set, or empty. */
	variable(name: string): string | undefined;
	/** The answer: the only thing that goes to stdout. */
	write(text: string): void;
	/** Everything else goes to stderr. */
	writeError(text: string): void;
}
