#include "layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,f16c,avxvnni"))), apply_to = function)

#define NAME(f) f##_avx_vnni
#define LANES 8
#define TOGETHER 8
#define HALF_TO_FLOAT(p) ((vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p))))
#define LOOKUP(v) ((vb)_mm256_shuffle_epi8(GRID, (__m256i)(v)))
#define GRID _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)sk_q4_stored))
#define HALVES(v) halves((__m256i)(v))
#define WITH_OFFSET true

INLINE __m256 halves(__m256i v) {
  const __m256i low = _mm256_and_si256(v, _mm256_set1_epi32(0xFFFF));
  return _mm256_cvtph_ps(
    _mm_packus_epi32(_mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1)));
}

typedef uint8_t vb __attribute__((vector_size(32)));
typedef __m256i ints_avx_vnni;

typedef __m256i prepared_avx_vnni;
INLINE __m256i prepare_avx_vnni(vb stored) { return (__m256i)stored; }
INLINE __m256i dot_avx_vnni(__m256i sums, __m256i w, __m256i x) {
  return _mm256_dpbusd_avx_epi32(sums, w, x);
}

#include "product.inc.h"
#include "../blocks/product.inc.h"

#pragma clang attribute pop
#endif
