import { describe, expect, test } from 'vitest';
import { checkHardware, identityRanges, type HardwareFacts } from '#bundle/match.ts';
import { inspectBundle } from '#bundle/open.ts';
import { make } from './made.ts';

const { manifest } = await inspectBundle(await make());
const board = new TextEncoder().encode('LAMP2');
const right: HardwareFacts = {
	productId: 0x413,
	flashSize: 1 << 20,
	serial: 'LA000500',
	read: () => board,
};
const code = (change: Partial<HardwareFacts>, own = manifest): unknown => {
	try {
		return checkHardware(own, { ...right, ...change });
	} catch (error) {
		return (error as { code: string }).code;
	}
};

test('the device it is for', () => {
	expect(checkHardware(manifest, right)).toEqual([]);
	expect(checkHardware(manifest, { ...right, flashSize: 512 * 1024 })).toEqual([]);
	expect(checkHardware(manifest, { ...right, serial: 'LA000100' })).toEqual([]);
	expect(checkHardware(manifest, { ...right, serial: 'LA000999' })).toEqual([]);
});

test.each<[string, Partial<HardwareFacts>]>([
	['bundle.wrong-chip', { productId: 0x419 }],
	['bundle.wrong-flash-size', { flashSize: 256 * 1024 }],
	['bundle.wrong-flash-size', { flashSize: 2 << 20 }],
	['bundle.wrong-board', { read: () => new TextEncoder().encode('LAMP3') }],
	['bundle.wrong-serial', { serial: 'LA000099' }],
	['bundle.wrong-serial', { serial: 'LA001000' }],
	['bundle.wrong-serial', { serial: 'LA00010' }],
	['bundle.wrong-serial', { serial: 'LA000100 ' }],
	['bundle.wrong-serial', { serial: '' }],
])('%s: %o', (expected, change) => {
	expect(code(change)).toBe(expected);
});

test('what is not known is said, and a wrong fact beside it still counts', () => {
	const nothing: HardwareFacts = { read: () => undefined };
	expect(checkHardware(manifest, nothing)).toEqual(['chip', 'flash-size', 'board-id', 'serial']);
	expect(() => checkHardware(manifest, { ...nothing, serial: 'x' })).toThrow();
	expect(code({ read: () => board.subarray(1) })).toEqual(['board-id']);
	const { productIds, routes } = manifest.hardware;
	expect(checkHardware({ ...manifest, hardware: { productIds, routes } }, nothing)).toEqual([
		'chip',
	]);
});

describe('board bytes', () => {
	const wanting = (bytes: string, mask?: string) => ({
		...manifest,
		hardware: {
			...manifest.hardware,
			boardId: [{ address: 16, bytes, ...(mask !== undefined && { mask }) }],
		},
	});

	test('only the bits of the mask count', () => {
		const read = () => Uint8Array.of(0x12, 0x34);
		expect(code({ read }, wanting('1234'))).toEqual([]);
		expect(code({ read }, wanting('1235'))).toBe('bundle.wrong-board');
		expect(code({ read }, wanting('1235', 'fffe'))).toEqual([]);
		expect(code({ read }, wanting('ff34', '00ff'))).toEqual([]);
		expect(code({ read }, wanting('ff35', '00ff'))).toBe('bundle.wrong-board');
	});

	test('every one of them must hold; a wrong one is told before an unread one', () => {
		const both = {
			...manifest,
			hardware: {
				...manifest.hardware,
				boardId: [
					{ address: 0, bytes: '01' },
					{ address: 8, bytes: '02' },
				],
			},
		};
		const memory: Record<number, Uint8Array> = { 8: Uint8Array.of(3) };
		expect(code({ read: ({ start }) => memory[start] }, both)).toBe('bundle.wrong-board');
		memory[8] = Uint8Array.of(2);
		expect(code({ read: ({ start }) => memory[start] }, both)).toEqual(['board-id']);
		memory[0] = Uint8Array.of(1);
		expect(code({ read: ({ start }) => memory[start] }, both)).toEqual([]);
	});
});

test('what has to be read for it', () => {
	expect(identityRanges(manifest)).toEqual([
		{ start: 0x0800_3ff0, end: 0x0800_3ff5 },
		{ start: 0x0800_4200, end: 0x0800_4210 },
	]);
});
