// A customer's update from the file to the proven device, and back.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { BASE, contentOf, program, updateFile, updateRig, type UpdateRig } from './update-rig.ts';
import '#bundle/index.ts';

const KEPT_AT = BASE + 16 * 1024 - 64;
const old = program('1.0.0', 12_000, 7);
const next = program('2.0.0', 11_000, 8);
const options = { part: 'STM32F405RG', transport: 'dfu' as const };

const held = ({ simulated }: UpdateRig, size = 16 * 1024): Uint8Array =>
	simulated.board.peek({ start: BASE, end: BASE + size });

async function readied(one: UpdateRig, way: 'dfu' | 'uart' = 'dfu'): Promise<void> {
	const file = await updateFile({ version: '2.0.0', bytes: next, boardIdAt: KEPT_AT });
	await one.updater.openFile(file, 'lamp.swupdate');
	expect(one.updater.stage).toMatchObject({ status: 'offered' });
	await one.updater.connect(way, 'ask');
}

describe('an update', () => {
	it.each(['dfu', 'uart'] as const)(
		'by %s: offered, examined, written, proven',
		async (transport) => {
			const one = await updateRig({
				part: 'STM32F405RG',
				transport,
				content: contentOf(old, KEPT_AT),
			});
			await readied(one, transport);
			expect(one.updater.stage).toMatchObject({
				status: 'ready',
				offer: { product: 'Lamp', version: '2.0.0' },
				device: { versionNow: '1.0.0', guarantee: 'continue', backup: 'kept', same: false },
			});
			await one.updater.update();
			expect(one.updater.stage).toMatchObject({
				status: 'done',
				version: '2.0.0',
				restarted: true,
				goneBack: false,
				canGoBack: true,
			});
			const expected = new Uint8Array(contentSize()).fill(0xff);
			expected.set(old);
			expected.set(next);
			const found = held(one);
			expect(firstDifference(found.subarray(0, next.length), next)).toBe(-1);
			// What stood beside the image is still there, the identity among it.
			expect([...found.subarray(KEPT_AT - BASE, KEPT_AT - BASE + 4)]).toEqual([
				0x53, 0x57, 0x42, 0x31,
			]);
		},
	);
});

const contentSize = () => 16 * 1024;

describe('the way back', () => {
	it('restores the firmware from before, byte for byte, on another page, another day', async () => {
		const one = await updateRig({ ...options, content: contentOf(old, KEPT_AT) });
		const before = held(one).slice();
		await readied(one);
		await one.updater.update();
		one.simulated.reset('bootloader');
		const later = await updateRig({ ...options, boardOf: one, store: one.store });
		await later.updater.load();
		const [kept] = later.updater.reversible;
		expect(kept).toMatchObject({ product: 'Lamp', version: '2.0.0', previous: '1.0.0' });
		await later.updater.openPrevious(kept!.id);
		expect(later.updater.goingBack).toBe(true);
		expect(later.updater.stage).toMatchObject({ status: 'offered', offer: { version: '1.0.0' } });
		await later.updater.connect('dfu', 'ask');
		expect(later.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '2.0.0' } });
		await later.updater.update();
		expect(later.updater.stage).toMatchObject({
			status: 'done',
			version: '1.0.0',
			goneBack: true,
			canGoBack: false,
		});
		expect(firstDifference(held(later), before)).toBe(-1);
		await later.updater.load();
		expect(later.updater.reversible).toEqual([]);
	});
});
