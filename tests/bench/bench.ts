// How long a full program-and-verify takes on the virtual clock, against the floor that physics sets: erase, program
// and the mandatory frames of the documents, with a host and an adapter that cost nothing.
import type { Plan } from '#core/plan.ts';
import { eraseTime } from '#core/steps.ts';
import type { Device, FlashTimings } from '#core/device.ts';
import { size } from '#core/range.ts';
import { erasePollMs, writePollMs } from '#simulator/poll-timeouts.ts';
import { firmware, hexFile, imageAt, rig, type RigOptions } from '../session/rig.ts';
import { WireCount } from './wire-count.ts';

export interface BenchCase {
	readonly name: string;
	readonly transport: 'uart' | 'dfu';
	readonly device: string;
	readonly ms: number;
	readonly floorMs: number;
	readonly ratio: number;
	readonly wireBytes: number;
	readonly roundTrips: number;
	readonly sectorsErased: number;
	/** Of an update: its time by that of the full job with the same image, which it must not exceed. */
	readonly ofFull?: number;
}

const BASE = 0x08000000;
const KIB = 1024;
/** What a fast host needs for a transfer besides its packets: a public F745 log shows 5 ms for DNLOAD and GETSTATUS. */
const XHCI_TRANSFER_MS = 1.23;

interface Setting {
	readonly part: string;
	readonly kib: number;
	readonly flashKib: number;
	readonly label: string;
	readonly options: Omit<RigOptions, 'part'>;
	/**
	 * What the board holds before: something else everywhere, the same but for 3 % in one run or in four that are spread
	 * evenly, or nothing.
	 */
	readonly before?: Held;
}

type Held = 'other' | 'update' | 'scattered' | 'blank';

const uart = (baud: number, latencyMs: number): Setting['options'] => ({
	transport: 'uart',
	baud,
	anyBaud: true,
	adapter: { latencyMs },
});

type Job = readonly [part: string, kib: number, flashKib: number];
const F405: Job = ['STM32F405RG', 256, 1024];
const H743: Job = ['STM32H743ZI', 512, 2048];
const L476: Job = ['STM32L476RE', 512, 512];
const BUSES = ['fs1ms', 'xhci'] as const;

const settingsOf = (
	jobs: readonly Job[],
	setting: Pick<Setting, 'label' | 'options'>,
): readonly Setting[] => jobs.map(([part, kib, flashKib]) => ({ part, kib, flashKib, ...setting }));

const fullJobs: readonly Setting[] = [
	...BUSES.flatMap((bus) =>
		settingsOf([F405, ['STM32F405RG', 1024, 1024], H743, L476], {
			label: bus,
			options: { transport: 'dfu', bus },
		}),
	),
	...([1, 16] as const).flatMap((latencyMs) =>
		([115200, 921600] as const).flatMap((baud) =>
			settingsOf([['STM32F103CB', 128, 128], F405, H743, L476], {
				label: `${baud} baud, ${latencyMs} ms adapter`,
				options: uart(baud, latencyMs),
			}),
		),
	),
	...BUSES.flatMap((bus) =>
		settingsOf([F405, H743, L476], {
			label: `${bus}, insists on its timeouts`,
			options: { transport: 'dfu', bus, quirks: { earlyPoll: 'stall' } },
		}),
	),
	...[115200, 921600].map((baud) => ({
		part: 'STM32U575ZI',
		kib: 512,
		flashKib: 2048,
		label: `${baud} baud, 1 ms adapter, with Get Checksum`,
		options: { ...uart(baud, 1), quirks: { checksumAcks: 2 as const } },
	})),
];

/** The same jobs over a board that holds nearly the same, or nothing: what changed is looked for first. */
const settings: readonly Setting[] = [
	...fullJobs,
	...(['update', 'scattered', 'blank'] as const).flatMap((before) =>
		fullJobs.map((setting) => ({ ...setting, before, label: `${setting.label}, ${before}` })),
	),
];

