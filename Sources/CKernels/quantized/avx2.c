#include "layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)

#define NAME(f) f##_avx2
#define LANES 8
#define TOGETHER 4
#define HALF_TO_FLOAT(p) ((vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p))))
#define LOOKUP(v) ((vb)_mm256_shuffle_epi8(GRID, (__m256i)(v)))
#define GRID _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)sk_q4_stored))
#define HALVES(v) halves((__m256i)(v))
#define WITH_OFFSET false

INLINE __m256 halves(__m256i v) {
  const __m256i low = _mm256_and_si256(v, _mm256_set1_epi32(0xFFFF));
  return _mm256_cvtph_ps(
    _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1)));
}

typedef uint8_t vb __attribute__((vector_size(32)));
typedef __m256i ints_avx2;

// The first factor of an instruction that multiplies unsigned with signed bytes must be a
// magnitude; the sign goes to the other one.
typedef struct {
  __m256i integers, magnitudes;
} prepared_avx2;
INLINE prepared_avx2 prepare_avx2(vb stored) {
  const __m256i integers = (__m256i)(stored ^ 128);
  return (prepared_avx2){integers, _mm256_abs_epi8(integers)};
}
INLINE __m256i dot_avx2(__m256i sums, prepared_avx2 w, __m256i x) {
  // 2 · 127 · 127 fits 16 bits: nothing saturates.
  const __m256i pairs = _mm256_maddubs_epi16(w.magnitudes, _mm256_sign_epi8(x, w.integers));
  return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

#include "product.inc.h"
#include "../blocks/product.inc.h"
#include "activations.inc.h"
#include "../blocks/activations.inc.h"
#include "weights.inc.h"

#pragma clang attribute pop
#endif
