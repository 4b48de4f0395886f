// A FUSE server in plain Node: the kernel's protocol (linux/fuse.h, version 7.31) read from and written to
// /dev/fuse. It serves device files that answer ioctl and poll, so that programs take them for real devices.
import { closeSync, openSync, read, writeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import type { DeviceFile } from './device-file.ts';
import { errno, SystemError } from './errno.ts';
import { attributes, directoryEntry, entryOut, initOut, ioctlOut } from './fuse-words.ts';
import { DEVICE, OP, openOut, parse, STREAM, words, type FuseRequest } from './fuse-words.ts';
import { Tree } from './tree.ts';

const BUFFER_BYTES = 1 << 20;
const NOTIFY_POLL = 1;
const SCHEDULE_NOTIFY = 1;
const O_NONBLOCK = 0o4000;

export class FuseMount {
	readonly #fd: number;
	readonly #tree = new Tree();
	/** Calls that have not been answered, by their unique number. */
	readonly #pending = new Map<bigint, AbortController>();
	readonly #polls = new Map<DeviceFile, Set<bigint>>();
	#closed = false;

	/** Mounts over `place`. Needs the right to mount: a namespace of one's own is enough. */
	constructor(place: string) {
		this.#fd = openSync('/dev/fuse', 'r+');
		const options = 'fd=3,rootmode=40755,user_id=0,group_id=0,allow_other';
		const { status, stderr } = spawnSync(
			'mount',
			['-i', '-t', 'fuse', '-o', options, 'boards', place],
			{ stdio: ['ignore', 'ignore', 'pipe', this.#fd] },
		);
		if (status !== 0) throw new Error(`mount: ${stderr.toString()}`);
		this.#listen(Buffer.alloc(BUFFER_BYTES));
	}

	add(path: string, file: DeviceFile): void {
		this.#polls.set(file, new Set());
		file.wake = () => {
			this.#wake(file);
		};
		this.#tree.add(path, file);
	}

	/** Ends the connection; whatever a client still has open fails from here on. */
	close(place: string): void {
		this.#closed = true;
		spawnSync('umount', ['-i', '-l', place]);
		closeSync(this.#fd);
	}

	#listen(buffer: Buffer): void {
		read(this.#fd, buffer, 0, buffer.length, null, (error, length) => {
			if (this.#closed || error?.code === 'ENODEV') return;
			if (!error) void this.#serve(parse(Buffer.from(buffer.subarray(0, length))));
			this.#listen(buffer);
		});
	}

	async #serve(request: FuseRequest): Promise<void> {
		const { op, unique, body } = request;
		if (op === OP.forget || op === OP.batchForget) return;
		if (op === OP.interrupt) {
			this.#pending.get(body.readBigUInt64LE(0))?.abort(new SystemError('EINTR'));
			return;
		}
		const call = new AbortController();
		this.#pending.set(unique, call);
		try {
			this.#send(unique, 0, await this.#answer(request, call.signal));
		} catch (error) {
			this.#send(unique, -(error instanceof SystemError ? error.errno : errno('EIO')));
			if (!(error instanceof SystemError)) console.error('device file', error);
		} finally {
			this.#pending.delete(unique);
		}
	}

	/** Calls that only name things; the others go to a device file. */
	async #answer(request: FuseRequest, signal: AbortSignal): Promise<Uint8Array> {
		const { op, inode, body } = request;
		const entry = this.#tree.at(inode);
		if (!entry) throw new SystemError('ENOENT');
		switch (op) {
			case OP.init:
				return initOut();
			case OP.lookup: {
				const found = this.#tree.find(inode, body.toString('utf8', 0, body.indexOf(0)));
				if (!found) throw new SystemError('ENOENT');
				return entryOut(found);
			}
			case OP.getAttributes:
			case OP.setAttributes:
				return Buffer.concat([Buffer.alloc(16), attributes(entry)]);
			case OP.openFolder:
				return openOut(0, 0);
			case OP.readFolder: {
				if (body.readBigUInt64LE(8) > 0n) return Buffer.alloc(0);
				return Buffer.concat(this.#tree.list(inode).map(directoryEntry));
			}
			case OP.flush:
			case OP.sync:
			case OP.releaseFolder:
				return Buffer.alloc(0);
		}
		if (!entry.file) throw new SystemError('ENOSYS');
		return this.#device(entry.file, request, signal);
	}

	async #device(file: DeviceFile, request: FuseRequest, signal: AbortSignal): Promise<Uint8Array> {
		const { op, inode, pid, body } = request;
		switch (op) {
			case OP.open:
				if (file.gone) throw new SystemError('ENODEV');
				await file.open();
				return openOut(inode, file.stream ? STREAM : DEVICE);
			case OP.release:
				await file.release();
				return Buffer.alloc(0);
			case OP.read:
				return file.read({
					offset: Number(body.readBigUInt64LE(8)),
					size: body.readUInt32LE(16),
					nonBlocking: (body.readUInt32LE(32) & O_NONBLOCK) !== 0,
					signal,
				});
			case OP.write:
				return words(await file.write(body.subarray(40, 40 + body.readUInt32LE(16))), 0);
			case OP.ioctl: {
				const input = body.subarray(32, 32 + body.readUInt32LE(24));
				const [command, argument] = [body.readUInt32LE(12), body.readBigUInt64LE(16)];
				const answer = await file.ioctl({ pid, command, argument, input, signal });
				return Buffer.concat([ioctlOut(answer.result), answer.output ?? Buffer.alloc(0)]);
			}
			case OP.poll:
				if (body.readUInt32LE(16) & SCHEDULE_NOTIFY) {
					this.#polls.get(file)?.add(body.readBigUInt64LE(8));
				}
				return words(file.events(), 0);
			default:
				throw new SystemError('ENOSYS');
		}
	}

	/** Wakes every poll on the file; the kernel asks again what holds. */
	#wake(file: DeviceFile): void {
		const handles = this.#polls.get(file);
		for (const handle of handles ?? []) {
			const body = Buffer.alloc(8);
			body.writeBigUInt64LE(handle);
			this.#send(0n, NOTIFY_POLL, body);
		}
		handles?.clear();
	}

	#send(unique: bigint, error: number, body: Uint8Array = Buffer.alloc(0)): void {
		if (this.#closed) return;
		const head = Buffer.alloc(16);
		head.writeUInt32LE(head.length + body.length, 0);
		head.writeInt32LE(error, 4);
		head.writeBigUInt64LE(unique, 8);
		try {
			writeSync(this.#fd, Buffer.concat([head, body]));
		} catch (failure) {
			// The client was killed, or its poll is over: nobody waits for this any more.
			if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') throw failure;
		}
	}
}
