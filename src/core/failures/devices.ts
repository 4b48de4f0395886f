// Failures of device files, and what identifying a board finds when it and the catalogue disagree.
export const deviceFailures = {
	'device.field': {
		text: 'The device file is wrong at {path}: expected {expected}.',
		cause: 'A field is missing, misspelt or of the wrong kind.',
		next: 'Correct the file; devices/README.md lists the fields.',
	},
	'device.geometry': {
		text: 'The device file describes an impossible memory at {path}: {reason}.',
		cause: 'Sectors, banks or regions do not fit together.',
		next: 'Compare the file with the memory map in the reference manual.',
	},
	'chip.not-found': {
		text: 'No chip in the catalogue fits {evidence}.',
		cause: 'It is newer than this catalogue, or a bootloader of your own describes the board.',
		next: 'Choose the part by name, or go on with what the board itself says.',
	},
	'chip.part-differs': {
		text: 'The part {part} does not fit what the board says about itself.',
		cause: 'Another part was chosen than the one on the board.',
		next: 'Read the marking on the chip, or leave the part open.',
	},
	'chip.size-unreadable': {
		text: 'The flash size register reads {value:hex}, which is no size.',
		cause: 'The register is protected, or the chip is a clone.',
		next: 'Choose the part by name.',
	},
	'chip.map-overstated': {
		text: 'The board describes {live:bytes} of flash, but its size register says {size:bytes}.',
		cause: 'Some ROMs print the memory of the largest part that has the same die.',
		next: 'Only what the size register vouches for is used.',
	},
	'chip.layout-assumed': {
		text: 'This chip’s sectors depend on the option bit {when}, which cannot be seen from here.',
		cause: 'The bootloader does not tell which of {count} arrangements is active.',
		next: 'The plan assumes {layout}, the factory setting, and proves each erase by reading back before anything is written.',
	},
	'chip.numbering-assumed': {
		text: 'How this bootloader numbers the sectors of bank 2 is not documented.',
		cause: 'Bank 2 of this part does not follow bank 1 without a gap.',
		next: 'Each erase there is proven by reading back before anything is written. Still, keep a copy of what must not be lost, or use USB where the board has it.',
	},
	'chip.banks-swapped': {
		text: 'The two banks of this chip are swapped, and no document tells which of them its bootloader erases.',
		cause:
			'An option bit shows bank 2 where bank 1 was. Erases of this flash name the bank as it is built.',
		next: 'Each erase is proven by reading back before anything is written. Still, keep a copy of what must not be lost.',
	},
	'chip.baud-limit': {
		text: 'This chip’s bootloader is documented up to {limit} baud; {baud} are in use.',
		cause: 'Its measurement of the baud rate can be off by more than the line tolerates.',
		next: 'If transfers fail, reset the board into its bootloader and connect at {limit} baud.',
	},
	'chip.clone': {
		text: 'This is {maker}, not an STM32.',
		cause: 'Another maker’s bootloader speaks ST’s protocol. How it differs is known in part only.',
		next: 'By USB what the bootloader says about its memory is used, by UART the figures of the STM32 it stands in for. Each erase is proven by reading back, each byte is verified.',
	},
	'chip.rom-unknown': {
		text: 'This bootloader identifies itself as {id:byte}, which the catalogue does not list.',
		cause: 'The ROM is newer than this catalogue.',
		next: 'Nothing needs to be done. Send a report so that it can be added.',
	},
} as const;
