// Part of the templates of products: vectors of LANES outputs, and how their sums end.

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef float vf_any __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));

#define PARTS (GROUP / LANES)

/// Rows whose sums lie in the first cache together.
#define MAX_SUMS 64

// Bytes of weights in a chunk for few rows: some microseconds of reading.
#define CHUNK 131072

// y[count ≤ GROUP] ← or += sums + bias.
INLINE void NAME(finish)(
  const vf sums[PARTS], size_t count, const float *bias, bool accumulate, float *y)
{
  if (count == GROUP) {
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      vf_any *target = (vf_any *)(y + LANES * part);
      vf value = sums[part];
      if (bias) value += *(const vf_any *)(bias + LANES * part);
      *target = accumulate ? *target + value : value;
    }
  } else {
    for (size_t o = 0; o < count; o++) {
      const float sum = sums[o / LANES][o % LANES], value = bias ? sum + bias[o] : sum;
      y[o] = accumulate ? y[o] + value : value;
    }
  }
}
