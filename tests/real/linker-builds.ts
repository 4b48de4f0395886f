// Programs and linker scripts of every shape the readers must agree with binutils on. Each is linked here and now.

export const SOURCES: Readonly<Record<string, string>> = {
	'main.c': `
		extern int used(int); extern int also(int);
		int changed[5] = { 1, 2, 3 };
		static int zeroed[100];
		int common;
		const char banner[] = "sectorwise test v1.4.2";
		__attribute__((section(".noinit"))) int kept[10];
		__attribute__((section(".orphan"))) int orphan[3] = { 1 };
		__attribute__((section(".a_section_with_a_long_name"))) int longer = 3;
		__attribute__((aligned(64))) char aligned[70] = { 1 };
		static int a_function_with_quite_a_long_name(int x) { return x * common; }
		int unused(void) { return 4; }
		#ifdef TLS
		__thread int local[9];
		__thread int local_changed = 5;
		#endif
		void _start(void) {
			zeroed[0] = used(changed[1]) + also(banner[2]) + common + kept[0] + orphan[1] + longer + aligned[3];
			common = a_function_with_quite_a_long_name(zeroed[0]);
			for (;;) ;
		}`,
	'used.c': `int used(int x) { return x * 3; } int unused_of_used(void) { return 1; }`,
	'also.c': `
		int table[3] = { 4, 5, 6 };
		const char *const words[] = { "one", "another", "another one" };
		int also(int x) { return x + table[x & 1] + words[x & 1][0]; }`,
	'vectors.s': `
		.syntax unified
		.cpu cortex-m4
		.section .isr_vector, "a"
		.word _start, _start, 0
		.section .tail, "ax"
		.thumb
		.global ending
		.thumb_func
		ending: bx lr
		.byte 1`,
	'plus.cpp': `
		namespace board {
			template <typename T, int N> struct Ring {
				T items[N];
				int at = 0;
				Ring();
				Ring &operator<<(T const &item);
				T operator[](int index) const { return items[index % N]; }
			};
			template <typename T, int N> __attribute__((noinline)) Ring<T, N>::Ring() : items{} {}
			template <typename T, int N>
			__attribute__((noinline)) Ring<T, N> &Ring<T, N>::operator<<(T const &item) {
				items[at++ % N] = item;
				return *this;
			}
			namespace { struct Pin { virtual int read(char const *, unsigned long) = 0; int number; }; }
			struct Led final : Pin {
				__attribute__((noinline)) int read(char const *name, unsigned long n) override { return name[n]; }
				operator bool() const;
			};
			__attribute__((noinline)) Led::operator bool() const { return number > 1; }
			__attribute__((noinline)) int call(int (*step)(int, char), int (&list)[3]) { return step(list[1], 'a'); }
			Ring<int, 4> ring;
			Ring<char const *, 8> names;
			Led led;
		}
		extern "C" int plus(int x) {
			static int list[3] = { 1, 2, x };
			auto twice = [](int a, char b) { return a * b; };
			board::ring << list[0];
			board::names << "plus";
			return board::call(twice, list) + board::ring[1] + (board::led ? 1 : 0)
				+ static_cast<board::Pin &>(board::led).read("x", 0);
		}
		extern "C" void __cxa_pure_virtual() {}
		extern "C" void *memset(void *to, int value, unsigned) { return value ? to : nullptr; }
		void operator delete(void *, unsigned) {}`,
};

export interface Variant {
	readonly name: string;
	readonly memory?: string;
	/** In place of the sections after .text. */
	readonly sections?: string;
	/** In place of everything between the braces of SECTIONS. */
	readonly all?: string;
	/** Before MEMORY and after it. */
	readonly before?: string;
	readonly after?: string;
	/** For the compiler, and for the linker behind it. */
	readonly compile?: readonly string[];
	readonly link?: readonly string[];
	/** Objects in place of main.o and the archive. */
	readonly plus?: boolean;
	/** The map alone does not say which region a section was counted in. */
	readonly blind?: boolean;
}

const MEMORY = `
	FLASH (rx) : ORIGIN = 0x08000000, LENGTH = 64K
	RAM (xrw) : ORIGIN = 0x20000000, LENGTH = 20K`;
