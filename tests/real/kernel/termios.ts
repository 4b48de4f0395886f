// struct termios2 of Linux (asm-generic/termbits.h), as far as a serial line needs it.

const TERMIOS2_BYTES = 44;
/** The same without its two speeds: what TCGETS and TCSETS move. */
export const TERMIOS_BYTES = 36;
const I_FLAG = 0;
const PARMRK = 0o10;
const C_FLAG = 8;
const C_CC = 17;
const [VTIME, VMIN] = [5, 6];
const C_OSPEED = 40;
const CBAUD = 0o10017;
const CSIZE = 0o60;
const CSTOPB = 0o100;
const PARENB = 0o400;
const PARODD = 0o1000;

/** Rates by their code: from B1200 on, from B57600 on, and from B921600 on. */
const SPEEDS = new Map<number, number>();
const rows: readonly (readonly [number, readonly number[]])[] = [
	[9, [1200, 1800, 2400, 4800, 9600, 19200, 38400]],
	[0o10001, [57600, 115200, 230400, 460800, 500000, 576000]],
	[0o10007, [921600, 1000000, 1152000, 1500000, 2000000]],
];
for (const [first, rates] of rows) {
	for (const [i, rate] of rates.entries()) SPEEDS.set(first + i, rate);
}

export interface LineFormat {
	readonly baudRate: number;
	readonly dataBits: 7 | 8;
	readonly stopBits: 1 | 2;
	readonly parity: 'none' | 'even' | 'odd';
}

export class Termios {
	readonly bytes = Buffer.alloc(TERMIOS2_BYTES);

	constructor() {
		this.bytes.writeUInt32LE(0o2260 | 13, C_FLAG); // HUPCL, CREAD, CS8, B9600: a tty as it comes
		this.bytes[C_CC + VMIN] = 1;
	}

	get format(): LineFormat {
		const flags = this.bytes.readUInt32LE(C_FLAG);
		return {
			baudRate: SPEEDS.get(flags & CBAUD) ?? this.bytes.readUInt32LE(C_OSPEED),
			dataBits: (flags & CSIZE) === 0o40 ? 7 : 8,
			stopBits: flags & CSTOPB ? 2 : 1,
			parity: !(flags & PARENB) ? 'none' : flags & PARODD ? 'odd' : 'even',
		};
	}

	/** Line errors are marked by 0xFF 0x00, and so a good 0xFF is doubled. Chromium asks for it. */
	get marksErrors(): boolean {
		return (this.bytes.readUInt32LE(I_FLAG) & PARMRK) !== 0;
	}

	/** Bytes a read waits for; 0 lets it return with none. */
	get minimum(): number {
		return this.bytes[C_CC + VMIN]!;
	}

	/** How long it waits when `minimum` is 0. */
	get timeoutMs(): number {
		return this.bytes[C_CC + VTIME]! * 100;
	}
}
