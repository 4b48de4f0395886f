// Oddities of real bootloaders by name, each a way to set up a board that shows it. The names are those of the table of
// quirks; what they do is told here and in options.ts, in the simulator's own words.
import type { SimulateOptions } from './options.ts';

type Setup = Pick<SimulateOptions, 'quirks' | 'flashTime'>;

export const behaviours: Readonly<Record<string, Setup>> = {
	'as-documented': {},

	// Descriptors
	'two-address-groups': {
		quirks: {
			strings: [
				'@Internal Flash   /0x08000000/256*02Kg',
				'@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e',
			],
		},
	},
	'read-only-first-sectors': {
		quirks: {
			identity: { vendorId: 0x2e3c, productId: 0xdf11, product: 'AT32 Bootloader DFU' },
			strings: [
				'@Internal Flash   /0x08000000/02*002Ka,254*002Kg',
				'@Option byte   /0x1FFFC000/01*4096 g',
			],
		},
	},
	'flash-three-times': {
		quirks: { strings: Array<string>(3).fill('@Internal Flash   /0x08000000/256*02Kg') },
	},
	gd32vf103: {
		quirks: {
			// Four bytes where two UTF-16 letters should be: "3CBJ".
			identity: {
				vendorId: 0x28e9,
				productId: 0x0189,
				product: 'GD32 Device in DFU Mode',
				serial: '\u4333\u4a42',
			},
			strings: ['@Internal Flash  /0x08000000/512*002Kg'],
			leave: 'at-once',
		},
	},
	'gd32-by-usb': {
		quirks: {
			identity: { vendorId: 0x28e9, productId: 0x018a, product: 'GD32 DFU Device' },
			leave: 'at-once',
		},
	},
	'constant-serial': { quirks: { identity: { serial: '200364500000' } } },
	'short-functional-descriptor': { quirks: { configuration: 'short-functional' } },
	'no-functional-descriptor': { quirks: { configuration: 'no-functional' } },
	'states-dfu-1-1': { quirks: { dfuVersion: 0x0110 } },
	'hangs-on-lone-request': { quirks: { loneDescriptor: 'hangs' } },
	'hid-beside': { quirks: { configuration: 'with-hid' } },
	'nonsense-lengths': { quirks: { configuration: 'nonsense' } },
	'one-string-unreadable': {
		quirks: {
			strings: ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg', '', '@Noise'],
		},
	},

	// DfuSe
	'mass-erase-outlasts-promise': { quirks: { earlyPoll: 'busy' } },
	'announces-no-wait': { quirks: { earlyPoll: 'busy', pollTimeout: 'zero' } },
	'announces-hours': { quirks: { earlyPoll: 'busy', pollTimeout: 'hours' } },
	'stalls-while-busy': { quirks: { stallsWhileBusy: 3 } },
	'stuck-after-bank-2': { quirks: { stuckAfterBank: 2 } },
	'clears-in-error-only': { quirks: { strictClear: true, startInError: true } },
	'blocks-of-1024': { quirks: { transferSize: 1024 } },
	'starts-in-error': { quirks: { startInError: true } },
	'leaves-in-silence': { quirks: { leave: 'silent' } },
	'leaves-at-once': { quirks: { leave: 'at-once' } },
	'stays-idle-on-leave': { quirks: { leave: 'stays-idle' } },
	'drops-when-protected': { quirks: { protection: 'drops' } },
	'usb-erases-four-further': { quirks: { usbBank2: 'shifted' } },
	'usb-erases-nothing-in-bank-2': { quirks: { usbBank2: 'nothing' } },

	// UART
	'stray-byte-on-open': { quirks: { strayByte: true } },
	'transfers-of-128': { quirks: { largestTransfer: 128 } },
	// What such a part does anyway: its device file says so.
	'refuses-mass-erase': {},
	'erases-128-pages-at-most': { quirks: { pagesPerErase: 128 } },
	'erases-first-page-only': { quirks: { erasesFirstOnly: true } },
	'refuses-page-lists': { quirks: { pagesPerErase: 1 } },
	'acknowledges-erase-early': { quirks: { earlyEraseAck: true } },
	'as-slow-as-allowed': { flashTime: 'maximum' },
	'refuses-short-reads': { quirks: { refusesShortReads: true } },
	'page-numbers-ignore-bank': { quirks: { pageNumbers: 'bank-blind' } },
	'double-nack': { quirks: { doubleNack: true } },
	'silent-bad-address': { quirks: { silentBadAddress: true } },
	'two-acks': { quirks: { twoAcksOnConnect: true } },
	'get-announces-too-many': { quirks: { missingCommands: 2 } },
	'busy-bytes': { quirks: { busyBytes: 3 } },
	'go-without-first-ack': { quirks: { goWithoutAck: true } },
	'go-does-nothing': { quirks: { goIgnored: true } },
	'empty-check': { quirks: { emptyCheck: true } },
};
