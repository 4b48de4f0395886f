// One job for every row of the table of quirks: the board that shows it, and how the job has to end with the row and,
// where the client can do without it, without.
import { labelOf } from '#session/keep/identity.ts';
import type { Quirks } from '#simulator/options.ts';
import { devices, findByPart } from '#devices/index.ts';
import { chooseDevice } from '#devices/choose.ts';
import { firmware, theCatalogue, type Rig, type RigOptions } from './rig.ts';

export interface Scene {
	readonly board: RigOptions;
	/** Where the image begins, and its bytes; 3000 bytes at the start of flash unless said. */
	readonly image?: readonly [address: number, length: number][];
	readonly prepare?: (made: Rig) => Promise<void> | void;
	/** 'finished', or the code that ends the job or keeps it from beginning. */
	readonly ends?: string;
	/** How it ends when the row is taken out of the table. */
	readonly without?: string;
	/** An oddity that must have shown. */
	readonly met?: keyof Quirks;
	/** One that must not have: the client keeps clear of it. */
	readonly avoided?: keyof Quirks;
	/** What else is true with the row, and is not without it where `without` is given. */
	readonly and?: (made: Rig) => boolean;
}

const BASE = 0x08000000;
const never = new AbortController().signal;
const filled = (address: number, length: number) => [
	{ address, data: firmware(address, length, 9) },
];
const started = ({ simulated }: Rig): boolean => simulated.board.executed !== undefined;
const stays = ({ session }: Rig): void => {
	session.startAfter = false;
};
const tellsNoSerial = ({ session }: Rig): boolean =>
	session.board !== undefined && labelOf(session.board).usbSerial === undefined;
const protect = ({ simulated }: Rig): void => {
	simulated.board.readoutProtection = 1;
};
const lines = 'rts-reset-dtr-boot';
const wiring = {
	nrst: { line: 'rts', when: true },
	boot0: { line: 'dtr', when: false },
} as const;
const uart = (part: string, more: Partial<RigOptions> = {}): RigOptions => ({
	part,
	transport: 'uart',
	...more,
});
const dfu = (part: string, more: Partial<RigOptions> = {}): RigOptions => ({
	part,
	transport: 'dfu',
	...more,
});
const whole = (part: string): [number, number] => [BASE, findByPart(part)[0]!.flashSize];

/** The catalogue as it would be if no chip were known to refuse a mass erase. */
export const believing = () => {
	const all = devices.map((device) => ({
		...device,
		bootloader: { ...device.bootloader, massErase: true },
		timings: { ...device.timings, massErase: { typicalMs: 1, maximumMs: 100 } },
	}));
	const chooseAny: typeof theCatalogue.chooseDevice = (evidence) => chooseDevice(all, evidence);
	return { catalogue: { ...theCatalogue, chooseDevice: chooseAny } };
};

