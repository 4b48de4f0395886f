// Failures of reading memory into files, and of writing those files.
export const memoryFailures = {
	'write.empty': {
		text: 'There are no bytes to save.',
		cause: 'Nothing was read, or nothing of it could be.',
		next: 'Read a range of the board or open a file first.',
	},
	'write.span': {
		text: 'The file would have {size:bytes} for {used:bytes} of content; at most {limit:bytes} are written.',
		cause: 'The format fills gaps or packs bytes loosely, and these lie far apart.',
		next: 'Save as Intel HEX or S-record: they keep gaps as gaps. Or save one range at a time.',
	},
	'memory.no-answer': {
		text: 'No two reads of {start:hex}–{end:last} agree.',
		cause: 'A disturbed line, or memory that changes while it is read.',
		next: 'Check the cable, or choose a lower baud rate. The place is left out of what was read.',
	},
	'memory.not-read': {
		text: 'The bootloader did not give {start:hex}–{end:last}: {reason}',
		cause: 'Bootloaders refuse places that the chip does not have, or that are protected.',
		next: 'The place is left out of what was read. Everything else stands.',
	},
	'memory.not-asked': {
		text: '{start:hex}–{end:last} was not asked for: {count} blocks before it were refused in a row.',
		cause: 'Nothing seems to be there, and every refusal takes its time.',
		next: 'Read a part of it by start and length if you know of one.',
	},
	'memory.protected': {
		text: 'Readout protection is on: the board gives none of its bytes away.',
		cause: 'The chip was locked against reading by its bootloader.',
		next: 'Removing the protection erases the whole chip: what is on it cannot be saved first.',
	},
	'memory.not-addressed': {
		text: 'This bootloader does not read by address.',
		cause: 'It is plain DFU 1.1, which hands out one file as it likes.',
		next: 'Enter ST’s own bootloader to read memory.',
	},
} as const;
