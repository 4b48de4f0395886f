// A long random run, in-process and on virtual time: any chip of the catalogue, any image, some faults; program, and
// after whatever happened cut the supply, connect again and program an update, until it is in. A finished job with a
// wrong byte, a job without an end, and a board that cannot be brought back are findings.
import { firstDifference } from '#core/bytes.ts';
import { buildImage, segmentRange, type Image } from '#core/image.ts';
import { alignDown, subtract, type Range } from '#core/range.ts';
import { devices } from '#devices/index.ts';
import { uartTroubles, usbTroubles, type MischiefEntry } from '#simulator/mischief.ts';
import { firmware, hexFile, rig, type Rig } from '../session/rig.ts';

export interface SoakOptions {
	readonly cycles: number;
	readonly seed: number;
	readonly progress: (line: string) => void;
}

export interface SoakResult {
	/** How many jobs ended in which way: 'finished', or a failure's code. */
	readonly endings: ReadonlyMap<string, number>;
	/** How many frames were disturbed, by kind. */
	readonly faults: number;
	readonly findings: readonly string[];
}

/** Virtual time after which a job counts as hung: longer than any of these images takes at 57600 baud. */
const HANG_MS = 1_800_000;
/** Programmings after the first before a board counts as lost. Faults are used up by then. */
const UPDATES = 6;
const LARGEST = 12_000;

interface Cycle {
	readonly name: string;
	readonly made: Rig;
	/** A whole number from 0 below `end`. */
	readonly below: (end: number) => number;
}

export async function soak({ cycles, seed, progress }: SoakOptions): Promise<SoakResult> {
	const endings = new Map<string, number>();
	const findings: string[] = [];
	let faults = 0;
	for (let number = 0; number < cycles; number++) {
		const below = random(seed + number);
		const { part, transport, baud } = anyChip(below);
		const mischief = anyMischief(below, transport);
		faults += mischief.length;
		const name = `cycle ${number} (--seed ${seed + number} --cycles 1): ${part} by ${transport}`;
		const content = [{ address: FLASH, data: firmware(FLASH, 16 * 1024, number + 1) }];
		const made = rig({ part, transport, baud, mischief, content });
		try {
			for (const ending of await cycle({ name, made, below })) {
				endings.set(ending, (endings.get(ending) ?? 0) + 1);
			}
		} catch (error) {
			findings.push(`${name}: ${String(error)} ${JSON.stringify(mischief)}`);
			progress(findings.at(-1)!);
		}
		if ((number + 1) % 50 === 0) progress(`${number + 1} cycles, ${findings.length} findings`);
	}
	return { endings, faults, findings };
}

const FLASH = 0x08000000;

/** Programs until an update is in. Returns how each job ended. @throws what was found. */
async function cycle({ made, below }: Cycle): Promise<string[]> {
	const endings: string[] = [];
	for (let job = 0; job <= UPDATES; job++) {
		if (job > 0) powerCycle(made);
		const image = anyImage(made, below);
		const ending = await once(made, image);
		endings.push(ending);
		if (ending === 'plan-refuses' || ending === 'board-refuses') return endings;
		if (ending === 'finished' && job > 0) return endings;
	}
	throw new Error(`not brought back: ${endings.join(', ')}`);
}

function powerCycle({ simulated }: Rig): void {
	simulated.unplug();
	simulated.replug();
}

