#include "layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#define TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,f16c"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

#define NAME(f) f##_avx512
#define LANES 16
#define TOGETHER 8
#define HALF_TO_FLOAT(p) ((vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p))))
#define LOOKUP(v) ((vb)_mm512_shuffle_epi8(GRID, (__m512i)(v)))
#define GRID _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)sk_q4_stored))
#define HALVES(v) ((vf)_mm512_cvtph_ps(_mm512_cvtepi32_epi16((__m512i)(v))))
#define SPREAD(v) ((VU)_mm512_permutexvar_epi32((__m512i)(v), FIFTH_BITS))
#define FIFTH_BITS _mm512_load_si512(sk_fifth_bits)
#define WITH_OFFSET false

typedef uint8_t vb __attribute__((vector_size(64)));
typedef __m512i ints_avx512;

// As with AVX2.
typedef struct {
  __m512i magnitudes;
  __mmask64 negative;
} prepared_avx512;
INLINE prepared_avx512 prepare_avx512(vb stored) {
  const __m512i integers = (__m512i)(stored ^ 128);
  return (prepared_avx512){_mm512_abs_epi8(integers), _mm512_movepi8_mask(integers)};
}
INLINE __m512i dot_avx512(__m512i sums, prepared_avx512 w, __m512i x) {
  const __m512i x_signed = _mm512_mask_sub_epi8(x, w.negative, _mm512_setzero_si512(), x);
  const __m512i pairs = _mm512_maddubs_epi16(w.magnitudes, x_signed);
  return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

#include "product.inc.h"
#include "../blocks/product.inc.h"
#include "weights.inc.h"

#pragma clang attribute pop
#endif
