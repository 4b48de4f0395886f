// Half a wave as 16-bit levels, by Bhaskara's formula: sin(pi x) is close to 16 x (1 - x) / (5 - 4 x (1 - x)).
// The compiler computes the whole table; it is what gives the sample its size.
#include "beacon.h"

#define N ((int64_t)WAVE_POINTS)
#define BULGE(x) ((x) * (N - (x)))
#define LEVEL(x) ((int16_t)(32767 * 16 * BULGE(x) / (5 * N * N - 4 * BULGE(x))))

#define L4(x) LEVEL(x), LEVEL((x) + 1), LEVEL((x) + 2), LEVEL((x) + 3)
#define L16(x) L4(x), L4((x) + 4), L4((x) + 8), L4((x) + 12)
#define L64(x) L16(x), L16((x) + 16), L16((x) + 32), L16((x) + 48)
#define L256(x) L64(x), L64((x) + 64), L64((x) + 128), L64((x) + 192)
#define L1K(x) L256(x), L256((x) + 256), L256((x) + 512), L256((x) + 768)
#define L4K(x) L1K(x), L1K((x) + 1024), L1K((x) + 2048), L1K((x) + 3072)

WAVE const int16_t wave[WAVE_POINTS] = {
	L4K(0), L4K(4096),
#if WAVE_POINTS > 8192
	L4K(8192), L4K(12288),
#endif
};
