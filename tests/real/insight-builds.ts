// Small but whole programs for several families, with the layouts that vendors and engineers give them.

export interface Layout {
	readonly title: string;
	readonly part: string;
	readonly cpu: readonly string[];
	readonly defines: readonly string[];
	/** Lines of MEMORY. */
	readonly regions: readonly string[];
	/** Where the stack ends, as an expression. */
	readonly stack: string;
	/** Region of data and zeros. */
	readonly data: string;
	/** Output sections beside the usual ones. */
	readonly more: readonly string[];
}

/** Vectors, start-up, data, zeros, library code, a vendor's heap and stack; EXTRA and MORE add to it. */
export const firmwareSource = `
#include <stdint.h>
#include <string.h>
extern uint32_t _estack, _sidata, _sdata, _edata, _sbss, _ebss;
int main(void);
void Reset_Handler(void) {
	uint32_t *from = &_sidata, *to = &_sdata;
	while (to < &_edata) *to++ = *from++;
	for (to = &_sbss; to < &_ebss;) *to++ = 0;
	main();
	for (;;);
}
void Default_Handler(void) { for (;;); }
__attribute__((section(".isr_vector"), used)) void *const vectors[98] = { &_estack, Reset_Handler, Default_Handler };
uint32_t table[100] = { 1, 2, 3 };
static uint8_t buffer[5003];
const char words[] = "what is where, 1.2.3";
#ifdef FAST
__attribute__((section(".fast"), used)) uint32_t fast[33] = { 7, 8, 9 };
#endif
#ifdef DMA
__attribute__((section(".dma_buffers"), used)) uint8_t received[777];
#endif
#ifdef MORE
uint32_t more[321] = { 5, 6 };
__attribute__((noinline)) uint32_t grow(uint32_t x) { return more[x % 321] * 3u; }
#endif
int main(void) {
	memcpy(buffer, words, sizeof words);
	table[1] = strlen((char *)buffer) + table[2];
#ifdef MORE
	table[2] = grow(table[1]);
#endif
	return (int)((float)table[1] * 3.3f);
}
`;

const FAST = '.fast : { . = ALIGN(4); *(.fast*) . = ALIGN(4); } > CCMRAM AT> FLASH';

export const layouts: readonly Layout[] = [
	{
		title: 'F405 with CCM',
		part: 'STM32F405RG',
		cpu: ['-mcpu=cortex-m4', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'],
		defines: ['-DFAST'],
		regions: [
			'RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 128K',
			'CCMRAM (xrw) : ORIGIN = 0x10000000, LENGTH = 64K',
			'FLASH (rx) : ORIGIN = 0x8000000, LENGTH = 1024K',
		],
		stack: 'ORIGIN(RAM) + LENGTH(RAM)',
		data: 'RAM',
		more: [FAST],
	},
	{
		title: 'F405 behind a bootloader',
		part: 'STM32F405RG',
		cpu: ['-mcpu=cortex-m4', '-mfloat-abi=soft'],
		defines: [],
		regions: [
			'BOOT (rx) : ORIGIN = 0x08000000, LENGTH = 32K',
			'FLASH (rx) : ORIGIN = 0x08008000, LENGTH = 1M - 32K',
			'RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 128K',
		],
		stack: 'ORIGIN(RAM) + LENGTH(RAM)',
		data: 'RAM',
		more: [],
	},
	{
		title: 'H743 with DTCM and D2',
		part: 'STM32H743ZI',
		cpu: ['-mcpu=cortex-m7', '-mfpu=fpv5-d16', '-mfloat-abi=hard'],
		defines: ['-DDMA'],
		regions: [
			'DTCMRAM (xrw) : ORIGIN = 0x20000000, LENGTH = 128K',
			'RAM_D1 (xrw) : ORIGIN = 0x24000000, LENGTH = 512K',
			'RAM_D2 (xrw) : ORIGIN = 0x30000000, LENGTH = 288K',
			'ITCMRAM (xrw) : ORIGIN = 0x00000000, LENGTH = 64K',
			'FLASH (rx) : ORIGIN = 0x8000000, LENGTH = 2048K',
		],
		stack: 'ORIGIN(DTCMRAM) + LENGTH(DTCMRAM)',
		data: 'RAM_D1',
		more: ['.dma_buffers (NOLOAD) : { . = ALIGN(32); *(.dma_buffers*) } > RAM_D2'],
	},
	{
		title: 'G071',
		part: 'STM32G071RB',
		cpu: ['-mcpu=cortex-m0plus'],
		defines: [],
		regions: [
			'RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 36K',
			'FLASH (rx) : ORIGIN = 0x8000000, LENGTH = 128K',
		],
		stack: 'ORIGIN(RAM) + LENGTH(RAM)',
		data: 'RAM',
		more: [],
	},
	{
		title: 'L476 with buffers in RAM2',
		part: 'STM32L476RG',
		cpu: ['-mcpu=cortex-m4', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'],
		defines: ['-DDMA'],
		regions: [
			'RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 96K',
			'RAM2 (xrw) : ORIGIN = 0x10000000, LENGTH = 32K',
			'FLASH (rx) : ORIGIN = 0x8000000, LENGTH = 1024K',
		],
		stack: 'ORIGIN(RAM) + LENGTH(RAM)',
		data: 'RAM',
		more: ['.dma_buffers (NOLOAD) : { . = ALIGN(8); *(.dma_buffers*) } > RAM2'],
	},
];

/** A linker script in the vendor's manner. */
export const scriptOf = ({ regions, stack, data, more }: Layout): string => `
ENTRY(Reset_Handler)
_estack = ${stack};
_Min_Heap_Size = 0x200;
_Min_Stack_Size = 0x400;
MEMORY
{
  ${regions.join('\n  ')}
}
SECTIONS
{
  .isr_vector : { . = ALIGN(4); KEEP(*(.isr_vector)) . = ALIGN(4); } > FLASH
  .text : { . = ALIGN(4); *(.text) *(.text*) *(.glue_7) *(.glue_7t) KEEP(*(.init)) KEEP(*(.fini)) . = ALIGN(4); } > FLASH
  .rodata : { . = ALIGN(4); *(.rodata) *(.rodata*) . = ALIGN(4); } > FLASH
  .ARM : { *(.ARM.exidx*) } > FLASH
  _sidata = LOADADDR(.data);
  .data : { . = ALIGN(4); _sdata = .; *(.data) *(.data*) . = ALIGN(4); _edata = .; } > ${data} AT> FLASH
  ${more.join('\n  ')}
  .bss : { . = ALIGN(4); _sbss = .; *(.bss) *(.bss*) *(COMMON) . = ALIGN(4); _ebss = .; } > ${data}
  ._user_heap_stack : { . = ALIGN(8); . = . + _Min_Heap_Size; . = . + _Min_Stack_Size; . = ALIGN(8); } > ${data}
  /DISCARD/ : { *(.note.gnu.build-id) }
}
`;
