// Failures and diagnostics of option bytes, protection and OTP.
export const optionFailures = {
	'plan.write-protected': {
		text: '{sectors} {verb} write-protected. The bootloader would not say so: it passes over such an erase in silence.',
		cause: 'Option bytes of this chip protect them.',
		next: 'Remove the write protection first, or link the firmware elsewhere. Nothing was sent.',
	},
	'option.locked': {
		text: 'Readout protection is on: the bootloader shows neither option bytes nor memory.',
		cause:
			'At level 1 it obeys only commands that tell who it is, and the one that erases everything.',
		next: 'Remove the protection, which erases the whole flash, or leave it as it is.',
	},
	'option.not-described': {
		text: 'The option bytes of {chip} are not described in the catalogue.',
		cause: 'Their layout is not known to us with certainty.',
		next: 'They are shown raw, where the bootloader shows them, and cannot be changed here.',
	},
	'option.not-shown': {
		text: 'This bootloader does not show the option bytes of {chip}.',
		cause: 'It offers no memory at their address.',
		next: 'Use the serial port where the board has one, or a debug probe.',
	},
	'option.unreadable': {
		text: 'The option bytes at {address:hex} could not be read: {reason}',
		cause: 'The bootloader refused, or the line was disturbed.',
		next: 'Disconnect, reset the board into its bootloader and connect again: they are read first.',
	},
	'option.inconsistent': {
		text: 'The option bytes do not fit their complements: {words}.',
		cause: 'They were being programmed when power was lost. The chip uses safe defaults instead.',
		next: 'Write back the bytes from before the change, or set every field anew, before you switch the board off.',
	},
	'option.not-writable': {
		text: 'The option bytes of this chip are shown only. {why}',
		cause: 'A wrong write could lock the chip for good.',
		next: 'Change them with a debug probe.',
	},
	'option.field': {
		text: '{field} cannot be set to {value}.',
		cause: 'It does not exist here, is shown only, or does not take that value.',
		next: 'Choose one of the values offered.',
	},
	'option.phrase': {
		text: 'This cannot be taken back, and was not confirmed: type “{phrase}”.',
		cause: 'What cannot be undone has to be typed out, letter by letter.',
		next: 'Type it exactly, or take the change back. Nothing was sent.',
	},
	'option.changed': {
		text: 'The option bytes are no longer what was shown: {words} differ.',
		cause: 'Another board, or somebody changed them in between.',
		next: 'Read them again and look at the change anew. Nothing was written.',
	},
	'option.not-taken': {
		text: 'The chip did not take the change: its option bytes are as before.',
		cause:
			'It was reset or lost power before the change began, or its bootloader ignores such writes.',
		next: 'Apply the change again. If that fails twice, use a debug probe.',
	},
	'option.half': {
		text: 'The option bytes are neither the old nor the new ones: {words} differ from what was written.',
		cause: 'Power or the connection was lost while the chip programmed them.',
		next: 'Apply the change again before you switch the board off. The old words are in the saved file.',
	},
	'option.locked-by-cut': {
		text: 'The chip is now read-protected, which was not asked for.',
		cause:
			'Its option bytes were erased and not written again before power or the connection was lost; blank ones mean level 1.',
		next: 'Remove the readout protection. That erases the flash: have the firmware at hand.',
	},
	'option.lost': {
		text: 'The chip did not come back after {what}: {reason}',
		cause:
			'It reset, as it does, and started its program; or it lost power; or the browser needs a click to open it again.',
		next: 'Put the board into its bootloader and connect it again: its option bytes are read first, and what they are is then known.',
	},
	'option.other-board': {
		text: 'Another board answered after the reset.',
		cause: 'Its product ID or serial number differs from the one that was changed.',
		next: 'Connect the right board; its option bytes are read first. Nothing was sent to this one.',
	},
	'option.permanent': {
		text: '{what} was sent and the chip no longer answers, as it should not.',
		cause: 'What was asked for closes the bootloader for good; so it cannot be proven from here.',
		next: 'The board starts its program when it is powered again. This page cannot talk to it any more.',
	},
	'readout.still-on': {
		text: 'Readout protection is still on.',
		cause:
			'Some chips load the new level only after a power cycle; or power was lost during the erase.',
		next: 'Take the supply away and give it back, connect again, and remove the protection again if it is still on.',
	},
	'readout.not-on': {
		text: 'Readout protection was not switched on.',
		cause: 'Some chips load the new level only after a power cycle; or the command was lost.',
		next: 'Take the supply away and give it back, connect again and look.',
	},
	'readout.no-command': {
		text: 'This bootloader offers no way to {what}.',
		cause: 'It lists no such command, and its option bytes cannot be written from here.',
		next: 'Use the serial port where the board has one, or a debug probe.',
	},
	'otp.taken': {
		text: 'OTP at {address:hex} already holds {found:byte}; it cannot become {wanted:byte}.',
		cause: 'One-time bits go from 1 to 0 and never back.',
		next: 'Choose a place that is still blank. Nothing was written.',
	},
	'otp.locked': {
		text: 'OTP block {block} is locked.',
		cause: 'Its lock byte was written, for good.',
		next: 'Choose another block. Nothing was written.',
	},
	'otp.outside': {
		text: '{start:hex}–{end:last} is not inside this chip’s OTP, or not a whole number of write units of {unit} bytes.',
		cause: 'The address or the number of bytes is off.',
		next: 'Choose a place inside the OTP.',
	},
	'otp.mismatch': {
		text: 'OTP at {address:hex} reads {found:byte} after the write, not {expected:byte}.',
		cause: 'The write was cut short, or the bootloader does not write OTP on this chip.',
		next: 'Read it again. Bits that are still 1 may be written again on chips without error correction.',
	},
} as const;
