// A page opened on a virtual board instead of real ones.
import { expect, it } from 'vitest';
import type { VirtualBoards } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
import { UpdateSession } from '#session/update/update.svelte.ts';
import { maker, program, updateFile, updateRig } from './update-rig.ts';

/** A program that names itself behind its vectors. */
function named(version: string): Uint8Array<ArrayBuffer> {
	const bytes = program(version, 3000, 7);
	bytes.fill(0, 0x180, 0x300);
	bytes.set(new TextEncoder().encode(`lamp ${version} for tests`), 0x200);
	return bytes;
}

it('a virtual board greets from its application as it runs, before it is put into its bootloader', async () => {
	const one = await updateRig({
		part: 'STM32F405RG',
		transport: 'uart',
		boot0: false,
		application: { heartbeatMs: 1000 },
	});
	const { simulated } = one;
	const { serial, usb } = simulated;
	const nothing = () => undefined;
	const offered = { serial, usb, unplug: nothing, replug: nothing, watch: nothing };
	const boards: VirtualBoards = {
		plugIn: () => {
			simulated.reset('bootloader');
			return Promise.resolve(offered);
		},
		running: () => Promise.resolve(offered),
	};
	const loadVirtualBoards = () => Promise.resolve(boards);
	const environment = { ...one.environment, loadVirtualBoards };
	const updater = new UpdateSession({
		session: new Session(environment),
		environment,
		makers: [await maker()],
		others: 'refuse',
		language: 'en',
		routeOf: (transport) => ({ kind: 'virtual', part: 'STM32F405RG', transport }),
	});
	const installed = [{ kind: 'serial', baud: 115200, pattern: ', lamp ([0-9.]+) for' }] as const;
	for (const [version, before] of [['1.2.3'], ['2.0.0', '1.2.3']] as const) {
		const about = { version, bytes: named(version), draft: { installed } };
		await updater.openFile(await updateFile(about), 'lamp.swupdate');
		updater.prepare('uart');
		await updater.connect('uart', 'ask');
		await updater.confirmProduct();
		const { stage } = updater;
		expect(stage.status).toBe('ready');
		expect('device' in stage && stage.device.versionNow).toBe(before);
		await updater.update();
		expect(updater.stage).toMatchObject({ status: 'done', restarted: true });
	}
});
