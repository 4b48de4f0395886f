// Failures of looking a chip up by name, of keeping a device file, and of the command line.
export const catalogueFailures = {
	'chip.name-unknown': {
		text: 'The catalogue has no chip named {name}.',
		cause: 'Similar names: {nearest}.',
		next: 'Check the marking on the chip, or add a device file.',
	},
	'chip.name-ambiguous': {
		text: '{name} may be any of {count} chips with different memories.',
		cause: 'Among them: {nearest}.',
		next: 'Give the whole name, at least up to the letter of the flash size.',
	},
	'device.not-json': {
		text: 'This is no device file: {reason}',
		cause: 'A device file is JSON, written like those in devices/.',
		next: 'Begin with the file of the nearest relative, or compare with device.schema.json.',
	},
	'storage.failed': {
		text: 'This browser did not store it: {reason}',
		cause: 'Its storage is full, blocked for this site, or a private window.',
		next: 'Make room or allow storage, and try again.',
	},
	'cli.unreadable': {
		text: 'The file {path} cannot be read: {reason}',
		cause: 'It does not exist here, or may not be opened.',
		next: 'Check the path; it is taken from the folder you are in.',
	},
} as const;
