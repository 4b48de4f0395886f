// The power goes at every frame of an update, device and page together; another day the same update is opened again, or
// taken back. Afterwards the device holds exactly the new firmware, or exactly the old one, and all that has to stay.
import { describe, expect, it } from 'vitest';
import { firstDifference } from '#core/bytes.ts';
import { framesToTry } from './frames.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import {
	BASE,
	contentOf,
	held as heldBy,
	keepAt,
	program,
	updateFile,
	updateRig,
	type UpdateRig,
	type UpdateRigOptions,
} from './update-rig.ts';

interface Case {
	readonly name: string;
	readonly options: UpdateRigOptions;
	readonly productId: number;
	readonly old: number;
	readonly next: number;
	/** Bytes from the start of flash that are compared; the identity is among the last of them. */
	readonly whole: number;
}

const cases: readonly Case[] = [
	{
		name: 'STM32F405RG by DfuSe, sectors of 16 KiB',
		options: { part: 'STM32F405RG', transport: 'dfu' },
		productId: 0x413,
		old: 5000,
		next: 4000,
		whole: 16 * 1024,
	},
	{
		name: 'STM32L476RG by DfuSe, ECC words of 8 bytes',
		options: { part: 'STM32L476RG', transport: 'dfu' },
		productId: 0x415,
		old: 5000,
		next: 3500,
		whole: 6 * 1024,
	},
	{
		name: 'STM32F103C8 by UART, pages of 1 KiB',
		options: { part: 'STM32F103C8', transport: 'uart' },
		productId: 0x410,
		old: 2500,
		next: 1900,
		whole: 3 * 1024,
	},
];

describe('an update whose power goes', () => {
	for (const one of cases) {
		const identity = BASE + one.whole - 16;
		const old = program('1.0.0', one.old, 7);
		const next = program('2.0.0', one.next, 8);
		const content = contentOf(old, identity);
		const way = one.options.transport;
		const file = () =>
			updateFile({
				version: '2.0.0',
				bytes: next,
				productId: one.productId,
				boardIdAt: identity,
				draft: { keep: keepAt(identity) },
			});
		const held = (of: UpdateRig): Uint8Array => heldBy(of, one.whole);
		/** `first`: the first frame after the button was pressed. */
		const started = async (
			store: MemoryStore,
			frame?: number,
		): Promise<UpdateRig & { readonly first: number }> => {
			const cut = frame === undefined ? [] : [{ at: frame, kind: 'unplug' as const }];
			const made = await updateRig({ ...one.options, content, store, mischief: cut });
			await made.updater.openFile(await file(), 'lamp.swupdate');
			await made.updater.connect(way, 'ask');
			const first = made.simulated.frames;
			await made.updater.update();
			return { ...made, first };
		};
		/** Another page on the same machine, the device powered again. */
		const later = async (before: UpdateRig): Promise<UpdateRig> => {
			before.simulated.unplug();
			before.simulated.replug();
			before.simulated.reset('bootloader');
			const { options } = one;
			return await updateRig({ ...options, store: before.store, boardOf: before });
		};

		it(`${one.name}: ends right, continued or taken back, whichever frame was the last`, async () => {
			const clean = await started(memoryStore());
			expect(clean.updater.stage).toMatchObject({ status: 'done' });
			const updated = held(clean);
			const before = held(await updateRig({ ...one.options, content }));
			const { frames } = clean.simulated;
			const tally = { untouched: 0, continued: 0, back: 0 };
			const tried = [0, Math.floor(clean.first / 2), ...framesToTry(clean.first, frames, 14)];
			for (const [index, frame] of tried.entries()) {
				const first = await started(memoryStore(), frame);
				const stage = first.updater.stage;
				if (stage.status === 'failed' && stage.holds === 'old')
					expect(firstDifference(held(first), before), `frame ${frame}`).toBe(-1);
				const second = await later(first);
				const { updater } = second;
				await updater.load();
				const [reversible] = updater.reversible;
				const begun = updater.unfinished.length > 0;
				if (begun && reversible && index % 2 === 1) {
					tally.back++;
					await updater.openPrevious(reversible.id);
				} else {
					tally[begun ? 'continued' : 'untouched']++;
					if (begun && index % 4 === 0) await updater.openUnfinished(updater.unfinished[0]!.id);
					else await updater.openFile(await file(), 'lamp.swupdate');
				}
				const goal = updater.goingBack ? before : updated;
				await updater.connect(way, 'ask');
				expect(updater.stage, `frame ${frame}`).toMatchObject({ status: 'ready' });
				await updater.update();
				expect(updater.stage, `frame ${frame}`).toMatchObject({ status: 'done' });
				expect(firstDifference(held(second), goal), `frame ${frame}`).toBe(-1);
				expect(updater.unfinished, `frame ${frame}`).toEqual([]);
			}
			expect(tally.continued).toBeGreaterThan(0);
			expect(tally.back).toBeGreaterThan(0);
			console.log(`${one.name}: cut at ${tried.length} of ${frames} frames`, tally, '0 wrong');
		}, 600_000);

		it(`${one.name}: the way back ends right, too`, async () => {
			/** Updated, and going back on another page with the power cut there. */
			const goingBack = async (frame?: number) => {
				const updated = await started(memoryStore());
				updated.simulated.reset('bootloader');
				const { store } = updated;
				const mischief = frame === undefined ? [] : [{ at: frame, kind: 'unplug' as const }];
				const found = [{ address: BASE, data: held(updated) }];
				const made = await updateRig({ ...one.options, content: found, store, mischief });
				await made.updater.load();
				await made.updater.openPrevious(made.updater.reversible[0]!.id);
				await made.updater.connect(way, 'ask');
				const first = made.simulated.frames;
				await made.updater.update();
				return { ...made, first };
			};
			const before = held(await updateRig({ ...one.options, content }));
			const clean = await goingBack();
			expect(clean.updater.stage).toMatchObject({ status: 'done', goneBack: true });
			expect(firstDifference(held(clean), before)).toBe(-1);
			const tried = framesToTry(clean.first, clean.simulated.frames, 6);
			let continued = 0;
			for (const [index, frame] of tried.entries()) {
				const second = await later(await goingBack(frame));
				const { updater } = second;
				await updater.load();
				const [reversible] = updater.reversible;
				if (!reversible) {
					// Only its start was cut off.
					expect(firstDifference(held(second), before), `frame ${frame}`).toBe(-1);
					continue;
				}
				const interrupted = second.session.keeper.interrupted.length > 0;
				if (interrupted && index % 2 === 0) {
					continued++;
					await updater.openFile(await file(), 'lamp.swupdate');
					await updater.connect(way, 'ask');
					expect(updater.stage, `frame ${frame}`).toMatchObject({
						status: 'unfit',
						failure: { code: 'update.unfinished-other' },
						action: 'continue',
					});
					await updater.continueInterrupted();
				} else {
					await updater.openPrevious(reversible.id);
					await updater.connect(way, 'ask');
					await updater.update();
				}
				expect(updater.stage, `frame ${frame}`).toMatchObject({ status: 'done', goneBack: true });
				expect(firstDifference(held(second), before), `frame ${frame}`).toBe(-1);
			}
			expect(continued).toBeGreaterThan(0);
			console.log(
				`${one.name}: way back cut at ${tried.length} frames, ${continued} by the file, 0 wrong`,
			);
		}, 600_000);
	}
});
