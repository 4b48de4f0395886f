// Failures and diagnostics of reading files. {name} is filled from the failure's data; see failure.ts.
export const fileFailures = {
	'file.empty': {
		text: 'The file is empty.',
		cause: 'The build or the download produced no bytes.',
		next: 'Build or download it again.',
	},
	'file.unknown': {
		text: 'This is not a firmware file Sectorwise knows (it begins with {found}).',
		cause: 'Its content is none of ELF, Intel HEX, S-record, DFU, UF2 or a raw binary.',
		next: 'Open the .elf, .hex, .srec, .dfu, .uf2 or .bin that your build made.',
	},
	'file.overlap': {
		text: '{first} ({firstStart:hex}–{firstEnd:last}) and {second} ({secondStart:hex}–{secondEnd:last}) claim the same addresses.',
		cause: 'Two files, or two parts of one file, bring bytes for the same place.',
		next: 'Remove one of them, or link one to another address.',
	},
	'file.duplicate': {
		text: '{first} and {second} bring the same bytes for {start:hex}–{end:last}.',
		cause: 'A part is given twice, with identical content.',
		next: 'Nothing to do: the bytes are programmed once.',
	},
	'file.unreadable': {
		text: 'The file could not be read at offset {offset}: {found} of {expected} bytes came.',
		cause: 'The file was rebuilt, moved or removed after it was chosen.',
		next: 'Open the file again.',
	},
	'file.too-large': {
		text: 'The file has {found:bytes}; at most {limit:bytes} are read.',
		cause:
			'No STM32 holds that much. A raw binary fills every gap: one section in external memory or RAM makes objcopy write the whole distance.',
		next: 'Open the .elf or .hex of the same build: they keep the gaps as gaps.',
	},
	'file.too-much': {
		text: 'The file brings {found:bytes} to program, from {address:hex} on; at most {limit:bytes} are read.',
		cause: 'A section is larger than any memory an STM32 has, or a length field is damaged.',
		next: 'Check the sizes of the sections, or build the file again.',
	},
	'file.blank': {
		text: 'All {size:bytes} of the file are {value:byte}.',
		cause: 'It is a read-out of an empty or protected chip, or the build went wrong.',
		next: 'Build the firmware again, or read out a chip that holds one.',
	},
	'file.archive': {
		text: 'This is {kind}.',
		cause: 'Releases are often packed for download.',
		next: 'Unpack it, then open the firmware file inside.',
	},
	'file.web-page': {
		text: 'This is HTML: was it a download page?',
		cause: 'A link to a file often leads to a page about the file, or to an error page.',
		next: 'Open the file in the browser, use its download button, and open what that saves.',
	},
	'file.git-lfs': {
		text: 'This is a Git LFS pointer, not the file itself ({size} bytes are elsewhere).',
		cause: 'The repository keeps large files apart, and they were not fetched.',
		next: 'Run “git lfs pull” and open the file again.',
	},
	'file.other-processor': {
		text: 'This is {kind}; STM32 firmware is a 32-bit little-endian ARM ELF.',
		cause: 'It was built for another processor: the computer’s own, or another microcontroller.',
		next: 'Build with the arm-none-eabi toolchain, or open the file made for the board.',
	},
	'file.not-linked': {
		text: 'This is {kind}, not a linked firmware.',
		cause: 'The compiler made it as an intermediate step: it has no addresses yet.',
		next: 'Open the .elf, .hex or .bin that the linker made.',
	},
	'file.linker-text': {
		text: 'This is {kind}: it describes a firmware but holds none of its bytes.',
		cause: 'It lies beside the firmware in the build folder.',
		next: 'Open the .elf, .hex or .bin of the same build.',
	},
	'file.project': {
		text: 'This is a Sectorwise project: it names protected memory and holds no firmware.',
		cause: 'It lies beside the firmware in the project’s folder.',
		next: 'Open it in the app, together with the firmware.',
	},
	'file.utf16': {
		text: 'This is text in UTF-16, which no firmware format uses.',
		cause: 'Windows PowerShell writes UTF-16 when output is redirected with “>”.',
		next: 'Make the file again without redirection, or save it as ASCII or UTF-8.',
	},
	'file.not-firmware': {
		text: 'This is {kind}, not a firmware file.',
		cause: 'Another file was chosen by mistake.',
		next: 'Open the .elf, .hex, .srec, .dfu, .uf2 or .bin that your build made.',
	},

	'elf.truncated': {
		text: 'The ELF is cut off: its {what} end at offset {expected}, the file at {found}.',
		cause: 'The download or copy broke off, or the file was still being written.',
		next: 'Build or download it again.',
	},
	'elf.damaged': {
		text: 'The ELF is damaged: {what} at offset {offset} is {found}, not {expected}.',
		cause: 'The file was changed after the linker wrote it.',
		next: 'Build or download it again.',
	},
	'elf.address': {
		text: 'The ELF loads {size:bytes} at {address:hex}, beyond the end of the address space.',
		cause: 'A load address or size is damaged, or an expression in the linker script went wrong.',
		next: 'Check the linker script, and build the file again.',
	},
	'elf.linux-program': {
		text: 'This is an ARM program for Linux, not firmware for a bare chip.',
		cause: 'It asks for a program interpreter ({interpreter}).',
		next: 'Build with the arm-none-eabi toolchain.',
	},
	'elf.header-cut': {
		text: 'No section describes {start:hex}–{end:last}: it was left out as the ELF’s own header.',
		cause: 'The section table was stripped or is incomplete; where the program begins is guessed.',
		next: 'Check that the image begins where the firmware should, or open the ELF before stripping.',
	},
	'elf.not-loaded': {
		text: 'Section {section} ({size:bytes} at {address:hex}) is in no load segment and is not programmed.',
		cause: 'The linker script’s PHDRS give it no segment.',
		next: 'If the firmware needs it, assign it to a segment in the linker script.',
	},
	'elf.symbols': {
		text: 'The symbol table ({size:bytes} at offset {offset}) does not fit the file and is not read.',
		cause: 'The file was cut or changed after the linker wrote it.',
		next: 'Nothing to do for programming. To see symbols, build the file again.',
	},
	'elf.not-read': {
		text: 'Section {section} ({size:bytes} at offset {offset}) is not read: it is cut off or too large.',
		cause: 'The file was cut or changed after the linker wrote it.',
		next: 'Nothing to do for programming. To see all of it, build the file again.',
	},
	'elf.attributes': {
		text: 'The build attributes are damaged from byte {offset} on.',
		cause: 'The section .ARM.attributes was cut or changed after the linker wrote it.',
		next: 'Nothing to do for programming. To see the CPU and FPU, build the file again.',
	},

	'records.syntax': {
		text: 'Line {line} is not an {format} record: unexpected {found}.',
		cause: 'The line was cut, edited or mixed with other text.',
		next: 'Build or download the file again.',
	},
	'records.length': {
		text: 'Line {line}: the {format} record has {found} bytes where {expected} are due.',
		cause: 'The line was cut or edited.',
		next: 'Build or download the file again.',
	},
	'records.checksum': {
		text: 'Line {line}: the checksum is {found:byte}, the bytes add up to {expected:byte}.',
		cause: 'The line was changed after the {format} file was made.',
		next: 'Build or download the file again.',
	},
	'records.type': {
		text: 'Line {line}: {format} has no record type {found}.',
		cause: 'The line was changed, or the file uses a private extension.',
		next: 'Build or download the file again.',
	},
	'records.address': {
		text: 'Line {line}: {size} bytes at {address:hex} reach beyond the end of the address space.',
		cause: 'The address is damaged.',
		next: 'Build the file again.',
	},
	'records.conflict': {
		text: 'Lines {firstLine} and {secondLine} give {address:hex} different values: {first:byte} and {second:byte}.',
		cause: 'Two firmwares were joined into one file although they overlap.',
		next: 'Join files only when each has its own address range.',
	},
	'records.duplicate': {
		text: '{start:hex}–{end:last} is given twice, with the same bytes.',
		cause: 'The file repeats some of its records.',
		next: 'Nothing to do: the bytes are programmed once.',
	},
	'records.after-end': {
		text: 'Everything after the end record in line {line} is ignored ({bytes:bytes} of text).',
		cause: 'Two files were joined without removing the end record of the first.',
		next: 'Open the original files together instead: they are merged here.',
	},
	'records.no-end': {
		text: 'The {format} file has no end record; its last line is {line}.',
		cause: 'The download or copy may have broken off.',
		next: 'Compare the file’s size with the original before programming.',
	},
	'hex.mixed-bases': {
		text: 'Line {line}: a segment base (line {segmentLine}) and a linear base (line {linearLine}) are both set.',
		cause: 'Programs disagree on such files. Here the later base replaces the earlier one.',
		next: 'Check the addresses shown, or make the file with linear addresses only.',
	},
	'hex.wrapped': {
		text: 'Line {line}: the record passes the end of its 64 KiB segment and goes on at {address:hex}.',
		cause: 'Segment addressing (record type 02) wraps around, as the format prescribes.',
		next: 'Check the addresses shown, or make the file with linear addresses.',
	},
	'srec.count': {
		text: 'Line {line}: the count record says {expected} data records; there are {found}.',
		cause: 'Lines were lost or added after the file was made.',
		next: 'Build or download the file again.',
	},
	'srec.header': {
		text: 'The file calls itself “{header}”.',
		cause: 'The S0 record carries a name.',
		next: 'Nothing to do.',
	},
	'srec.reserved': {
		text: 'Line {line}: the reserved record S4 is ignored.',
		cause: 'Some tools keep private data there; it is never part of the firmware.',
		next: 'Nothing to do.',
	},

	'dfu-file.suffix': {
		text: 'The file does not end in a DFU suffix: {what} is {found}, not {expected}.',
		cause: 'The download or copy broke off, or the file was edited.',
		next: 'Build or download it again.',
	},
	'dfu-file.crc': {
		text: 'The DFU file’s CRC is {found:hex}, its content gives {expected:hex}.',
		cause: 'The content was changed after the file was made.',
		next: 'Build or download it again.',
	},
	'dfu-file.damaged': {
		text: 'The DFU file is damaged: {what} at offset {offset} is {found}, not {expected}.',
		cause: 'A length inside does not fit the file, although the CRC may be right.',
		next: 'Make the file again.',
	},
	'dfu-file.address': {
		text: 'The DFU file’s {what} ({size:bytes} at {address:hex}) reaches beyond the end of the address space.',
		cause: 'The address is damaged.',
		next: 'Make the file again.',
	},

	'uf2.damaged': {
		text: 'UF2 block at offset {offset}: {what} is {found}, not {expected}.',
		cause: 'The download or copy broke off, or the file was changed.',
		next: 'Build or download it again.',
	},
	'uf2.address': {
		text: 'UF2 block at offset {offset}: {size} bytes at {address:hex} reach beyond the end of the address space.',
		cause: 'The address is damaged.',
		next: 'Build or download it again.',
	},
	'uf2.missing': {
		text: 'The UF2 file has {found} of {expected} blocks; block {block} is the first one missing.',
		cause: 'The download or copy broke off.',
		next: 'Build or download it again.',
	},
	'uf2.skipped': {
		text: '{count} UF2 blocks are not for the main flash and are left out.',
		cause: 'They carry files or comments for a drive-style bootloader.',
		next: 'Nothing to do.',
	},
	'uf2.other-chip': {
		text: 'This UF2 file is for {families}, not for an STM32.',
		cause: 'UF2 files name the chip family they were made for.',
		next: 'Open the file made for this board.',
	},
	'uf2.other-blocks': {
		text: '{count} UF2 blocks are for {families} and are left out.',
		cause: 'The file serves several boards; only its STM32 part is read.',
		next: 'Nothing to do.',
	},
	'uf2.unknown-family': {
		text: 'The UF2 file names an unknown chip family ({family:hex}).',
		cause: 'The ID is private, or newer than Sectorwise.',
		next: 'Make sure the file is for this board.',
	},
	'uf2.families': {
		text: 'The UF2 file is for several families: {families}.',
		cause: 'Two firmwares were joined into one file.',
		next: 'Make sure both parts belong on this board, or open the file made for it alone.',
	},
} as const;
