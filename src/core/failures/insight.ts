// What laying a build over a chip finds: linker regions, sections and symbols against the memory there really is.
export const insightFailures = {
	'insight.overflow': {
		text: '{region} is over-full: {used:bytes} used of {length:bytes}.',
		cause: 'More was placed into the region than it has room for.',
		next: 'Make the build smaller, or move a section to another region.',
	},
	'insight.nearly-full': {
		text: '{region} is {percent} % full: {free:bytes} left of {length:bytes}.',
		cause: 'The next feature, or another compiler version, may not fit.',
		next: 'Look at the largest objects of this region, or plan for a part with more memory.',
	},
	'insight.over-budget': {
		text: '{region} uses {used:bytes}; its budget is {limit:bytes}.',
		cause: 'The build grew beyond the limit that was set for this region.',
		next: 'Compare with an earlier build to see what grew, or raise the budget.',
	},
	'insight.no-region': {
		text: 'Nothing tells how much of {region} is used. Known: {known}.',
		cause: 'The name is misspelt, or the files given do not say how regions are filled.',
		next: 'Name one of the known regions, or give the map or the ELF with the linker script.',
	},
	'insight.no-image': {
		text: '{name} brings no bytes to program.',
		cause: 'Maps and linker scripts describe a build; they do not hold it.',
		next: 'Give the .elf, .hex or .bin of the build.',
	},
	'insight.region-beyond': {
		text: '{region} reaches to {end:last}, but {memory} of this chip ends at {limit:last}.',
		cause: 'The linker script was written for a part with more memory.',
		next: 'Set the region’s LENGTH to what the chip has, or choose the larger part.',
	},
	'insight.region-outside': {
		text: '{region} ({start:hex}–{end:last}) lies in no memory of this chip.',
		cause: 'The linker script was written for another part, or its ORIGIN is wrong.',
		next: 'Remove the region or correct its ORIGIN. The overlay shows the memory there is.',
	},
	'insight.region-short': {
		text: '{region} ends {size:bytes} before {memory} does.',
		cause:
			'The linker script was written for a smaller part, or the rest is kept for something else.',
		next: 'Nothing to do if the rest is kept on purpose; else raise the region’s LENGTH.',
	},
	'insight.regions-overlap': {
		text: '{first} and {second} both claim {start:hex}–{end:last}.',
		cause:
			'Two regions of the linker script overlap. The linker does not check one against the other.',
		next: 'Shorten one of them.',
	},
	'insight.reserved-overlapped': {
		text: '{section} reaches into {region} ({start:hex}–{end:last}), which the linker script keeps for something else.',
		cause: 'Regions overlap or a section has a fixed address, so the linker saw no conflict.',
		next: 'Shorten the region the section is placed in, so that it ends where {region} begins.',
	},
	'insight.script-differs': {
		text: '{region} is {scriptText} in the script, but the map says {mapText}.',
		cause: 'The map comes from another build, or was linked with another script or other options.',
		next: 'Open the script and the map of the same build. The map’s figures are shown.',
	},
	'insight.script-foreign': {
		text: '{section} runs at {found:hex}, but the script puts it into {region} ({start:hex}–{end:last}).',
		cause: 'The script comes from another build than the ELF.',
		next: 'Open the script this build was linked with. Until then regions are counted by address.',
	},
	'insight.map-foreign': {
		text: '{section} runs at {found:hex} in the ELF, but at {mapped:hex} in the map.',
		cause: 'The map comes from another build than the ELF, perhaps from the one before.',
		next: 'Open the map of the same link. Addresses and sizes of sections are those of the ELF.',
	},
	'insight.section-outside': {
		text: '{section} ({start:hex}–{end:last}) runs where this chip has no memory.',
		cause: 'The build is for a part with other memories.',
		next: 'Place the section into a region that this chip has.',
	},
	'insight.image-outside': {
		text: '{size:bytes} at {start:hex}–{end:last} ({sections}) are past this chip’s flash.',
		cause: 'The build is larger than this part, or was linked for another one.',
		next: 'Make the build smaller, or choose a part with more flash.',
	},
	'insight.offset': {
		text: 'The build begins at {start:hex}. The {size:bytes} of flash below it belong to something else.',
		cause: 'It is linked to run behind a bootloader, which this build does not bring.',
		next: 'Make sure the bootloader is on the board, or open both files together.',
	},
	'insight.nothing-below': {
		text: 'Nothing on the board can start the build at {start:hex}: {boot:hex} holds no vector table.',
		cause: 'The chip starts at the beginning of its flash, and what is there is no program.',
		next: 'Program the bootloader first, or link the build for {boot:hex}.',
	},
	'insight.wrong-core': {
		text: 'The build is for {architecture}; this chip has a {core}.',
		cause: 'The compiler was told another core (-mcpu). Its instructions would fault here.',
		next: 'Build with the option for {core}, or choose the part the build is for.',
	},
	'insight.wrong-fpu': {
		text: 'The build uses {fpu}, which the {core} of this chip does not have.',
		cause: 'The compiler was told another floating-point unit (-mfpu, -mfloat-abi).',
		next: 'Build with the unit of this chip, or with -mfloat-abi=soft.',
	},
	'insight.no-vectors': {
		text: 'No vector table at {address:hex}, where the build begins.',
		cause:
			'The section with the vectors is not first, or was discarded because nothing refers to it.',
		next: 'Place it first in flash and wrap it in KEEP().',
	},
	'insight.stack-pointer': {
		text: 'The initial stack pointer {stack:hex} is not in RAM of this chip.',
		cause:
			'The end of the stack is set from a region that this chip does not have, or has less of.',
		next: 'Set it to the end of a RAM region of this chip (_estack = ORIGIN(RAM) + LENGTH(RAM)).',
	},
	'insight.stack-alignment': {
		text: 'The initial stack pointer {stack:hex} is not a multiple of 8.',
		cause:
			'The Arm calling standard asks for 8; printf of a double and the like go wrong otherwise.',
		next: 'Align the end of the stack: a region’s end always fits.',
	},
	'insight.reset-handler': {
		text: 'The reset handler {reset:hex} in the vector table at {address:hex} is {reason}.',
		cause: 'The table is damaged, or was not made for this address.',
		next: 'Check the start-up file and that table and code are linked together.',
	},
	'insight.vector-alignment': {
		text: 'The vector table at {address:hex} is not aligned to {alignment} bytes.',
		cause: 'VTOR takes multiples of the table’s size, rounded up to a power of two.',
		next: 'Move the application to a multiple of {alignment} (the start of a sector is one).',
	},
	'insight.no-vtor': {
		text: 'This chip’s {core} cannot move its vector table, and the build begins at {start:hex}.',
		cause:
			'Cortex-M0 has no VTOR: interrupts go through address 0, so to whatever begins the flash.',
		next: 'Copy the table to the start of SRAM and map SRAM to 0 (SYSCFG MEM_MODE) before interrupts are enabled.',
	},
	'insight.load-in-ram': {
		text: '{section} has {size:bytes} to be stored at {address:hex}, in {region}, which a reset empties.',
		cause: 'The section holds values but has no load address in flash.',
		next: 'Add AT> FLASH and copy it at start-up; or mark it (NOLOAD) if nothing needs to be stored.',
	},
	'insight.load-in-backup': {
		text: '{section} has {size:bytes} to be stored in backup memory at {address:hex}.',
		cause:
			'Backup memory cannot be programmed with a firmware; the section is not marked (NOLOAD).',
		next: 'Mark it (NOLOAD) and set its values at run time.',
	},
	'insight.zeros-stored': {
		text: '{section} stores {size:bytes} of zeros in flash.',
		cause:
			'A section with a name of its own counts as initialised data unless it is marked (NOLOAD).',
		next: 'Mark it (NOLOAD) and clear it at start-up: the flash is saved, and programming is faster.',
	},
	'insight.backup-missing': {
		text: '{name} uses backup memory at {address:hex}, which this chip does not have.',
		cause: 'Some parts of a family come without backup SRAM (F401, F410, F411, F412, F413).',
		next: 'Use backup registers or flash instead, or a part with backup SRAM.',
	},
	'insight.backup-beyond': {
		text: '{name} reaches to {end:last}; this chip’s backup memory ends at {limit:last}.',
		cause: 'Backup SRAM is small: {size:bytes} here.',
		next: 'Shorten it.',
	},
	'insight.dma-unreachable': {
		text: '{name} at {address:hex} is in {memory}, which {masters} cannot reach.',
		cause:
			'This memory is not on the bus that these masters use. A transfer there stops with an error, or moves nothing.',
		next: 'Place the buffer into {reachable}.',
	},
	'insight.alias-load': {
		text: '{section} is to be stored at {address:hex}, a view of the flash that cannot be written.',
		cause: '{alias} shows the same flash for fast reading. Programming goes by {flash:hex}.',
		next: 'Keep the run address and give the section a load address in flash: > {alias} AT> FLASH.',
	},
	'insight.same-bytes': {
		text: '{first} and {second} share {size:bytes} of {memory} under two addresses.',
		cause: 'The same RAM appears twice in this chip’s address space, and the build uses both.',
		next: 'End the first region where {memory} begins, or drop the second.',
	},
	'insight.stack-collision': {
		text: 'The stack that begins at {stack:hex} grows into {section} after {room:bytes}.',
		cause:
			'The stack is set to the end of a memory whose last part another section takes; {wanted:bytes} were reserved.',
		next: 'Set the stack’s end below {section}, or move the section.',
	},
	'insight.gap-erase': {
		text: '{size:bytes} at {address:hex} cost the erase of {sectorSize:bytes} ({seconds} s) of their own.',
		cause:
			'A gap before these bytes puts them into sectors that nothing else of the build touches.',
		next: 'Move them next to the rest if they belong to the program; keep them if they are meant to stand apart.',
	},
	'insight.worker-lost': {
		text: 'Reading the build stopped: {reason}.',
		cause:
			'The part of the page that reads builds ended by itself, most likely for want of memory.',
		next: 'Read again; if it stops again, open fewer or smaller files.',
	},
	'insight.worker-slow': {
		text: 'Reading the build took more than {seconds} s and was stopped.',
		cause: 'The files are very large, or the computer is busy with something else.',
		next: 'Read again, or open the map without the ELF.',
	},
	'insight.worker-stopped': {
		text: 'Reading the build was stopped.',
		cause: 'You cancelled it.',
		next: 'Read again whenever you like.',
	},
	'insight.needs-address': {
		text: '{name} does not say where it belongs in memory.',
		cause: 'A raw binary has no addresses, and its first words are no vector table.',
		next: 'Open the .elf or .hex of the same build instead.',
	},
	'external.unreachable': {
		text: '{size:bytes} at {start:hex}–{end:last} are for {memory}, which this bootloader does not reach.',
		cause:
			'A ROM bootloader programs internal memory only; the board describes no external memory.',
		next: 'Program that part with a loader for the memory, or connect a bootloader that describes it (“@External Flash”).',
	},
	'external.volatile': {
		text: '{size:bytes} at {start:hex}–{end:last} are linked for {memory}, which keeps nothing without power.',
		cause:
			'A BootROM image is stored elsewhere and copied there at start-up: its link and storage addresses differ.',
		next: 'Export it for the SD card, or relocate it to the SPI flash at its offset.',
	},
	'external.vectors': {
		text: 'No vector table at the start of the external code, {address:hex}.',
		cause: 'The boot program jumps to the first words there: stack pointer, then reset handler.',
		next: 'Place the vectors first, and set VTOR to that address.',
	},
	'external.stack': {
		text: 'The external program’s stack pointer {stack:hex} is not in its data area, {area}.',
		cause: 'DATA_AREA of the boot program and the linker script name different memories.',
		next: 'Set DATA_AREA to the memory that the script uses, or the other way round.',
	},
	'external.code-area': {
		text: 'The image is linked for {address:hex}, but CODE_AREA is {area}.',
		cause:
			'The memory.h of the boot program and the linker script of the application do not agree.',
		next: 'Link the application for {area}, or choose the CODE_AREA it was linked for.',
	},
	'external.combination': {
		text: '{choice} is not possible: {reason}.',
		cause: 'The boot program’s memory.h refuses it, or the board has no such memory.',
		next: 'Choose one of the combinations offered for this board.',
	},
	'external.too-large': {
		text: 'The image has {size:bytes}; BINARY_SIZE is {limit:bytes}.',
		cause: 'The boot program copies only BINARY_SIZE bytes: the rest would be missing.',
		next: 'Raise BINARY_SIZE in memory.h and rebuild the boot program, or make the image smaller.',
	},
	'external.no-binary-name': {
		text: 'BINARY_FILENAME is “{name}”, which is no file name.',
		cause: 'The boot program opens the image on the card by this name.',
		next: 'Give a plain name like fw.bin.',
	},
	'external.beyond-memory': {
		text: '{start:hex}–{end:last} is beyond the memory at {base:hex}.',
		cause: 'BINARY_BASE_OFFSET and the image together reach past the 256 MiB window of the memory.',
		next: 'Choose a smaller BINARY_BASE_OFFSET.',
	},
} as const;
