#include "team.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

#define NAME(f) f##_avx512
#define LANES 16
#define FMA(a, b, c) ((vf)_mm512_fmadd_ps((a), (b), (c)))
#define MAX_ROWS 8
#define OUTPUTS(rows) ((rows) <= 2 ? 4 : (rows) == 3 ? 6 : (rows) == 4 ? 5 : (rows) <= 6 ? 4 : 3)
#define HALF_TO_FLOAT(p) ((vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p))))

#include "kernels.inc.h"

#pragma clang attribute pop
#endif