const TEXT = `
	.isr_vector : { . = ALIGN(4); KEEP(*(.isr_vector)) . = ALIGN(4); } > FLASH
	.text : { *(.text .text*) *(.rodata .rodata*) . = ALIGN(4); _etext = .; } > FLASH
	.tail : { KEEP(*(.tail)) } > FLASH
	.ARM.exidx : { *(.ARM.exidx*) } > FLASH
	.init_array : { PROVIDE_HIDDEN(__init_array_start = .); KEEP(*(SORT(.init_array.*))) KEEP(*(.init_array)) } > FLASH
	_sidata = LOADADDR(.data);`;
const DATA =
	'.data : { . = ALIGN(4); _sdata = .; *(.data .data*) . = ALIGN(4); _edata = .; } > RAM AT> FLASH';
const BSS = '.bss : { _sbss = .; *(.bss .bss*) *(COMMON) . = ALIGN(4); _ebss = .; } > RAM';
const STACK =
	'._user_heap_stack : { . = ALIGN(8); . = . + 0x200; . = . + 0x400; . = ALIGN(8); } > RAM';
const USUAL = [DATA, BSS, STACK].join('\n');

export const VARIANTS: readonly Variant[] = [
	{ name: 'as a vendor template has it' },
	{ name: 'unused sections collected', link: ['--gc-sections'] },
	{ name: 'discarded sections printed', link: ['--gc-sections', '--print-map-discarded'] },
	{ name: 'one section an object', compile: ['-fno-function-sections'] },
	{ name: 'link-time optimised', compile: ['-flto'], link: ['-flto'] },
	{ name: 'without demangling', plus: true, link: ['--no-demangle'] },
	{ name: 'C++', plus: true },
	{ name: 'C++, collected', plus: true, link: ['--gc-sections'] },
	{
		name: 'a build ID and a note',
		sections: `.note : { *(.note.gnu.build-id) } > FLASH\n${USUAL}`,
		link: ['--build-id=sha1'],
	},
	{ name: 'debug information', compile: ['-g3'] },
	{
		name: 'NOLOAD in a region of its own',
		memory: `${MEMORY}\nBACKUP (rw) : ORIGIN = 0x40024000, LENGTH = 4K`,
		sections: `${USUAL}\n.noinit (NOLOAD) : { *(.noinit) } > BACKUP`,
	},
	{
		name: 'PROGBITS zeros in a region of their own',
		memory: `${MEMORY}\nCCM (rw) : ORIGIN = 0x10000000, LENGTH = 8K`,
		sections: `${USUAL}\n.noinit : { *(.noinit) } > CCM AT> FLASH`,
	},
	{
		name: 'regions of length zero, of 16 and more characters, and of megabytes',
		memory: `${MEMORY}
			NOTHING (rw) : ORIGIN = 0x10000000, LENGTH = 0
			SIXTEEN_LETTERS_ (r) : ORIGIN = 0x90000000, LENGTH = 16M
			MORE_THAN_SIXTEEN_LETTERS (r) : ORIGIN = 0xC0000000, LENGTH = 1024M`,
		sections: `${USUAL}\n.orphan : { *(.orphan) } > MORE_THAN_SIXTEEN_LETTERS`,
	},
	{
		name: 'aliases',
		after: 'REGION_ALIAS("ROM", FLASH) REGION_ALIAS("DATA", RAM)',
		sections: USUAL.replaceAll('> RAM', '> DATA').replaceAll('AT> FLASH', 'AT> ROM'),
	},
	{
		name: 'data copied by an expression, which counts nowhere',
		blind: true,
		sections: `.data : AT(_etext + 0x40) { *(.data .data*) } > RAM\n${BSS}\n${STACK}`,
	},
	{
		name: 'sections out of order',
		all: `${TEXT.replace('} > FLASH', '} > FLASH\n.late 0x08004000 : { *(.a_section*) } > FLASH')}\n${USUAL}`,
	},
	{
		name: 'sections back at the start of their region',
		sections: `${USUAL}\n.again 0x20001000 : { *(.orphan) } > RAM\n.back 0x20000800 : { *(.a_section*) } > RAM`,
	},
	{
		name: 'an address of their own and no region',
		sections: `${USUAL}\n.fixed 0x20003000 : { *(.orphan) }\n.more : { *(.noinit) } > RAM`,
	},
	{
		name: 'no region named, found by attributes',
		all: `.isr_vector : { KEEP(*(.isr_vector)) }\n.text : { *(.text*) *(.rodata*) }\n.data : { *(.data*) }\n.bss : { *(.bss*) *(COMMON) }`,
	},
	{
		name: 'attributes negated',
		memory:
			'FLASH (rx!w) : ORIGIN = 0x08000000, LENGTH = 64K\nRAM (w!rx) : ORIGIN = 0x20000000, LENGTH = 20K',
		all: `.isr_vector : { KEEP(*(.isr_vector)) }\n.text : { *(.text*) *(.rodata*) }\n.data : { *(.data*) }\n.bss : { *(.bss*) *(COMMON) }`,
	},
	{
		name: 'overlays',
		sections: `OVERLAY 0x20000000 : AT(0x08008000) { .over1 { *(.orphan) } .over2 { *(.a_section*) } } > RAM\n${USUAL}`,
	},
	{
		name: 'a counter moved in and between sections',
		all: `${TEXT}\n. = 0x08002000;\n.moved : { . = . + 0x100; *(.orphan) . = ALIGN(256); } > FLASH\n${USUAL}\n. = . + 0x1000;`,
	},
	{
		name: 'data of the script and fills',
		sections: `.magic : { BYTE(1) SHORT(2) LONG(_etext) QUAD(3) SQUAD(4) FILL(0xAA) . = ALIGN(32); } > FLASH =0xFF\n${USUAL}`,
	},
	{
		name: 'alignment of the section, of its input and with it',
		sections: `.data : ALIGN_WITH_INPUT { *(.data .data*) } > RAM AT> FLASH\n.bss : ALIGN(128) SUBALIGN(16) { *(.bss*) *(COMMON) } > RAM\n.tail2 : ALIGN(0x100) { *(.orphan) } > FLASH`,
	},
	{
		name: 'explicit alignment of a copied section',
		sections: `.data : ALIGN(256) { *(.data .data*) } > RAM AT> FLASH\n${BSS}\n.more : { *(.orphan) } > RAM AT> FLASH`,
	},
	{
		name: 'no data at all',
		sections: `.data : { *(.nothing) } > RAM AT> FLASH\n/DISCARD/ : { *(.data* .bss* COMMON .noinit .orphan .a_section*) }`,
		link: ['--unresolved-symbols=ignore-all', '--noinhibit-exec'],
	},
	{
		name: 'exception tables and comments discarded',
		sections: `${USUAL}\n/DISCARD/ : { *(.comment) *(.ARM.attributes) }`,
	},
	{
		name: 'symbols provided, hidden and asserted',
		before: '_Min_Heap_Size = 0x200;',
		sections: `${USUAL}\nPROVIDE(end = .); PROVIDE_HIDDEN(never = 4); HIDDEN(hidden = 5); ASSERT(_Min_Heap_Size < 0x400, "heap")`,
	},
	{
		name: 'overlapping regions',
		blind: true,
		memory: `${MEMORY}\nALL (rwx) : ORIGIN = 0x20000000, LENGTH = 64K`,
		sections: `${USUAL}\n.over 0x20002000 : { *(.orphan) } > ALL`,
	},
	{
		name: 'a region at address zero',
		memory:
			'ITCM (rx) : ORIGIN = 0, LENGTH = 16K\nFLASH (r) : ORIGIN = 0x08000000, LENGTH = 1M\nRAM (rw) : ORIGIN = 0x20000000, LENGTH = 128K',
		all: `${TEXT.replace('_etext = .; } > FLASH', '_etext = .; } > ITCM AT> FLASH')}\n${USUAL}`,
	},
	{
		name: 'thread-local zeros',
		compile: ['-DTLS'],
		sections: `.tdata : { *(.tdata*) } > RAM AT> FLASH\n.tbss : { *(.tbss*) } > RAM\n${USUAL}`,
	},
	{ name: 'relocations kept', link: ['--emit-relocs'] },
	{
		name: 'no attributes',
		memory: 'FLASH : ORIGIN = 0x08000000, LENGTH = 64K\nRAM : ORIGIN = 0x20000000, LENGTH = 20K',
	},
];

/** The script of a variant. */
export function scriptOf(variant: Variant): string {
	const { memory = MEMORY, sections = USUAL, all, before = '', after = '' } = variant;
	const places = all ?? `${TEXT}\n${sections}`;
	return `ENTRY(_start)\n${before}\nMEMORY {\n${memory}\n}\n${after}\n_estack = ORIGIN(RAM) + LENGTH(RAM);\nSECTIONS {\n${places}\n}\n`;
}