/** One job from connecting to its end, and the whole flash compared. */
async function once({ session, simulated, clock, connect }: Rig, image: Image): Promise<string> {
	const all = flashOf(simulated);
	const before = simulated.board.peek(all);
	await session.disconnect();
	session.closeFiles();
	const over = new AbortController();
	const hang = clock.sleep(HANG_MS, over.signal).then(
		() => true,
		() => false,
	);
	const work = async (): Promise<boolean> => {
		await session.open([hexFile(image)]);
		await connect();
		await session.program();
		return false;
	};
	const hung = await Promise.race([work(), hang]);
	over.abort();
	if (hung) throw new Error('hung');
	const { job, board } = session.state;
	if (job.status === 'failed') return known(job.failure.code);
	if (job.status !== 'finished') {
		if (board.status === 'failed') return known(board.failure.code);
		return session.readiness.ready ? job.status : session.readiness.why;
	}
	const wanted = before.slice();
	const { eraseValue } = simulated.board.memory.find(({ kind }) => kind === 'flash')!;
	for (const { range } of job.plan.erase) {
		wanted.fill(eraseValue, range.start - all.start, range.end - all.start);
	}
	for (const { address, data } of image) wanted.set(data, address - all.start);
	const at = firstDifference(simulated.board.peek(all), wanted);
	if (at >= 0) throw new Error(`finished and wrong at 0x${(all.start + at).toString(16)}`);
	const outside = image.flatMap((segment) =>
		subtract(segmentRange(segment), job.plan.write.map(segmentRange)),
	);
	if (outside.length > 0) throw new Error('finished without writing all of the image');
	return 'finished';
}

/** An error nobody thought of is a finding. */
function known(code: string): string {
	if (code === 'job.internal') throw new Error(code);
	return code;
}

const flashOf = ({ board }: Rig['simulated']): Range => {
	const main = board.sectors.filter(({ range }) => range.start >= FLASH);
	return { start: main[0]!.range.start, end: main[0]!.range.end + contiguous(main) };
};

/** Bytes of the sectors that follow the first without a gap. */
function contiguous(sectors: Rig['simulated']['board']['sectors']): number {
	let end = sectors[0]!.range.end;
	for (const { range } of sectors.slice(1)) {
		if (range.start !== end) break;
		end = range.end;
	}
	return end - sectors[0]!.range.end;
}

interface Chip {
	readonly part: string;
	readonly transport: 'uart' | 'dfu';
	readonly baud: number;
}

function anyChip(below: Cycle['below']): Chip {
	for (;;) {
		const device = devices[below(devices.length)]!;
		const { uart, dfu, parity, maximumBaud } = device.bootloader;
		const ways = [
			...(uart && parity === 'even' ? (['uart'] as const) : []),
			...(dfu ? (['dfu'] as const) : []),
		];
		const transport = ways[below(ways.length)];
		const part = device.parts[below(device.parts.length)];
		const flash = device.layouts[0].flash[0]?.range.start;
		// Some ROMs of the F7 lock on 57600 at most.
		const baud = Math.min(115200, maximumBaud ?? Infinity);
		if (transport && part !== undefined && flash === FLASH) return { part, transport, baud };
	}
}

/** None to four troubles, in the frames that a small job has. */
function anyMischief(below: Cycle['below'], transport: 'uart' | 'dfu'): MischiefEntry[] {
	const kinds = transport === 'uart' ? uartTroubles : usbTroubles;
	return Array.from({ length: below(5) }, () => {
		const kind = kinds[below(kinds.length)]!;
		const ms = kind === 'busy' && below(2) === 0 ? { ms: below(3000) } : {};
		return { at: below(400), kind, ...ms };
	});
}

/** A program at the start of flash, and up to two more pieces behind it, at any address. */
function anyImage({ simulated }: Rig, below: Cycle['below']): Image {
	const { start, end } = flashOf(simulated);
	const room = end - start;
	const first = firmware(start, 64 + below(Math.min(LARGEST, room / 2)), below(1e6));
	const parts = [{ address: start, data: first }];
	let at = start + first.length;
	for (let more = below(3); more > 0 && end - at > 4096; more--) {
		const address = at + 1 + below((end - at) >> 1);
		const length = Math.min(1 + below(2000), end - address);
		const data = firmware(alignDown(address, 4), Math.max(8, length), below(1e6)).slice(0, length);
		parts.push({ address, data });
		at = address + length;
	}
	return buildImage(parts);
}

/** mulberry32: small, and the same everywhere. */
function random(seed: number): Cycle['below'] {
	let state = seed >>> 0;
	return (end) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
	};
}
