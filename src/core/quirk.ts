// What real bootloaders do otherwise than documents say, as data: devices/quirks/quirks.json, read by
// devices/quirks.ts. This is the closed list of what the protocol clients can do about it.

/** Kinds of effect, and what Sectorwise does then. The first group is done by every client, for every board. */
export const effects = {
	note: 'Nothing: it is only told.',
	'keep-asking':
		'A busy device is asked until it is done or its longest time is over, whatever wait it announced.',
	'clear-error-first': 'The state is looked at first, and an old error cleared.',
	'clear-in-error-only': 'CLRSTATUS is sent in dfuERROR, ABORT in idle states.',
	'read-configuration-only':
		'The functional descriptor is taken from the configuration, inside a DFU interface.',
	'bounded-descriptors': 'Lengths are not believed; what cannot be read is left out.',
	'strings-decide': 'Strings that describe memory make a DfuSe device, whatever version it states.',
	'every-address-group': 'All groups of a string are read, each with its own access letters.',
	'device-block-size': 'Blocks are as large as the device says, within bounds.',
	'new-pointer':
		'The address is set anew for each run of blocks, and before their numbers overflow.',
	'read-back': 'Each erase is checked by reading, each byte written is read back.',
	'probe-protection': 'Protection is probed by a read before anything is planned.',
	resynchronise: 'Filler bytes, then Get ID, find back to where a command begins.',
	'tolerant-list': 'What counts is the acknowledgement that ends the list.',
	'register-blocks': 'A refused short read is asked again as an aligned block of 128 bytes.',
	'wait-for-erase':
		'The wait for an erase grows with what is erased, by the longest times of the chip.',
	'cut-lists': 'Lists hold 128 pages at most, 255 with the old command.',
	'whole-units': 'Writes are aligned to whole units of the flash, padded, and done once.',
	'skip-busy-bytes': 'Busy bytes are passed over.',
	'try-without-parity': 'Where nobody answers with even parity, the next attempt is made without.',
	'clean-start': 'The line is opened before the reset, and nothing is sent before the first 0x7F.',
	'proven-erase': 'Each erase is proven by reading back, with the sectors that might go instead.',
	'device-file': 'The file of the chip says so, and the plan goes by it.',

	'stalls-while-busy': 'A stalled status request after a busy answer counts as busy.',
	'clear-twice':
		'A device that stays busy long after its work must be done is sent CLRSTATUS twice.',
	'silent-leave': 'After Leave DFU silence, an error or a device that is gone means that it left.',
	'largest-transfer': 'Reads and writes are cut to what the bootloader takes.',
	'pages-per-erase': 'Lists of pages are cut to what the bootloader erases at once.',
	'wait-after-erase': 'After the acknowledgement the erase is waited for.',
	'go-one-acknowledgement': 'Only one acknowledgement of Go is expected.',
	'cannot-start': 'The application is not started; the report says how to.',
	'start-by-go': 'The application is started by Go, as a reset would end in the bootloader again.',
	'protection-by-option-byte': 'The protection byte itself is read.',
	'size-by-serial': 'The memory is taken from the serial number.',
	'no-own-serial': 'The serial number is not taken for the board’s own.',
} as const;

export type EffectKind = keyof typeof effects;

/** What of an effect is a number or a place; which ones a kind has is in devices/quirks.ts. */
export interface Effect {
	readonly kind: EffectKind;
	/** stalls-while-busy: stalls in a row. */
	readonly times?: number;
	/** largest-transfer. */
	readonly bytes?: number;
	/** pages-per-erase. */
	readonly pages?: number;
	/** wait-after-erase: milliseconds for each page. */
	readonly msPerPage?: number;
	/** protection-by-option-byte: its address, and what it reads when all is open. */
	readonly address?: number;
	readonly open?: number;
	/** size-by-serial: which character tells, KiB by that character, and bytes of a sector. */
	readonly pattern?: string;
	readonly kib?: Readonly<Record<string, number>>;
	readonly sectorSize?: number;
}

/** What is known of a board, for finding its quirks. */
export interface QuirkFacts {
	readonly transport: 'uart' | 'dfu';
	/** "0483:DF11" */
	readonly usb?: string;
	/** All the board may be. */
	readonly productIds: readonly number[];
	readonly families: readonly string[];
	readonly parts: readonly string[];
	readonly bootloaderId?: number;
	/** "3.1" */
	readonly protocol?: string;
	/** Interface strings, and what the device calls itself. */
	readonly strings: readonly (string | undefined)[];
}

/** What a row goes by; everything it states must hold, lists are alternatives. */
export interface QuirkWhen {
	readonly transport?: 'uart' | 'dfu';
	readonly usb?: readonly string[];
	readonly productIds?: readonly number[];
	readonly families?: readonly string[];
	/** Beginnings of part names. */
	readonly parts?: readonly string[];
	readonly bootloaderIds?: readonly number[];
	readonly protocols?: readonly string[];
	/** A regular expression that one of the interface strings fits. */
	readonly string?: string;
}

export interface Quirk {
	/** "L4-STALLS" */
	readonly id: string;
	/** Where it was seen, in words. */
	readonly seen: string;
	/** What happens. */
	readonly text: string;
	readonly when: QuirkWhen;
	readonly effect: Effect;
	/** Another maker's chip, by name: this is not an STM32. */
	readonly maker?: string;
	/** Behaviour of the simulator that reproduces it; missing for notes. */
	readonly simulator?: string;
	readonly sources: readonly string[];
	/** A: several independent or primary sources; B: one; C: hearsay. */
	readonly confidence: 'A' | 'B' | 'C';
}