export async function bench(filter?: string): Promise<BenchCase[]> {
	const rows: BenchCase[] = [];
	for (const setting of settings) {
		const name = `${setting.part} ${setting.kib}K ${setting.options.transport} ${setting.label}`;
		if (filter === undefined || name.includes(filter)) rows.push(await measure(name, setting));
	}
	return rows.map((row) => {
		const full = rows.find(({ name }) => /^, (update|scattered)$/.test(row.name.replace(name, '')));
		return full ? { ...row, ofFull: rounded(row.ms / full.ms) } : row;
	});
}

const rounded = (ratio: number): number => Math.round(ratio * 1000) / 1000;

async function measure(
	name: string,
	{ part, kib, flashKib, options, before: held = 'other' }: Setting,
): Promise<BenchCase> {
	const count = new WireCount();
	const image = firmware(BASE, kib * KIB);
	const content = held === 'blank' ? [] : imageAt(BASE, contentOf(held, image, flashKib * KIB));
	const keeping = { keep: true, compare: held !== 'other' };
	const made = rig({ part, ...options, content, keeping, tap: count.tap });
	const { session } = made;
	await session.open([hexFile(imageAt(BASE, image))]);
	await made.connect();
	const { transferSize = 256, checksum: sums = false } = session.board?.limits ?? {};
	const before = { bytes: count.bytes, roundTrips: count.roundTrips };
	await session.program();
	const { job } = session.state;
	if (job.status !== 'finished' || job.report.result !== 'verified') {
		throw new Error(`${name}: ${job.status} ${job.status === 'failed' ? job.failure.message : ''}`);
	}
	if (process.env['PHASES']) console.log(name, job.report.phases);
	const timings = made.simulated.board.device.timings;
	const mass = job.steps.some(({ kind }) => kind === 'mass-erase');
	const insists = options.quirks?.earlyPoll === 'stall' && made.simulated.board.device;
	const limits = { ...options, transferSize, mass, sums, ...(insists && { insists }) };
	const looked = held === 'other' ? 0 : lookFloor(job.plan, image.length, limits);
	const changed = floor(job.plan, timings, limits) + looked;
	const everything = session.plan ? floor(session.plan, timings, limits) : changed;
	const floorMs = held === 'blank' ? changed : Math.min(changed, everything);
	return {
		name,
		transport: options.transport,
		device: part,
		ms: Math.round(job.report.elapsedMs),
		floorMs: Math.round(floorMs),
		ratio: rounded(job.report.elapsedMs / floorMs),
		wireBytes: count.bytes - before.bytes,
		roundTrips: count.roundTrips - before.roundTrips,
		sectorsErased: job.report.truth.sectorsErased,
	};
}

/** Old content: other bytes everywhere, or the image with 3 % changed in one run or four. */
function contentOf(held: Exclude<Held, 'blank'>, image: Uint8Array, flash: number): Uint8Array {
	const bytes = firmware(BASE, flash, 99);
	if (held === 'other') return bytes;
	const changed = bytes.slice(0, image.length);
	bytes.set(image);
	const runs = held === 'update' ? 1 : 4;
	for (let run = 0; run < runs; run++) {
		const start = Math.floor((image.length * (2 * run + 1)) / (2 * runs));
		const end = start + Math.floor((image.length * 0.03) / runs);
		bytes.set(changed.subarray(start, end), start);
	}
	return bytes;
}

/** To know what changed: a sum of each sector; or all of what stays read, and one transfer of each sector that goes. */
function lookFloor({ same, erase, touched }: Plan, image: number, limits: Limits): number {
	if (limits.sums) return touched.length * sumFloor(limits);
	const inImage = (sectors: Plan['touched']): number =>
		sectors.reduce((sum, { range }) => sum + Math.min(range.end, BASE + image) - range.start, 0);
	const blank = touched.filter((one) => !same.includes(one) && !erase.includes(one));
	const bytes = inImage(same) + inImage(blank) + erase.length * limits.transferSize;
	return readFloor(bytes, limits);
}

