// Protection on simulated boards: option bytes edited and proved, readout protection on and off, sectors freed for a
// job, one-time bytes.
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { Protection } from '#session/protection.svelte.ts';
import { connected, value } from './protection-rig.ts';
import { firmware, imageAt, rig } from './rig.ts';

const BASE = 0x08000000;

const chips = [
	['STM32F103C8', 'uart', 'WDG_SW'],
	['STM32F072CB', 'dfu', 'RAM_PARITY_CHECK'],
	['STM32F405RG', 'uart', 'nRST_STOP'],
	['STM32F405RG', 'dfu', 'nRST_STOP'],
	['STM32F746ZG', 'dfu', 'IWDG_SW'],
	['STM32L053R8', 'uart', 'WDG_SW'],
	['STM32L152RE', 'uart', 'IWDG_SW'],
	['STM32L476RG', 'dfu', 'SRAM2_PE'],
	['STM32G071RB', 'uart', 'IWDG_STOP'],
	['STM32G474RE', 'uart', 'IRHEN'],
] as const;

describe('an edit', { timeout: 20_000 }, () => {
	it.each(chips)(
		'of %s by %s is written, survives the reset and is proved',
		async (part, transport, name) => {
			const made = await connected({ part, transport });
			const { protection, session } = made;
			expect(protection.facts?.diagnostics).toEqual([]);
			expect(value(made, name)).toBe(1);
			protection.set(name, 0);
			expect(protection.effects.map(({ kind }) => kind)).toEqual(['reset']);
			await protection.apply();
			expect(protection.ended).toEqual({ deed: 'apply' });
			expect(value(made, name)).toBe(0);
			expect(protection.changed).toEqual([]);
			expect(session.state.board.status).toBe('ready');
			expect(made.simulated.board.readoutProtection).toBe(0);
		},
	);

	it('that cannot be undone is not sent before it is typed out', async () => {
		const made = await connected({ part: 'STM32F405RG', transport: 'uart' });
		const { protection, simulated } = made;
		protection.set('RDP', 0xcc);
		protection.typed = 'yes';
		await protection.apply();
		expect(isFailure(protection.ended?.failure, 'option.phrase')).toBe(true);
		expect(simulated.board.readoutProtection).toBe(0);
		expect(protection.phrase).toBe('set RDP for ever');
		protection.typed = 'set RDP for ever';
		await protection.apply();
		expect(simulated.board.readoutProtection).toBe(2);
		expect(isFailure(protection.ended?.failure, 'option.permanent')).toBe(true);
		expect(made.session.state.board.status).toBe('failed');
	});

	it('is not written over bytes that are no longer those shown', async () => {
		const made = await connected({ part: 'STM32F405RG', transport: 'uart' });
		made.protection.set('BOR_LEV', 1);
		made.simulated.board.writeProtected.add(made.simulated.board.sectors[3]!);
		await made.protection.apply();
		expect(isFailure(made.protection.ended?.failure, 'option.changed')).toBe(true);
		expect(made.simulated.board.events).toEqual([]);
	});

	it('is refused where the layout is shown only', async () => {
		const made = await connected({ part: 'STM32H743ZI', transport: 'dfu' });
		made.protection.set('BOOT_ADD0', 0);
		expect(made.protection.changed).toEqual([]);
		await made.protection.apply();
		expect(made.simulated.board.events).toEqual([]);
	});
});

describe('readout protection', { timeout: 20_000 }, () => {
	const content = imageAt(BASE, firmware(BASE, 5000));

	it.each([
		['STM32F103C8', 'uart'],
		['STM32F405RG', 'uart'],
		['STM32F405RG', 'dfu'],
		['STM32L476RG', 'dfu'],
	] as const)(
		'of %s by %s goes on, and off again with everything erased',
		async (part, transport) => {
			const made = await connected({ part, transport, content });
			const { protection, session, simulated } = made;
			expect(protection.canClose).toBe(true);
			await protection.closeReadout();
			expect(protection.ended).toEqual({ deed: 'close-readout' });
			expect(simulated.board.readoutProtection).toBe(1);
			expect(session.board?.readoutProtected).toBe(true);
			expect(protection.facts?.diagnostics.map(({ code }) => code)).toEqual(['option.locked']);
			await protection.openReadout(false);
			expect(protection.ended).toEqual({ deed: 'open-readout' });
			expect(session.board?.readoutProtected).toBe(false);
			const flash = simulated.board.peek({ start: BASE, end: BASE + 5000 });
			expect(flash.every((byte) => byte === 0xff)).toBe(true);
		},
	);

	it('is removed for the job that waited, which then runs', async () => {
		for (const transport of ['uart', 'dfu'] as const) {
			const made = rig({ part: 'STM32F405RG', transport, content });
			made.simulated.board.readoutProtection = 1;
			const { session } = made;
			await session.open([new File([firmware(BASE, 9000, 3).slice()], 'app.bin')]);
			session.placeBinary(session.state.files[0]!.id, BASE);
			await made.connect();
			expect(session.readiness).toMatchObject({ ready: false, why: 'board-refuses' });
			const protection = new Protection(session);
			await protection.openReadout(true);
			expect(session.state.job.status).toBe('finished');
			expect(made.simulated.board.peek({ start: BASE, end: BASE + 9000 })).toEqual(
				firmware(BASE, 9000, 3),
			);
		}
	});
});

