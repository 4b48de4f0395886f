// What a file on the FUSE mount has to do: the calls that a character device's driver answers in a real kernel.

export interface ReadCall {
	readonly offset: number;
	readonly size: number;
	/** O_NONBLOCK. */
	readonly nonBlocking: boolean;
	/** Aborts when the client's call is interrupted or the client is killed. */
	readonly signal: AbortSignal;
}

export interface IoctlCall {
	/** The client, whose memory `argument` may point into. */
	readonly pid: number;
	readonly command: number;
	readonly argument: bigint;
	/** What the kernel copied in for a command whose number says it carries data. */
	readonly input: Buffer;
	readonly signal: AbortSignal;
}

export interface IoctlAnswer {
	readonly result: number;
	/** Copied out by the kernel for a command whose number says it returns data. */
	readonly output?: Uint8Array;
}

/** Bits of poll(2). */
export const POLL = { in: 0x41, out: 0x104, hangUp: 0x18 } as const;

/** A device node. Calls reject with `SystemError`. */
export interface DeviceFile {
	/** Set by the mount; the file calls it whenever `events` may have changed. */
	wake: () => void;
	/** True once the device has left; the node is then no longer found. */
	readonly gone: boolean;
	/** Has no position: a tty. Otherwise a lock on the position would let a waiting read hold up every write. */
	readonly stream: boolean;
	open(): Promise<void>;
	release(): Promise<void>;
	read(call: ReadCall): Promise<Uint8Array>;
	write(data: Buffer): Promise<number>;
	ioctl(call: IoctlCall): Promise<IoctlAnswer>;
	/** Bits of `POLL` that hold now. */
	events(): number;
}
