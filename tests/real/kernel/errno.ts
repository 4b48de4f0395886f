// Error numbers of Linux (asm-generic/errno-base.h, errno.h) as exceptions that the FUSE server turns into replies.

const numbers = {
	ENOENT: 2,
	EINTR: 4,
	EIO: 5,
	EAGAIN: 11,
	ENODEV: 19,
	EINVAL: 22,
	ENOTTY: 25,
	EPIPE: 32,
	ENOSYS: 38,
	ENODATA: 61,
	EPROTO: 71,
	ESHUTDOWN: 108,
} as const;

export type ErrorName = keyof typeof numbers;

export const errno = (name: ErrorName): number => numbers[name];

/** What a system call of the client ends with. */
export class SystemError extends Error {
	readonly errno: number;

	constructor(name: ErrorName) {
		super(name);
		this.errno = numbers[name];
	}
}
