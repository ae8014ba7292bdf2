// Part of the template: activations for GGUF's blocks. Included after quantized/activations.inc.h.

INLINE void NAME(split_block)(const float x[BLOCK], sk_split_block *block) {
  v16f v[2];
  __builtin_memcpy(v, x, sizeof v);
  const float largest = NAME(largest_magnitude)(x);
  const bool is_zero = largest < 0x1p-100f;
  const float inverse = is_zero ? 0 : 16256 / largest;
  block->scale = is_zero ? 0 : largest / 16256;
  v16i sums[2];
#pragma clang loop unroll(full)
  for (int half = 0; half < 2; half++) {
    // Adding 1.5 · 2²³ leaves no bits for a fraction: to the nearest integer, ties to even.
    const v16i integers = (v16i)(v[half] * inverse + 12582912.0f) - 0x4B400000;
    const v16i high = (integers + 64) >> 7, low = integers - (high << 7);
    const v16b highs = __builtin_convertvector(high, v16b);
    const v16b lows = __builtin_convertvector(low, v16b);
    __builtin_memcpy(block->high + 16 * half, &highs, sizeof highs);
    __builtin_memcpy(block->low + 16 * half, &lows, sizeof lows);
    sums[half] = integers + PARTNERS(integers, 8);
  }
  // The first half's sum in the lower lanes, the second's in the upper ones.
  v16i both = __builtin_shufflevector(
    sums[0], sums[1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  both += PARTNERS(both, 4);
  both += PARTNERS(both, 2);
  both += PARTNERS(both, 1);
  const int32_t sum = both[0] + both[8];
  block->start = -128 * sum;
  block->first = -128 * both[0];
  block->sum = block->scale * (float)sum;
}

void NAME(sk_split_row)(const float *x, size_t n, void *packed) {
  sk_split_block *block = packed;
  for (; n >= BLOCK; n -= BLOCK, x += BLOCK) NAME(split_block)(x, block++);
}
