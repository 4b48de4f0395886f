// Hotplug messages as systemd-udevd sends them to libudev's monitors (libudev-monitor.c: netlink, group 2). Node has
// no netlink sockets; one line of Perl, which every Debian has, lends one.
import { spawn, type ChildProcess } from 'node:child_process';

const PROGRAM = `
	socket(my $s, 16, 3, 15) or die "netlink: $!";
	bind($s, pack('SSLL', 16, 0, 0, 0)) or die "bind: $!";
	while (<STDIN>) { chomp; send($s, pack('H*', $_), 0, pack('SSLL', 16, 0, 0, 2)) or die "send: $!"; }
`;
const HEADER_BYTES = 40;
const MAGIC = 0xfeedcafe;

export class Udev {
	readonly #sender: ChildProcess = spawn('perl', ['-e', PROGRAM], {
		stdio: ['pipe', 'ignore', 'inherit'],
	});
	#sequence = 1000;

	announce(action: 'add' | 'remove', path: string, properties: Record<string, string>): void {
		const all = {
			ACTION: action,
			DEVPATH: path,
			...properties,
			SEQNUM: String(this.#sequence++),
		};
		const body = Object.entries(all)
			.map(([key, value]) => `${key}=${value}\0`)
			.join('');
		const { SUBSYSTEM = '', DEVTYPE } = properties;
		const message = Buffer.concat([header(SUBSYSTEM, DEVTYPE, body.length), Buffer.from(body)]);
		this.#sender.stdin?.write(message.toString('hex') + '\n');
	}

	close(): void {
		this.#sender.stdin?.end();
	}
}

function header(subsystem: string, type: string | undefined, bodyBytes: number): Buffer {
	const bytes = Buffer.alloc(HEADER_BYTES);
	bytes.write('libudev\0', 0, 'latin1');
	bytes.writeUInt32BE(MAGIC, 8);
	bytes.writeUInt32LE(HEADER_BYTES, 12);
	bytes.writeUInt32LE(HEADER_BYTES, 16);
	bytes.writeUInt32LE(bodyBytes, 20);
	bytes.writeUInt32BE(murmur2(subsystem), 24);
	bytes.writeUInt32BE(type === undefined ? 0 : murmur2(type), 28);
	return bytes;
}

/** MurmurHash2 with seed 0: by it the monitors' filters know subsystems and types. */
function murmur2(text: string): number {
	const bytes = Buffer.from(text);
	const factor = 0x5bd1e995;
	let hash = bytes.length;
	let at = 0;
	for (; at + 4 <= bytes.length; at += 4) {
		let word = Math.imul(bytes.readUInt32LE(at), factor);
		word ^= word >>> 24;
		hash = Math.imul(hash, factor) ^ Math.imul(word, factor);
	}
	const rest = bytes.subarray(at);
	for (const [i, byte] of rest.entries()) hash ^= byte << (8 * i);
	if (rest.length > 0) hash = Math.imul(hash, factor);
	hash ^= hash >>> 13;
	hash = Math.imul(hash, factor);
	return (hash ^ (hash >>> 15)) >>> 0;
}
