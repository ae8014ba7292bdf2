#pragma once
#include "../team.h"

// Matrix units (AMX): how rows lie in tiles, shared by who packs them and who multiplies.
//
// A product is outputs × columns: 16 outputs of BF16 weights, read where they are, times up to 16
// columns of BF16. A float has 24 significant bits, BF16 has 8: a row is three columns whose sum it
// is exactly, the upper, middle and lower bits of each float.

/// Outputs of a tile, columns of a tile, and steps' inputs.
#define TILE 16
#define STEP 32
#define TERMS 3
/// Rows that are multiplied together: their columns fill three tiles.
#define GROUP 16

#define INLINE static inline __attribute__((always_inline))

/// The shape of a group's columns. Column term · rows + row has that term of that row.
typedef struct {
  size_t rows;
  /// Columns stored: the columns of `rows`, filled up with zeros to a multiple of 4, or of 16 where
  /// they take more than one tile.
  size_t width;
  /// Bytes of a step: [STEP / 2][width] pairs of inputs.
  size_t step_bytes;
} sk_tile_group;

INLINE sk_tile_group group_of(size_t rows) {
  const size_t columns = TERMS * rows, grain = columns > TILE ? TILE : 4;
  const size_t width = (columns + grain - 1) / grain * grain;
  return (sk_tile_group){rows, width, STEP / 2 * width * 4};
}
INLINE size_t groups_of(size_t rows) { return (rows + GROUP - 1) / GROUP; }
/// The first row of a group: groups are of nearly equal size.
INLINE size_t first_row(size_t rows, size_t group) { return rows * group / groups_of(rows); }
INLINE size_t steps_of(size_t inputs) { return (inputs + STEP - 1) / STEP; }

#if defined(__x86_64__)
#include <immintrin.h>
#define TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,amx-tile,amx-bf16"

/// v ← its transpose: 16 vectors of 16.
INLINE __attribute__((target(TARGET))) void transpose(__m512i v[16]) {
  __m512i t[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 4) {
    v[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    v[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    v[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    v[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(v[i], v[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], 0x88);
    t[i + 8] = _mm512_shuffle_i32x4(v[i], v[i + 4], 0xDD);
    t[i + 12] = _mm512_shuffle_i32x4(v[i + 8], v[i + 12], 0xDD);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    v[i] = _mm512_shuffle_i32x4(t[i], t[i + 4], 0x88);
    v[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 4], 0xDD);
    v[i + 4] = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0x88);
    v[i + 12] = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0xDD);
  }
}
#endif
