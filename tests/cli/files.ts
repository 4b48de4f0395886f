// The files of a small build, for the tests of the commands that read builds.
import { encodeElf, encodeHex } from '../formats/encode.ts';
import { fill, FLASH } from '../insight/builds.ts';

const script = `
/* settings of the board */
_Min_Stack_Size = 0x400;
MEMORY
{
  FLASH (rx)  : ORIGIN = 0x08000000, LENGTH = 512K
  RAM   (xrw) : ORIGIN = 0x20000000, LENGTH = SRAM_SIZE
}
SECTIONS { .text : { *(.text*) } > FLASH  .data : { *(.data*) } > RAM AT> FLASH }
`;
const fixed = script.replace('SRAM_SIZE', '128K');

/** A program with a vector table; `size` bytes. */
export function code(size = 20_000, stack = 0x20001000): Uint8Array {
	const data = fill(size);
	data.set(new Uint8Array(Uint32Array.from([stack, FLASH + 0x101]).buffer));
	return data;
}

export const text = code();
const elf = encodeElf([{ name: '.text', address: FLASH, data: text, flags: 6 }]);
const hex = encodeHex([
	{ address: FLASH, data: text.subarray(0, 1000) },
	{ address: FLASH + 1000, data: text.subarray(1000) },
	{ address: 0x08040000, data: fill(300) },
]);
const map = `Archive member included to satisfy reference by file (symbol)

Memory Configuration

Name             Origin             Length             Attributes
FLASH            0x08000000         0x00080000         xr
RAM              0x20000000         0x00020000         xrw
*default*        0x00000000         0xffffffff

Linker script and memory map

LOAD main.o

.text           0x08000000     0x4e20
 *(.text*)
 .text.main     0x08000000     0x4e20 main.o
                0x08000000                main

.bss            0x20000000       0x64
 *(.bss*)
 .bss.buffer    0x20000000       0x64 main.o
OUTPUT(app.elf elf32-littlearm)
`;
export const files = {
	'app.elf': elf,
	'app.hex': hex,
	'app.map': map,
	'app.ld': fixed,
	'open.ld': script,
	'app.bin': text,
	'odd.bin': fill(99),
	'broken.elf': elf.subarray(0, 60),
	'empty.hex': '',
	'readme.txt': 'hello, this is no firmware\n',
};
