#include "team.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define NAME(f) f##_avx2
#define LANES 8
#define FMA(a, b, c) ((vf)_mm256_fmadd_ps((a), (b), (c)))
#define MAX_ROWS 5
#define OUTPUTS(rows) ((rows) <= 2 ? 4 : (rows) == 3 ? 3 : 2)
#define HALF_TO_FLOAT(p) ((vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p))))

#include "kernels.inc.h"

#pragma clang attribute pop
#endif
