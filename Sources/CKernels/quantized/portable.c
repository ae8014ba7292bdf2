#include "layout.h"
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

#define NAME(f) f##_portable
#define LANES 4
#define TOGETHER 4
#define HALF_TO_FLOAT(p) half_to_float(p)
#define WITH_OFFSET false

typedef uint8_t vb __attribute__((vector_size(16)));
typedef v4i ints_portable;
typedef int16_t vh __attribute__((vector_size(16)));

INLINE vb lookup(vb numbers) {
  vb integers;
  for (int i = 0; i < 16; i++) integers[i] = sk_q4_stored[numbers[i]];
  return integers;
}
#define LOOKUP(v) lookup(v)

// The even and the odd bytes, widened.
typedef struct {
  vh even, odd;
} prepared_portable;
INLINE prepared_portable prepare_portable(vb stored) {
  const vh integers = (vh)(stored ^ 128);
  return (prepared_portable){integers << 8 >> 8, integers >> 8};
}
INLINE v4i dot_portable(v4i sums, prepared_portable w, v4i x) {
#if defined(__SSE2__)
  return sums + (v4i)_mm_madd_epi16((__m128i)w.even, (__m128i)((vh)x << 8 >> 8))
    + (v4i)_mm_madd_epi16((__m128i)w.odd, (__m128i)((vh)x >> 8));
#else
  // 2 · 127 · 127 fits 16 bits.
  const vh pairs = w.even * ((vh)x << 8 >> 8) + w.odd * ((vh)x >> 8);
  return sums + ((v4i)pairs << 16 >> 16) + ((v4i)pairs >> 16);
#endif
}

#include "product.inc.h"
#include "activations.inc.h"
#include "weights.inc.h"
