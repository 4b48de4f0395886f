// Beacon: the sample firmware. It uses nothing but the Cortex-M core's own timer (and the backup RAM where the chip
// has one), so the same source runs on every STM32; watch `beacon` and `history` with a debugger to see it live.
#ifndef BEACON_H
#define BEACON_H

#include <stdint.h>

// build.sh defines, for each chip: CHIP_NAME, CHIP_INTERRUPTS (how many vectors follow the core's 16), WAVE_POINTS
// (a power of two) and, where there is backup RAM, CHIP_F405 or CHIP_H743; for each version: BEACON_VERSION, and
// BEACON_STEP, how far along the wave one tick goes.

// Where the program's data live; the linker scripts say which memory that is.
#define FAST __attribute__((section(".fast")))
#define KEPT __attribute__((section(".kept")))
#define WAVE __attribute__((section(".wave")))

extern const int16_t wave[WAVE_POINTS];

struct beat {
	uint32_t count;
	int16_t level;
	uint16_t phase;
};

void tick(void);
void history_add(struct beat beat);
void kept_open(void);
uint32_t kept_count_start(void);

#endif
