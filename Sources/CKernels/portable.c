#include "team.h"
#include "half.h"

// SSE2 on x86-64, NEON on ARM: what every compiler's baseline has. Multiplication and addition are
// rounded apart everywhere, so that all machines give the same bits.
#pragma STDC FP_CONTRACT OFF

#define NAME(f) f##_portable
#define LANES 4
#define FMA(a, b, c) ((a) * (b) + (c))
#define MAX_ROWS 4
#define OUTPUTS(rows) ((rows) <= 2 ? 4 : 2)
#define HALF_TO_FLOAT(p) half_to_float(p)

#include "kernels.inc.h"
