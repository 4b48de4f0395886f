// Failures and diagnostics of laying an image over a board's memory.
export const planFailures = {
	'plan.empty': {
		text: 'The file has no bytes to program.',
		cause:
			'It holds only sections that store nothing (.bss, debug information), or only what is protected by name.',
		next: 'Open the file that the linker made for flashing.',
	},
	'plan.outside-memory': {
		text: '{start:hex}–{end:last} ({size:bytes}) is outside this chip’s flash.',
		cause:
			'The firmware was linked for another chip, or for an external memory this bootloader cannot reach.',
		next: 'Check the linker script’s FLASH origin and length against the chip, or connect the right board.',
	},
	'plan.hole': {
		text: '{start:hex}–{end:last} falls into the gap between two flash banks of this chip.',
		cause: 'On this part bank 2 does not begin where bank 1 ends.',
		next: 'Describe the banks as two regions in the linker script.',
	},
	'plan.into-ram': {
		text: '{start:hex}–{end:last} ({size:bytes}) would be loaded into {region}, which does not survive a reset.',
		cause: 'A section has its load address in RAM.',
		next: 'Give the section a load address in flash (AT> FLASH) or mark it NOLOAD.',
	},
	'plan.option-bytes': {
		text: '{start:hex}–{end:last} are option bytes. They are not programmed with a firmware.',
		cause: 'The file carries option bytes, which change protection and boot settings.',
		next: 'Remove that part from the file. Change option bytes knowingly, on their own.',
	},
	'plan.not-writable': {
		text: '{start:hex}–{end:last} is in {region}, which is not programmed with a firmware.',
		cause: 'Only flash and data EEPROM are written by a firmware job.',
		next: 'Remove that part from the file.',
	},
	'plan.read-only': {
		text: 'Sector {sector} at {start:hex} cannot be erased and written on this board.',
		cause: 'The board’s own memory description marks it as not erasable or not writable.',
		next: 'Link the firmware behind it, or use the bootloader that owns this sector.',
	},
	'plan.lost': {
		text: '{size:bytes} at {start:hex}–{end:last} share a sector with this firmware and will be erased.',
		cause: 'A chip erases whole sectors; the firmware fills only part of this one.',
		next: 'If something else lives there, let it be kept, or save it first.',
	},
	'plan.protected': {
		text: 'The firmware would write {start:hex}–{end:last}, which is protected as “{name}”.',
		cause: 'This stretch is named as one that no job may change.',
		next: 'Link the firmware elsewhere, or give the protection up by name.',
	},
	'plan.protected-lost': {
		text: '{start:hex}–{end:last} is protected as “{name}” and shares a sector that must be erased.',
		cause:
			'Its bytes would have to be read first and written back, and the board does not let them be read.',
		next: 'Link the firmware so that it stays out of this sector, or give the protection up by name.',
	},
	'plan.split-unit': {
		text: 'The bytes at {address:hex} fill only part of a write unit of {unit} bytes. The rest is written as {fill:byte}.',
		cause: 'This flash carries error correction and is written in whole units, once.',
		next: 'Align the end of the section if another image must write the same unit later.',
	},
	'plan.no-vectors': {
		text: 'No vector table at {address:hex}: the first words are {stack:hex} and {reset:hex}.',
		cause:
			'The firmware does not begin with a stack pointer in this chip’s RAM and a reset handler inside the image.',
		next: 'Check that this is an application for this chip, and its address.',
	},
	'plan.nothing-at-boot': {
		text: 'The firmware begins at {start:hex}, not at the start of flash ({boot:hex}).',
		cause: 'It expects a bootloader below it. This job does not write one.',
		next: 'Make sure the bootloader is on the board, or open both files together.',
	},
	'plan.wrong-chip': {
		text: 'The file is for {families}. This board is an {chip}.',
		cause: 'The file names the chip family it was built for.',
		next: 'Open the file for this board.',
	},
	'plan.bank2-wrong': {
		text: 'By USB, this chip’s bootloader erases the wrong sectors of bank 2 ({start:hex} and up).',
		cause:
			'A known fault of the ROM: in dual-bank mode the sector that goes blank is not the one that was asked for.',
		next: 'Use the serial port, or an image that stays in bank 1. Nothing was sent.',
	},
	'plan.bank2-unsure': {
		text: 'By USB, this chip’s bootloader may not erase bank 2 ({start:hex} and up).',
		cause: 'A known fault of some of its ROM versions.',
		next: 'Program anyway: each of these erases is proven by reading back, with the sectors that might go instead, before anything is written. Else use the serial port.',
	},
	'plan.no-flash': {
		text: 'This chip has no flash of its own to program.',
		cause:
			'It runs from RAM and from an external memory. Its boot ROM loads signed programs by another protocol and programs no flash.',
		next: 'Program the external flash over the debug port with ST’s tools and the external loader of your board.',
	},
	'plan.no-sectors': {
		text: 'The board did not tell how its flash is divided.',
		cause: 'Neither the board’s descriptor nor the catalogue describes this chip.',
		next: 'Choose the part by name.',
	},
} as const;
