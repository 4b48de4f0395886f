// Failures of running a job: what the read-backs found.
export const jobFailures = {
	'job.not-blank': {
		text: 'Sector {sector} did not erase: {address:hex} reads {found:byte}, not {expected:byte}.',
		cause:
			'The sector is write-protected (the bootloader reports no error for that), or another sector was erased.',
		next: 'Nothing was written to it. Check write protection. Where there is none, a sector beside the plan may be lost: put a backup of the whole flash back, or program that sector from your own copy.',
	},
	'job.wrong-sector': {
		text: 'Erasing sector {sector} at {address:hex} changed sector {other} at {otherAddress:hex}.',
		cause:
			'This bootloader counts its sectors otherwise than the plan assumes, or the chip is arranged otherwise.',
		next: 'Nothing was written, and no further sector was erased. Sector {other} has to be programmed again from your own copy. Please report the board.',
	},
	'job.mismatch': {
		text: 'Verification failed at {address:hex}: {found:byte} instead of {expected:byte}.',
		cause:
			'The flash did not keep what was written: protection, a worn sector, or a disturbed line.',
		next: 'Program again. If the same address fails twice, the sector is protected or worn.',
	},
	'job.checksum': {
		text: 'The chip’s checksum of {start:hex}–{end:last} is {found:hex}, not {expected:hex}.',
		cause: 'The flash did not keep what was written.',
		next: 'Program again.',
	},
	'job.half-written': {
		text: 'Writing {address:hex} was disturbed and left part of the bytes in the flash.',
		cause: 'The transfer broke off while the flash was being written.',
		next: 'Program again: the sector has to be erased first.',
	},
	'job.not-started': {
		text: 'Programmed and verified, but the application could not be started: {reason}',
		cause: 'Some bootloaders cannot leave by themselves.',
		next: 'Set BOOT0 low and reset the board, or unplug it and plug it in again.',
	},
	'job.file-gone': {
		text: 'The file could not be read: {reason}',
		cause: 'It was moved, rebuilt or deleted after it was chosen, or its drive was removed.',
		next: 'Open it again.',
	},
	'job.unsteady': {
		text: '{address:hex} read {first:byte} first and {second:byte} then: what should be kept is not known for certain.',
		cause: 'A disturbed line, or a device that changes its memory while it is read.',
		next: 'Nothing was erased. Check the cable and try again.',
	},
	'job.no-journal': {
		text: '{size:bytes} beside the firmware would be kept, and nothing can be stored on this machine to bring them back after an interruption.',
		cause:
			'A private window, or storage blocked for this site: while the sector is erased, its bytes live in this page only.',
		next: 'Use an ordinary window, or go on knowingly without this safety.',
	},
	'job.mixed': {
		text: 'The open files are not what the interrupted job was writing ({firmware}).',
		cause: 'A file was opened, closed or placed while that job waits to be continued.',
		next: 'Close the other files, or open the interrupted job again in History.',
	},
	'job.other-board': {
		text: 'This is another board than the interrupted one ({name}).',
		cause:
			'The identity the bootloader tells, product ID or unique ID, differs from the journal’s.',
		next: 'Connect the board that was interrupted, or put its journal away in History.',
	},
	'job.which-board': {
		text: 'Is this the board whose job was interrupted ({firmware})? It does not tell.',
		cause:
			'Some bootloaders tell no number of their chip, the same one on every chip, or another one by USB than by UART.',
		next: 'Say yes only if you know: what the job had kept of its board would be written to this one.',
	},
	'job.no-more-journal': {
		text: 'The job was stopped before its next sector, because its journal could not be written: {reason}',
		cause: 'The disk or the browser’s quota is full, or storage was taken away while the job ran.',
		next: 'Make room, then press Continue: what was begun is in the journal.',
	},
	'job.other-tab': {
		text: 'This job is running in another tab, or is being continued there.',
		cause: 'Two tabs would change the same journal, and perhaps the same board.',
		next: 'Go on in the other tab, or close it and try again here.',
	},
	'job.gone-on': {
		text: 'Another tab has gone on with this job since this page looked, or has put it aside.',
		cause: 'What this page knows of it is no longer true.',
		next: 'Nothing was changed. What is left of it stands on this page now: continue from there.',
	},
	'job.interrupted': {
		text: 'The last job on this board was interrupted ({firmware}). Bytes to be kept may be in its journal only.',
		cause: 'The cable, the page or the power went before it had ended.',
		next: 'Continue it, or set it aside.',
	},
	'job.internal': {
		text: 'Sectorwise itself failed: {reason}',
		cause: 'A fault in the program, not in your board.',
		next: 'Copy the report and open an issue with it.',
	},
} as const;
