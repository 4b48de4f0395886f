import { describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import { plan, type Plan } from '#core/plan.ts';
import type { FlashTruth } from '#core/progress.ts';
import type { Exact, RunningJob } from '#session/state.ts';
import { helpFor } from '#ui/board-help.ts';
import { actionOf } from '#ui/keys.ts';
import { phaseCosts, planRows } from '#ui/plan-rows.ts';
import { ramUse } from '#ui/ram.ts';
import { changeSentence, truthSentences } from '#ui/sentences.ts';
import { udevRule } from '#ui/udev.ts';

const truth = (change: Partial<FlashTruth>): FlashTruth => ({
	sectorsErased: 4,
	sectorsPlanned: 12,
	bytesWritten: 0,
	bytesPlanned: 41_000,
	bytesVerified: 0,
	untouched: false,
	oldGone: true,
	mixed: false,
	bootable: false,
	...change,
});

describe('what is true of the flash', () => {
	const said = (change: Partial<FlashTruth>, failure?: Failure): string =>
		truthSentences(truth(change), failure).join(' ');

	it('promises an untouched board only when nothing was sent', () => {
		expect(said({ untouched: true, sectorsErased: 0 })).toMatch(/holds what it held/);
		expect(said({ sectorsErased: 0 })).not.toMatch(/holds what it held/);
	});

	it('counts what is erased, and says that half a program does not start', () => {
		expect(said({})).toMatch(/4 of 12 sectors.*does not start/);
		expect(said({ oldGone: false })).not.toMatch(/does not start/);
	});

	it('warns of a program that would start although it is not proved', () => {
		expect(said({ sectorsErased: 12, bytesWritten: 41_000, bootable: true })).toMatch(/will start/);
	});

	it('does not call a sector erased that did not read blank', () => {
		const values = { sector: 1, address: 0x08004000, found: 0, expected: 0xff };
		const failure = new Failure('job.not-blank', values);
		expect(said({ sectorsErased: 12 }, failure)).not.toMatch(/sectors are erased/);
	});
});

describe('what an update changes', () => {
	const sectors = Array.from({ length: 96 }, (_, i) => ({
		number: i,
		bank: 0,
		range: { start: i * 1024, end: (i + 1) * 1024 },
		access: { read: true, erase: true, write: true },
	}));
	const job = (differ: number, exact: Partial<Exact> = {}): RunningJob =>
		({
			plan: { touched: sectors, same: sectors.slice(differ) } as unknown as Plan,
			exact: { ms: 9100, wholeMs: 71_000, complete: true, ...exact },
		}) as RunningJob;

	it('is said before and after, with the time it saves', () => {
		expect(changeSentence(job(12))).toBe(
			'12 of 96 sectors differ: about 9 s instead of 1 min 11 s.',
		);
		expect(changeSentence(job(1))).toMatch(/^1 of 96 sectors differs:/);
		expect(changeSentence(job(12), 9480)).toBe(
			'12 of 96 sectors differed: 9.5 s instead of 1 min 11 s.',
		);
		expect(changeSentence(job(0))).toBe('Nothing differs.');
		expect(changeSentence(job(0), 4000)).toBe('Nothing differed.');
	});

	it('claims neither a saving that is none nor a difference nobody looked for', () => {
		expect(changeSentence(job(90, { ms: 72_000 }))).toBe('90 of 96 sectors differ.');
		expect(changeSentence(job(96))).toBe('');
		expect(changeSentence(job(90, { complete: false }))).toMatch(/^6 of 96 sectors are left alone/);
	});
});

describe('the row of what is erased', () => {
	const sectors = Array.from({ length: 4 }, (_, i) => ({
		number: i,
		bank: 0,
		range: { start: i * 1024, end: (i + 1) * 1024 },
		access: { read: true, erase: true, write: true },
	}));
	const text = (
		wholeFlash: boolean,
		kind: 'erase' | 'mass-erase',
		undescribed: Plan['undescribed'] = [],
	): string => {
		const erase = wholeFlash ? sectors : sectors.slice(0, 3);
		const laid = { ...plan([], [], { start: false }), erase, wholeFlash, undescribed };
		const timings = { erase: [], program: { bytes: 1, typicalUs: 1, maximumUs: 1 } };
		const massErase = { typicalMs: 40, maximumMs: 80 };
		const pace = { timings: { ...timings, massErase }, transferMs: 1, byteMs: 1 };
		const row = planRows(laid, true, phaseCosts([{ kind, sectors: erase }], pace)).find(
			(one) => one.kind === 'erase',
		)!;
		return `${row.text} ${row.more ?? ''}`;
	};

	it('says when one command erases everything, and what else that takes', () => {
		expect(text(false, 'erase')).toMatch(/^Sectors 0 to 2, .*blank\. $/);
		expect(text(false, 'mass-erase')).toMatch(
			/^Sectors 0 to 2, .*the rest of the flash, which is blank$/,
		);
		expect(text(true, 'mass-erase')).toMatch(/^All 4 sectors, .* in one go$/);
		expect(text(true, 'mass-erase', [{ start: 0x08010000, end: 0x08020000 }])).toMatch(
			/in one go, and with it any flash this chip may have from 0x08010000 on/,
		);
	});
});

describe('keys', () => {
	const press = { key: 'P', ctrlKey: false, metaKey: false, altKey: false, typing: false };

	it('act on one letter, large or small', () => {
		expect(actionOf(press)).toBe('program');
		expect(actionOf({ ...press, key: 'Escape' })).toBe('cancel');
		expect(actionOf({ ...press, key: 'x' })).toBeUndefined();
	});

	it.each(['ctrlKey', 'metaKey', 'altKey', 'typing'] as const)('are left alone with %s', (held) => {
		expect(actionOf({ ...press, [held]: true })).toBeUndefined();
	});
});

describe('help', () => {
	const uart = { kind: 'uart', baud: 'auto', lines: undefined } as const;

	it('follows the failure and the way to the board', () => {
		expect(helpFor('uart.no-bootloader', uart)).toEqual(['entry', 'wiring']);
		expect(helpFor('wire.deadline', { kind: 'dfu' })).toEqual(['entry']);
		expect(helpFor('wire.permission', { kind: 'dfu' })).toEqual(['driver']);
		expect(helpFor('wire.lost', { kind: 'virtual', part: 'x', transport: 'dfu' })).toEqual([]);
	});

	it('names the very device in the udev rule, else ST’s bootloader', () => {
		const clone = { vendorId: 0x28e9, productId: 0x189 };
		expect(udevRule([clone, clone]).split('\n')).toHaveLength(1);
		expect(udevRule([clone])).toContain('ATTR{idVendor}=="28e9", ATTR{idProduct}=="0189"');
		expect(udevRule([])).toContain('ATTR{idVendor}=="0483", ATTR{idProduct}=="df11"');
	});
});

describe('RAM', () => {
	const ram = (name: string, start: number, end: number) => ({
		name,
		kind: 'ram' as const,
		range: { start, end },
		eraseValue: 0,
		writeSize: 1,
		sectors: [],
		access: { read: true, erase: false, write: true },
	});
	const bss = {
		name: '.bss',
		runAddress: 0x20000f00,
		size: 0x200,
		access: { write: true, execute: false },
	};

	it('counts a section in each region it reaches into', () => {
		const memory = [ram('SRAM_1', 0x20000000, 0x20001000), ram('SRAM_2', 0x20001000, 0x20002000)];
		expect(ramUse(memory, [bss]).map(({ used }) => used)).toEqual([0x100, 0x100]);
	});

	it('is not told while the board may be one of several chips', () => {
		const memory = [ram('SRAM_1', 0x20000000, 0x20004000), ram('SRAM_2', 0x20002000, 0x20004000)];
		expect(ramUse(memory, [bss])).toEqual([]);
	});
});
