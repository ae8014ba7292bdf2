#include "layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#define TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,f16c"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

#define NAME(f) f##_avx512_vnni
#define LANES 16
#define TOGETHER 12
#define HALF_TO_FLOAT(p) ((vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p))))
#define LOOKUP(v) ((vb)_mm512_shuffle_epi8(GRID, (__m512i)(v)))
#define GRID _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)sk_q4_stored))
#define HALVES(v) ((vf)_mm512_cvtph_ps(_mm512_cvtepi32_epi16((__m512i)(v))))
#define SPREAD(v) ((VU)_mm512_permutexvar_epi32((__m512i)(v), FIFTH_BITS))
#define FIFTH_BITS _mm512_load_si512(sk_fifth_bits)
#define WITH_OFFSET true

typedef uint8_t vb __attribute__((vector_size(64)));
typedef __m512i ints_avx512_vnni;

typedef __m512i prepared_avx512_vnni;
INLINE __m512i prepare_avx512_vnni(vb stored) { return (__m512i)stored; }
INLINE __m512i dot_avx512_vnni(__m512i sums, __m512i w, __m512i x) {
  return _mm512_dpbusd_epi32(sums, w, x);
}

#include "product.inc.h"
#include "../blocks/product.inc.h"

#pragma clang attribute pop
#endif
