// What lies beside flash: data EEPROM that was not in the file, option bytes and one-time bytes. No job touches them,
// disturbed or not, and what a job does write there is written as it stands in the file and nowhere else.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import type { Region } from '#core/memory.ts';
import type { Range } from '#core/range.ts';
import { memoryStore } from './memory-store.ts';
import { firmware, hexFile, rig, type Rig, type RigOptions } from './rig.ts';

const BASE = 0x08000000;
const EEPROM = 0x08080000;
const keeping = { keep: true, backup: true, compare: true };

const old = firmware(BASE, 1024, 99);
const data = firmware(EEPROM, 512, 5);
const image = firmware(BASE, 300);
/** Neither its beginning nor its end on a word. */
const settings = firmware(EEPROM, 39, 6).subarray(0, 38);
const SETTINGS = EEPROM + 45;

const parts: readonly RigOptions[] = [
	{ part: 'STM32L072CZ', transport: 'uart' },
	{ part: 'STM32L152RE', transport: 'uart' },
	{ part: 'STM32L053R8', transport: 'uart' },
	{ part: 'STM32L072CZ', transport: 'dfu' },
];
const files = {
	'without EEPROM': () => hexFile([{ address: BASE, data: image }]),
	'with EEPROM': () =>
		hexFile([
			{ address: BASE, data: image },
			{ address: SETTINGS, data: settings },
		]),
};
type Which = keyof typeof files;

const made = (options: RigOptions): Rig =>
	rig({
		keeping,
		content: [
			{ address: BASE, data: old },
			{ address: EEPROM, data },
		],
		...options,
	});

const wanted = (which: Which): Uint8Array => {
	const bytes = data.slice();
	if (which === 'with EEPROM') bytes.set(settings, SETTINGS - EEPROM);
	return bytes;
};

/** Option bytes, one-time bytes and the EEPROM behind the part with content. */
function others({
	simulated: { board },
}: Rig): { readonly region: Region; readonly bytes: string }[] {
	return board.memory
		.filter(({ kind }) => kind === 'option-bytes' || kind === 'otp' || kind === 'eeprom')
		.map((region) => {
			const start = Math.max(region.range.start, region.kind === 'eeprom' ? EEPROM + 512 : 0);
			const range: Range = { start: Math.min(start, region.range.end), end: region.range.end };
			return { region, bytes: board.peek(range).join() };
		});
}

function expectRight(one: Rig, which: Which, before: ReturnType<typeof others>): void {
	const { board } = one.simulated;
	const held = board.peek({ start: EEPROM, end: EEPROM + data.length });
	expect(firstDifference(held, wanted(which))).toBe(-1);
	expect(others(one)).toEqual(before);
	for (const event of board.events) {
		if (event.kind !== 'write') continue;
		const kind = board.kindAt(event.range.start);
		expect(kind === 'flash' || (which === 'with EEPROM' && kind === 'eeprom')).toBe(true);
	}
}

describe.each(parts)('$part by $transport', (options) => {
	it.each(Object.keys(files) as Which[])('a file %s leaves the rest as it is', async (which) => {
		const store = memoryStore();
		const one = made({ ...options, store });
		const before = others(one);
		await one.programOnce(files[which]());
		expect(one.session.state.job.status).toBe('finished');
		expectRight(one, which, before);
		const restored = rig({ ...options, keeping, boardOf: one, store });
		one.simulated.unplug();
		one.simulated.replug();
		await restored.session.keeper.refresh();
		await restored.session.openBackup(restored.session.keeper.backups[0]!);
		await restored.connect();
		await restored.session.program();
		expect(restored.session.state.job.status).toBe('finished');
		const flash = one.simulated.board.peek({ start: BASE, end: BASE + old.length });
		expect(firstDifference(flash, old)).toBe(-1);
		// What the job replaced in EEPROM was backed up like the rest.
		const held = one.simulated.board.peek({ start: EEPROM, end: EEPROM + data.length });
		expect(firstDifference(held, data)).toBe(-1);
		expect(others(one)).toEqual(before);
	});

	it.each(Object.keys(files) as Which[])('a file %s, cut anywhere and continued', async (which) => {
		const whole = made(options);
		await whole.session.open([files[which]()]);
		await whole.connect();
		const first = whole.simulated.frames;
		await whole.session.program();
		const end = whole.simulated.frames;
		for (let at = first; at < end; at += 13) {
			const store = memoryStore();
			const one = made({ ...options, store, mischief: [{ at, kind: 'unplug' }] });
			const before = others(one);
			await one.programOnce(files[which]());
			one.simulated.unplug();
			one.simulated.replug();
			const next = rig({ ...options, keeping, store, boardOf: one });
			await next.session.keeper.refresh();
			const [record] = next.session.keeper.interrupted;
			if (record) await next.session.resume(record);
			else await next.session.open([files[which]()]);
			await next.connect();
			await next.session.program();
			expect(next.session.state.job.status, `frame ${at}`).toBe('finished');
			expectRight(one, which, before);
		}
	});
});