describe('a named range on a locked chip', () => {
	it('is not destroyed with the rest before it was given up by name, once', async () => {
		for (const transport of ['uart', 'dfu'] as const) {
			const content = imageAt(BASE, firmware(BASE, 5000, 8));
			const made = rig({ part: 'STM32F405RG', transport, content });
			made.simulated.board.readoutProtection = 1;
			await made.connect();
			const { session, simulated } = made;
			const range = { start: BASE + 4096, end: BASE + 4608 };
			await session.protect.book!.add({ name: 'Calibration', range });
			// Nothing can be read: what shares a sector with the firmware is lost, and the range refuses.
			await session.open([new File([firmware(BASE, 3000, 3).slice()], 'app.bin')]);
			session.placeBinary(session.state.files[0]!.id, BASE);
			expect(session.plan?.keep).toEqual([]);
			expect(session.plan?.lost).toEqual([{ start: BASE + 3000, end: BASE + 16384 }]);
			expect(session.plan?.diagnostics.map(({ code }) => code)).toContain('plan.protected-lost');
			const protection = new Protection(session);
			expect(protection.destroyed.map(({ name }) => name)).toEqual(['Calibration']);
			await protection.openReadout(false);
			expect(protection.ended?.failure).toMatchObject({
				code: 'project.destroys',
				data: { names: 'Calibration' },
			});
			expect(simulated.board.readoutProtection).toBe(1);
			session.keeper.givenUp = ['Calibration'];
			await protection.openReadout(false);
			expect(protection.ended).toEqual({ deed: 'open-readout' });
			expect(simulated.board.readoutProtection).toBe(0);
			expect(session.keeper.givenUp).toEqual([]);
		}
	});
});

describe('write protection', () => {
	it.each(['uart', 'dfu'] as const)(
		'by %s refuses the plan, is removed for it, and put back',
		async (transport) => {
			const made = rig({ part: 'STM32F405RG', transport });
			const { session, simulated } = made;
			for (const i of [0, 5]) simulated.board.writeProtected.add(simulated.board.sectors[i]!);
			await session.open([new File([firmware(BASE, 3000, 2).slice()], 'app.bin')]);
			session.placeBinary(session.state.files[0]!.id, BASE);
			session.startAfter = false;
			await made.connect();
			expect(session.plan?.diagnostics[0]).toMatchObject({
				code: 'plan.write-protected',
				data: { sectors: 'Sector 0' },
			});
			expect(session.readiness).toMatchObject({ ready: false, why: 'plan-refuses' });
			const protection = new Protection(session);
			await protection.freeSectors(session.plan!.erase, 'program');
			expect(session.state.job.status).toBe('finished');
			expect([...simulated.board.writeProtected].map(({ number }) => number)).toEqual([5]);
			await protection.putBack();
			expect(protection.ended).toEqual({ deed: 'put-back' });
			expect([...simulated.board.writeProtected].map(({ number }) => number)).toEqual([0, 5]);
			expect(protection.canPutBack).toBe(false);
		},
	);

	it('of a bank whose word is not written from here goes by the command for all', async () => {
		const made = await connected({ part: 'STM32L476RG', transport: 'uart' });
		const { protection, simulated, session } = made;
		const sector = simulated.board.sectors[300]!;
		simulated.board.writeProtected.add(sector);
		simulated.reset('bootloader');
		await session.disconnect();
		await made.connect();
		expect(protection.facts?.guarded.map(({ number }) => number)).toEqual([300]);
		expect(protection.canClearAll).toBe(true);
		await protection.freeSectors(protection.facts!.guarded, 'stay');
		expect(protection.ended).toEqual({ deed: 'free-sectors' });
		expect(simulated.board.writeProtected.size).toBe(0);
	});
});

describe('what was kept of one board', () => {
	it('is offered while that board is connected, and not without it', async () => {
		const made = await connected({ part: 'STM32F405RG', transport: 'uart' });
		made.protection.set('BOR_LEV', 1);
		await made.protection.apply();
		expect(made.protection.saved).toBeDefined();
		made.protection.set('BOR_LEV', 2);
		await made.session.disconnect();
		expect([made.protection.saved, made.protection.changed]).toEqual([undefined, []]);
		await made.connect();
		expect(made.protection.saved).toBeDefined();
		expect(made.protection.changed.map(({ to }) => to)).toEqual([2]);
	});
});

describe('one-time bytes', () => {
	it('are shown with their locks, written when typed out, and never over what they hold', async () => {
		const made = await connected({ part: 'STM32F405RG', transport: 'uart' });
		const { protection, simulated } = made;
		const otp = 0x1fff7800;
		const signal = new AbortController().signal;
		await simulated.board.write(otp + 32, Uint8Array.of(1, 2, 3, 4), signal);
		await simulated.board.write(otp + 512 + 2, Uint8Array.of(0), signal);
		await protection.readOtp();
		expect(protection.otp?.map(({ state }) => state).slice(0, 4)).toEqual([
			'blank',
			'used',
			'locked',
			'blank',
		]);
		const write = {
			address: otp + 96,
			data: Uint8Array.of(9, 8, 7, 6),
			typed: 'write OTP for ever',
		};
		const refused = async (change: object): Promise<string | undefined> => {
			await protection.writeOtp({ ...write, ...change });
			return protection.ended?.failure?.code;
		};
		expect(await refused({ typed: '' })).toBe('option.phrase');
		expect(await refused({ address: otp + 32 })).toBe('otp.taken');
		expect(await refused({ address: otp + 64 })).toBe('otp.locked');
		expect(await refused({ address: otp + 1 })).toBe('otp.outside');
		expect(await refused({ address: otp + 512 })).toBe('otp.outside');
		await protection.writeOtp(write);
		expect(protection.ended).toEqual({ deed: 'read-otp' });
		expect([...simulated.board.peek({ start: otp + 96, end: otp + 100 })]).toEqual([9, 8, 7, 6]);
	});
});
