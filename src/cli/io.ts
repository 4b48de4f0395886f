// All that a command sees of the world: files to read and two streams to write. Tests give their own.
import type { ByteSource } from '#core/source.ts';

export interface Io {
	/** A file's bytes by range; a relative path is taken from the working folder. @throws Failure cli.unreadable */
	open(path: string): Promise<ByteSource>;
	/** The answer: the only thing that goes to stdout. */
	write(text: string): void;
	/** Everything else goes to stderr. */
	writeError(text: string): void;
}
