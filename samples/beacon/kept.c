// A count of starts that survives a reset: in backup RAM where the chip has one, else in ordinary RAM that the
// program does not clear.
#include "beacon.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define KEPT_MAGIC 0x4B455054u

KEPT static struct {
	uint32_t magic;
	uint32_t starts;
} kept;

// Backup RAM is off and locked after reset.
void kept_open(void)
{
#if defined(CHIP_F405) // RM0090 6.3.13 (PWREN), 5.4.1 (DBP), 6.3.10 (BKPSRAMEN)
	REGISTER(0x40023840u) |= 1u << 28;
	REGISTER(0x40007000u) |= 1u << 8;
	REGISTER(0x40023830u) |= 1u << 18;
#elif defined(CHIP_H743) // RM0433: PWR_CR1 (DBP), RCC_AHB4ENR (BKPRAMEN)
	REGISTER(0x58024800u) |= 1u << 8;
	REGISTER(0x580244E0u) |= 1u << 28;
#endif
}

uint32_t kept_count_start(void)
{
	if (kept.magic != KEPT_MAGIC) {
		kept.magic = KEPT_MAGIC;
		kept.starts = 0;
	}
	return ++kept.starts;
}
