// Reset, the vector table and the first bytes that identify the program. Needs no start files of a C library.
#include "beacon.h"

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;

int main(void);

// Right behind the vectors, where a tool finds it without symbols.
__attribute__((section(".version"), used)) const char version[] =
	"beacon " BEACON_VERSION " for " CHIP_NAME;

static void unexpected(void)
{
	for (;;)
		__asm volatile("wfi");
}

void reset(void)
{
	const uint32_t *from = &data_load;
	for (uint32_t *to = &data_start; to < &data_end;)
		*to++ = *from++;
	for (uint32_t *to = &bss_start; to < &bss_end;)
		*to++ = 0;
	main();
	unexpected();
}

// The initial stack pointer, 15 core exceptions and the chip's own interrupts.
typedef void (*vector)(void);
__attribute__((section(".vectors"), used)) const vector vectors[16 + CHIP_INTERRUPTS] = {
	[0] = (vector)(uintptr_t)&stack_top,
	[1] = reset,
	[2 ... 14] = unexpected,
	[15] = tick,
	[16 ... 15 + CHIP_INTERRUPTS] = unexpected,
};
