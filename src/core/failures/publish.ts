// What a maker's own files can have wrong before there is an update: the description, the firmware, the keys.
export const publishFailures = {
	'publish.not-description': {
		text: 'This is not the description of an update: {reason}.',
		cause:
			'A description is one JSON object that says what the update is and which files it is made of.',
		next: 'See docs/making-updates.md for an example, or save a description from the Publish page.',
	},
	'publish.number': {
		text: '{path} is {found}, which is not a number.',
		cause:
			'Numbers are written as 4096, as "0x1000" or as "4K"; K and M stand for 1024 and 1024² times.',
		next: 'Correct it in the description.',
	},
	'publish.no-firmware': {
		text: 'The update has no firmware.',
		cause:
			'An update writes at least one file: ELF, Intel HEX, S-record, DfuSe, UF2 or a raw binary.',
		next: 'Add the file of the build.',
	},
	'publish.needs-address': {
		text: '{name} does not say where it belongs.',
		cause: 'A raw binary has no address of its own.',
		next: 'Give its address beside its name, such as 0x08000000, or take the .elf or .hex of the build.',
	},
	'publish.many-pieces': {
		text: '{name} is in {count} pieces; an update has at most {limit}.',
		cause: 'Each stretch of bytes without a gap is an image of its own.',
		next: 'Link without so many gaps, or fill them.',
	},
	'publish.no-picture': {
		text: 'The description shows {name}, which is not among the files.',
		cause: 'Pictures are files beside the description, named by their path from there.',
		next: 'Add the picture, or remove it from the description.',
	},
	'publish.no-key': {
		text: 'No private key was given.',
		cause: 'An update is signed by its maker, or nobody could trust it.',
		next: 'Choose your key file, or make a new key. On the command line: --key FILE, or the key itself in the environment variable SECTORWISE_KEY.',
	},
	'publish.not-private': {
		text: '{name} is a public key.',
		cause: 'Signing takes the private half, which has a member "d".',
		next: 'Take the file that was made together with it.',
	},
	'publish.other-product': {
		text: '{name} is an update of another product: {product}.',
		cause:
			'A device is only offered updates of its own product, so nothing could start from this one.',
		next: 'Give an earlier update of the same product ID, or correct the ID.',
	},
	'publish.no-older-bytes': {
		text: '{name} holds nothing that this update could start from.',
		cause: 'A delta needs the older update with its whole content at one of the new addresses.',
		next: 'Give an update of this product that carries whole images.',
	},
	'cli.exists': {
		text: '{path} is there already.',
		cause: 'A key that is replaced is lost, and with it the trust of every device that knows it.',
		next: 'Choose another name, or move the old file away.',
	},
	'cli.unwritable': {
		text: '{path} could not be written: {reason}.',
		cause: 'The folder does not exist, or it may not be written to.',
		next: 'Check the path.',
	},
} as const;