interface Limits {
	readonly transport: 'uart' | 'dfu';
	readonly baud?: number;
	readonly bus?: 'fs1ms' | 'xhci';
	readonly transferSize: number;
	/** The chip can erase everything at once, and the plan wants that. */
	readonly mass: boolean;
	/** The bootloader has Get Checksum. */
	readonly sums: boolean;
	/** It is asked no earlier than it announced (DFU 1.1 6.1.2), as it minds. */
	readonly insists?: Device;
}

function floor(plan: Plan, timings: FlashTimings, limits: Limits): number {
	const bytes = plan.write.reduce((sum, { data }) => sum + data.length, 0);
	const bySector = plan.erase.reduce(
		(sum, { range }) => sum + eraseTime(timings, size(range)).typicalMs,
		0,
	);
	const erase = limits.mass ? Math.min(timings.massErase.typicalMs, bySector) : bySector;
	const program = (bytes / timings.program.bytes) * (timings.program.typicalUs / 1000);
	const erases = limits.mass ? 1 : plan.erase.length;
	const wire = limits.transport === 'uart' ? uartFloor : usbFloor;
	const proof = limits.sums ? plan.touched.length * sumFloor(limits) : readFloor(bytes, limits);
	const waits = limits.insists ? waitFloor({ erase, program, bytes, erases }, limits) : 0;
	return erase + program + wire(bytes, erases, limits) + proof + waits;
}

interface Work {
	readonly erase: number;
	readonly program: number;
	readonly bytes: number;
	readonly erases: number;
}

/** What is announced beyond what the flash takes, and then the second GETSTATUS, which travels while nothing works. */
function waitFloor({ erase, program, bytes, erases }: Work, limits: Limits): number {
	const { insists: device, transferSize } = limits;
	if (!device) return 0;
	const blocks = Math.ceil(bytes / transferSize);
	const idle = (count: number, workMs: number, announcedMs: number): number =>
		count * announcedMs > workMs ? count * (announcedMs + controlMs(6, limits)) - workMs : 0;
	return (
		idle(blocks, program, Math.ceil(writePollMs(device, transferSize))) +
		idle(erases, erase, erasePollMs(device))
	);
}

/** AN3155: a write is 9 bytes of frame and 3 ACKs around 256; one erase command. */
function uartFloor(bytes: number, erases: number, limits: Limits): number {
	return wireMs(bytes + Math.ceil(bytes / 256) * (9 + 3) + 7 + erases * 2, limits);
}

/** AN3155 3.13: 22 bytes of frame, six ACKs, four bytes of sum and their XOR; what the chip computes is not counted. */
const sumFloor = (limits: Limits): number => wireMs(22 + 6 + 5, limits);

const wireMs = (bytes: number, { baud = 115200 }: Limits): number => (bytes * 11_000) / baud;

/**
 * DFU 1.1: a block down is DNLOAD and two GETSTATUS; an erase is a download of its own. The second GETSTATUS costs
 * nothing here, as it travels while the flash works.
 */
function usbFloor(bytes: number, erases: number, limits: Limits): number {
	const transfer = (payload: number): number => controlMs(payload, limits);
	const blocks = Math.ceil(bytes / limits.transferSize);
	return (
		blocks * (transfer(limits.transferSize) + transfer(6)) + erases * (transfer(5) + transfer(6))
	);
}

/** What reading so many bytes costs on the wire: an UPLOAD for each block; AN3155 3.4: 5 and 4 bytes, and 3 ACKs. */
function readFloor(bytes: number, limits: Limits): number {
	if (limits.transport === 'uart') return wireMs(bytes + Math.ceil(bytes / 256) * (9 + 3), limits);
	return Math.ceil(bytes / limits.transferSize) * controlMs(limits.transferSize, limits);
}

/** One control transfer of three stages, its data in packets of 64 bytes. */
function controlMs(payload: number, { bus }: Limits): number {
	const packets = Math.ceil(payload / 64) / 13;
	return bus === 'xhci' ? XHCI_TRANSFER_MS + packets : 3 + Math.max(0, Math.ceil(packets) - 1);
}
