// What a job puts aside before it changes anything, and when that is no way back.
import { describe, expect, it } from 'vitest';
import { backupOf } from '#core/backup.ts';
import { segmentRange, without, type Image } from '#core/image.ts';
import { plan } from '#core/plan.ts';
import { BASE, noise } from './looked.ts';
import { f405 } from './maps.ts';

const K = 1024;
/** Into the first of four sectors of 16 KiB. */
const laid = plan([{ address: BASE, data: noise(100, 1) }], f405, { start: false });
const all: Image = [{ address: BASE, data: noise(K * K, 2) }];
const second = { start: BASE + 16 * K, end: BASE + 32 * K };

describe('a backup', () => {
	it('holds what changes, or all of the flash', () => {
		const changed = backupOf(laid, all, false);
		expect(changed?.content.map(segmentRange)).toEqual([{ start: BASE, end: BASE + 16 * K }]);
		expect(changed?.missing).toBeUndefined();
		const whole = backupOf(laid, all, true);
		expect(whole?.whole).toBe(true);
		expect(whole?.content.map(segmentRange)).toEqual(all.map(segmentRange));
		expect(whole?.missing).toBeUndefined();
	});

	it('of the whole says what it lacks; of what changes, it is then none', () => {
		expect(backupOf(laid, without(all, [second]), true)?.missing).toEqual([second]);
		expect(backupOf(laid, without(all, [second]), false)?.missing).toBeUndefined();
		const first = { start: BASE + 5, end: BASE + 6 };
		expect(backupOf(laid, without(all, [first]), false)).toBeUndefined();
		expect(backupOf(laid, without(all, [first]), true)?.missing).toEqual([
			{ start: BASE, end: BASE + 16 * K },
		]);
	});

	it('is none where nothing changes, or nothing stands there', () => {
		expect(backupOf({ ...laid, same: laid.touched }, all, true)).toBeUndefined();
		const blank = [{ address: BASE, data: new Uint8Array(K * K).fill(0xff) }];
		expect(backupOf(laid, blank, true)).toBeUndefined();
	});
});