export const scenes: Readonly<Record<string, Scene>> = {
	'two-address-groups': {
		board: dfu('STM32G474RE'),
		and: ({ session }) => session.state.job.status === 'finished',
	},
	'artery-strings': {
		// The first 4 KiB belong to the bootloader: a program there is refused, one behind it is not.
		board: dfu('STM32G474RE'),
		image: [[BASE + 0x1000, 3000]],
	},
	'g0b1-flash-three-times': { board: dfu('STM32G0B1RE') },
	'gd32vf103-layout': {
		board: dfu('STM32F103RB', {
			device: asUsb('STM32F103RB'),
			content: filled(BASE + 0x1f800, 2048),
		}),
		image: [[BASE + 0x1fc00, 1000]],
		without: 'job.not-blank',
	},
	'constant-serial': { board: dfu('STM32H743ZI'), prepare: stays, and: tellsNoSerial },
	'missing-dfu-version': { board: dfu('STM32F746ZG') },
	'wrong-dfu-version': { board: dfu('STM32F405RG') },
	'no-functional-descriptor': { board: dfu('STM32F405RG') },
	'c5-lone-request': { board: dfu('STM32C551RE') },
	'hid-descriptor': { board: dfu('STM32F405RG') },
	'nonsense-lengths': { board: dfu('STM32F405RG') },
	'unreadable-string': { board: dfu('STM32F405RG') },
	'f4-mass-erase-promise': { board: dfu('STM32F411RC'), image: [whole('STM32F411RC')] },
	'zero-poll': { board: dfu('STM32F405RG'), met: 'pollTimeout' },
	'endless-poll': { board: dfu('STM32F405RG'), met: 'pollTimeout' },
	'stalls-while-busy': {
		board: dfu('STM32L476RG'),
		met: 'stallsWhileBusy',
		without: 'finished',
		// An erase that was called failed is done again.
		and: ({ simulated }) => [...simulated.board.wear.values()].every((erases) => erases === 1),
	},
	'h7-stuck-busy': {
		board: dfu('STM32H743ZI'),
		image: [[BASE + 0x100000, 3000]],
		met: 'stuckAfterBank',
		without: 'dfu.status',
	},
	'clear-status-only-in-error': {
		board: dfu('STM32H743ZI'),
		met: 'startInError',
		avoided: 'strictClear',
	},
	'block-size-differs': { board: dfu('STM32F405RG') },
	'starts-in-error': { board: dfu('STM32F405RG'), met: 'startInError' },
	'address-by-block': {
		board: dfu('STM32F405RG'),
		image: [
			[BASE, 3000],
			[BASE + 0x20010, 5000],
		],
	},
	'leaves-in-silence': {
		board: dfu('STM32F405RG'),
		met: 'leave',
		and: reportedStart,
		without: 'finished',
	},
	'leaves-at-once': {
		board: dfu('STM32F405RG'),
		met: 'leave',
		and: reportedStart,
		without: 'finished',
	},
	'leave-stays-idle': { board: dfu('STM32F405RG'), met: 'leave', and: reportedStart },
	'protected-errvendor': { board: dfu('STM32F405RG'), prepare: protect, ends: 'chip.protected' },
	'silent-write-protection': {
		// No option bytes to be seen: nothing but the erase tells.
		board: dfu('STM32F405RG', {
			content: filled(BASE, 16384),
			quirks: { strings: ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg'] },
		}),
		prepare: ({ simulated }) => {
			simulated.board.writeProtected.add(simulated.board.sectors[0]!);
		},
		ends: 'job.not-blank',
	},
	'u5-drops-writes': {
		board: uart('STM32U575ZI', { content: filled(BASE, 8192) }),
		prepare: protect,
		ends: 'chip.protected',
		without: 'job.mismatch',
	},
	'f76x-usb-bank-2': {
		board: dfu('STM32F767ZI', { layout: 'dual' }),
		image: [[BASE + 0x100000, 3000]],
		ends: 'plan.bank2-wrong',
	},
	'f42x-usb-bank-2': {
		board: dfu('STM32F429ZI', { content: filled(BASE + 0x100000, 16384) }),
		image: [[BASE + 0x100000, 3000]],
		ends: 'job.not-blank',
	},
	'answers-to-sync': {
		board: uart('STM32F405RG'),
		prepare: async ({ connect, session }) => {
			await connect();
			await session.disconnect();
		},
	},
	'out-of-step': { board: uart('STM32F405RG', { mischief: [{ at: 90, kind: 'drop' }] }) },
	'stray-byte': {
		board: uart('STM32WLE5CC', { lines, wiring }),
		prepare: ({ clock }) => clock.sleep(10, never),
		met: 'strayByte',
	},
	'l0-short-transfers': {
		board: uart('STM32L072CZ'),
		avoided: 'largestTransfer',
		without: 'uart.nack',
	},
	'no-mass-erase': { board: uart('STM32L011K3'), image: [whole('STM32L011K3')] },
	'erase-list-limit': {
		board: uart('STM32L072CZ'),
		image: [[BASE, 130 * 128]],
		avoided: 'pagesPerErase',
	},
	'legacy-erase-list': { board: uart('STM32F103ZE'), image: [[BASE, 3000]] },
	'u3-first-page-only': {
		board: uart('STM32U375RG', { bootloaderId: 0xe1, content: filled(BASE, 65536) }),
		image: [[BASE, 20000]],
		avoided: 'erasesFirstOnly',
		without: 'job.not-blank',
	},
	'g0b1-page-lists': {
		board: uart('STM32G0B1RE', { bootloaderId: 0x92 }),
		image: [[BASE, 10000]],
		avoided: 'pagesPerErase',
		without: 'uart.nack',
	},
	'g07x-early-acknowledgement': {
		board: uart('STM32G071RB', { bootloaderId: 0xb3 }),
		prepare: stay,
		met: 'earlyEraseAck',
		and: ({ simulated }) => simulated.overruns === 0,
		without: 'finished',
	},
	'h7-early-acknowledgement': {
		board: uart('STM32H743ZI', { bootloaderId: 0x91 }),
		image: [[BASE + 0x100000, 3000]],
		prepare: stay,
		met: 'earlyEraseAck',
		and: ({ simulated }) => simulated.overruns === 0,
		without: 'finished',
	},
	'slow-erase': { board: uart('STM32F405RG'), image: [[BASE + 0x20000, 140000]] },
	'short-register-reads': {
		board: uart('STM32F405RG'),
		met: 'refusesShortReads',
		and: ({ session }) => session.state.job.status === 'finished',
	},
	'whole-words': { board: uart('STM32F103C8'), image: [[BASE, 3001]] },
	'flash-words': { board: uart('STM32H743ZI'), image: [[BASE, 3001]] },
	'bank-page-numbers': {
		board: uart('STM32G473CC', {
			layout: 'dual',
			content: [...filled(BASE, 8192), ...filled(BASE + 0x40000, 8192)],
		}),
		image: [[BASE + 0x40000, 3000]],
		ends: 'job.wrong-sector',
	},
	'protected-uart': { board: uart('STM32F405RG'), prepare: protect, ends: 'chip.protected' },
	'double-nack': {
		board: uart('STM32F051R8'),
		prepare: protect,
		ends: 'chip.protected',
		met: 'doubleNack',
	},
	'silent-bad-address': {
		// A ROM that has none of the registers the catalogue would read.
		board: uart('STM32L152RB', { device: { ...findByPart('STM32L152RB')[0]!, registers: {} } }),
		met: 'silentBadAddress',
	},
	'two-acks': { board: uart('STM32L412RB'), met: 'twoAcksOnConnect' },
	'get-count': { board: uart('STM32H743ZI'), met: 'missingCommands' },
	'busy-byte': { board: uart('STM32F405RG'), met: 'busyBytes' },
	'go-one-acknowledgement': {
		board: uart('STM32H743ZI', { bootloaderId: 0x90 }),
		met: 'goWithoutAck',
		and: reportedStart,
		without: 'finished',
	},
	'go-broken': {
		board: uart('STM32H743ZI', { bootloaderId: 0xd2 }),
		avoided: 'goIgnored',
		and: (made) => reportedStart(made) === started(made),
		without: 'finished',
	},
	'empty-check': {
		board: uart('STM32G071RB', { lines, wiring }),
		avoided: 'emptyCheck',
		and: started,
		without: 'finished',
	},
	'no-parity': {
		board: uart('STM32WB09KE', { autoBaud: true, lines, wiring }),
		image: [[findByPart('STM32WB09KE')[0]!.layouts[0].flash[0]!.range.start, 3000]],
		and: ({ session }) => {
			const { job } = session.state;
			return job.status === 'finished' && job.report.result === 'verified';
		},
	},
	'baud-57600': {
		board: uart('STM32F746ZG', { autoBaud: true, lines, wiring, anyBaud: true }),
		and: ({ session }) => {
			const { job } = session.state;
			return job.status === 'finished' && job.report.board.baud === 57600;
		},
	},
};

/** The ROM goes on after the job, and with it what it counted. */
function stay({ session }: Rig): void {
	session.startAfter = false;
}

function reportedStart({ session }: Rig): boolean {
	const { job } = session.state;
	return job.status === 'finished' && job.report.started === true;
}

/** A part that is asked by USB although ST's own has none. */
function asUsb(part: string) {
	const device = findByPart(part)[0]!;
	return { ...device, bootloader: { ...device.bootloader, dfu: true } };
}
