// Four times a second (on a 16 MHz chip) the beacon moves along its wave and notes where it is.
#include "beacon.h"

// SysTick, ARMv6-M and ARMv7-M B3.3.
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define CORE_CLOCK_ENABLED_WITH_INTERRUPT 7u
#define TICKS 4000000u

// Not zero at start: these bytes are stored in flash and copied to RAM by reset().
static volatile struct {
	uint32_t magic;
	uint16_t step;
	uint16_t loudness[7];
} settings = { 0xBEAC0001u, BEACON_STEP, { 1, 2, 3, 5, 8, 13, 21 } };

volatile struct {
	uint32_t starts;
	struct beat last;
	const char *mood;
} beacon;

static const char *const moods[] = {
	"dark: the wave is at its foot",
	"dawn: the wave is rising",
	"bright: the wave is near its crest",
	"noon: the wave is at its crest",
};

void tick(void)
{
	struct beat next = beacon.last;
	next.count++;
	next.phase = (uint16_t)((next.phase + settings.step) & (WAVE_POINTS - 1));
	next.level = wave[next.phase];
	beacon.last = next;
	beacon.mood = moods[(uint16_t)next.level >> 13 & 3];
	history_add(next);
}

int main(void)
{
	kept_open();
	beacon.starts = kept_count_start();
	beacon.mood = moods[0];
	SYST_RVR = TICKS - 1;
	SYST_CVR = 0;
	SYST_CSR = CORE_CLOCK_ENABLED_WITH_INTERRUPT;
	for (;;)
		__asm volatile("wfi");
}
