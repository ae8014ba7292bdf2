#include "layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#define TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,f16c,amx-tile,amx-int8"
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// Products with GGUF's blocks alone: those of copies read what they need less of.
#define NAME(f) f##_amx
#define LANES 16
#define HALVES(v) ((vf)_mm512_cvtph_ps(_mm512_cvtepi32_epi16((__m512i)(v))))
#define SPREAD(v) ((VU)_mm512_permutexvar_epi32((__m512i)(v), FIFTH_BITS))
#define FIFTH_BITS _mm512_load_si512(sk_fifth_bits)
#define WITH_OFFSET false
/// Rows from which on the unit is used.
#define TILES 5

typedef uint8_t vb __attribute__((vector_size(64)));
typedef vb prepared_amx;
INLINE vb prepare_amx(vb stored) { return stored ^ 128; }

void sk_block_matmul_avx512_vnni(
  const sk_matrix *, const void *, size_t, size_t, bool, float *, size_t, sk_team *, int);

#include "vectors.inc.h"
#include "../blocks/product.inc.h"

#pragma clang attribute pop
#endif
