// Memory of a client process, reached through /proc/PID/mem: most ioctls of ttys and usbfs pass pointers whose
// size FUSE does not know, so that the kernel copies nothing for them.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

export function readMemory(pid: number, address: bigint, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	withMemory(pid, 'r', (fd) => readSync(fd, bytes, 0, length, Number(address)));
	return bytes;
}

export function writeMemory(pid: number, address: bigint, bytes: Uint8Array): void {
	if (bytes.length === 0) return;
	withMemory(pid, 'r+', (fd) => writeSync(fd, bytes, 0, bytes.length, Number(address)));
}

function withMemory(pid: number, flags: string, work: (fd: number) => void): void {
	const fd = openSync(`/proc/${pid}/mem`, flags);
	try {
		work(fd);
	} finally {
		closeSync(fd);
	}
}
