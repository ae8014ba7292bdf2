#include "tiles.h"

size_t sk_tiles_bytes(size_t rows, size_t n) {
  size_t bytes = 0;
  for (size_t g = 0; g < groups_of(rows); g++)
    bytes += steps_of(n) * group_of(first_row(rows, g + 1) - first_row(rows, g)).step_bytes;
  return bytes;
}

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// The three terms of a row's step: upper halves of what is left of each float. Both differences are
// exact, and the last has no more than 8 significant bits.
INLINE void split(const float *x, __m512i terms[TERMS]) {
  const __m512i halves = _mm512_set_epi16(
    63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27, 25, 23, 21, 19, 17,
    15, 13, 11, 9, 7, 5, 3, 1);
  const __m512i upper = _mm512_set1_epi32((int)0xFFFF0000);
  __m512 low = _mm512_loadu_ps(x), high = _mm512_loadu_ps(x + 16);
#pragma clang loop unroll(full)
  for (int term = 0; term < TERMS; term++) {
    terms[term] =
      _mm512_permutex2var_epi16(_mm512_castps_si512(low), halves, _mm512_castps_si512(high));
    low = _mm512_sub_ps(
      low, _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(low), upper)));
    high = _mm512_sub_ps(
      high, _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(high), upper)));
  }
}

// A step of one row: [pair][term, one more of zeros].
INLINE void store_one(const __m512i terms[TERMS], char *target) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i a = _mm512_unpacklo_epi32(terms[0], terms[1]);
  const __m512i b = _mm512_unpackhi_epi32(terms[0], terms[1]);
  const __m512i c = _mm512_unpacklo_epi32(terms[2], zero);
  const __m512i d = _mm512_unpackhi_epi32(terms[2], zero);
  // Quarter q of vector j is pair 4q + j.
  const __m512i v[4] = {
    _mm512_unpacklo_epi64(a, c), _mm512_unpackhi_epi64(a, c), _mm512_unpacklo_epi64(b, d),
    _mm512_unpackhi_epi64(b, d)};
#pragma clang loop unroll(full)
  for (int j = 0; j < 4; j++) {
    _mm_storeu_si128((__m128i *)(target + 16 * j), _mm512_castsi512_si128(v[j]));
    _mm_storeu_si128((__m128i *)(target + 16 * (4 + j)), _mm512_extracti32x4_epi32(v[j], 1));
    _mm_storeu_si128((__m128i *)(target + 16 * (8 + j)), _mm512_extracti32x4_epi32(v[j], 2));
    _mm_storeu_si128((__m128i *)(target + 16 * (12 + j)), _mm512_extracti32x4_epi32(v[j], 3));
  }
}

// A step of a group of rows, x_stride floats apart, of which `count` ≤ STEP inputs are there.
static void pack_step(
  const float *x, size_t x_stride, size_t count, const sk_tile_group group, char *target)
{
  __m512i columns[3 * TILE];
  for (size_t row = 0; row < group.rows; row++) {
    __m512i terms[TERMS];
    if (count == STEP) {
      split(x + row * x_stride, terms);
    } else {
      float rest[STEP] = {0};
      __builtin_memcpy(rest, x + row * x_stride, count * sizeof(float));
      split(rest, terms);
    }
    if (group.rows == 1) {
      store_one(terms, target);
      return;
    }
#pragma clang loop unroll(full)
    for (int term = 0; term < TERMS; term++) columns[term * group.rows + row] = terms[term];
  }
  const size_t row_bytes = group.width * 4;
  for (size_t c = 0; c < group.width; c += TILE) {
    const size_t end = TERMS * group.rows - c < TILE ? TERMS * group.rows - c : TILE;
    __m512i v[TILE];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < TILE; i++) v[i] = i < end ? columns[c + i] : _mm512_setzero_si512();
    transpose(v);
    const size_t kept = group.width - c < TILE ? group.width - c : TILE;
    const __mmask16 mask = (__mmask16)((1u << kept) - 1);
#pragma clang loop unroll(full)
    for (int pair = 0; pair < STEP / 2; pair++)
      _mm512_mask_storeu_epi32(target + pair * row_bytes + 4 * c, mask, v[pair]);
  }
}

void sk_pack_tiles(
  const float *x, size_t x_stride, size_t rows, size_t n, size_t begin, size_t end, void *packed)
{
  char *target = packed;
  for (size_t g = 0; g < groups_of(rows); g++) {
    const size_t first = first_row(rows, g);
    const sk_tile_group group = group_of(first_row(rows, g + 1) - first);
    for (size_t k = begin; k < end; k += STEP)
      pack_step(
        x + first * x_stride + k, x_stride, n - k < STEP ? n - k : STEP, group,
        target + k / STEP * group.step_bytes);
    target += steps_of(n) * group.step_bytes;
  }
}

#pragma clang attribute pop
#else
void sk_pack_tiles(
  const float *x, size_t x_stride, size_t rows, size_t n, size_t begin, size_t end, void *packed)
{
  __builtin_trap();  // no machine of this kind has tiles
}
#endif
