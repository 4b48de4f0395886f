// Failures and diagnostics of reading files. {name} is filled from the failure's data; see failure.ts.
export const fileFailures = {
	'file.empty': {
		text: 'The file is empty.',
		cause: 'The build or the download produced no bytes.',
		next: 'Build or download it again.',
	},
	'file.unknown': {
		text: 'This is not a firmware file Sectorwise knows.',
		cause: 'Its content is none of ELF, Intel HEX, S-record, DFU, UF2 or a raw binary.',
		next: 'Open the .elf, .hex, .srec, .dfu, .uf2 or .bin that your build made.',
	},
	'file.overlap': {
		text: '{first} ({firstStart:hex}–{firstEnd:hex}) and {second} ({secondStart:hex}–{secondEnd:hex}) claim the same addresses.',
		cause: 'Two files or two parts of one file bring different bytes for the same place.',
		next: 'Remove one of them, or link one to another address.',
	},
} as const;
