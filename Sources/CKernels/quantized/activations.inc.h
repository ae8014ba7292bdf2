// Part of the template: activations in low precision.

// Half a block of activations, and of their integers.
typedef float v16f __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef int8_t v16b __attribute__((vector_size(16)));

// Every lane's partner: the lane whose number differs from its own in one bit.
#define PARTNERS(v, bit)                                                                           \
  __builtin_shufflevector(                                                                         \
    v, v, 0 ^ bit, 1 ^ bit, 2 ^ bit, 3 ^ bit, 4 ^ bit, 5 ^ bit, 6 ^ bit, 7 ^ bit, 8 ^ bit,         \
    9 ^ bit, 10 ^ bit, 11 ^ bit, 12 ^ bit, 13 ^ bit, 14 ^ bit, 15 ^ bit)

// The largest magnitude of a block's activations.
INLINE float NAME(largest_magnitude)(const float x[BLOCK]) {
  v16i v[2];
  __builtin_memcpy(v, x, sizeof v);
  // Magnitudes are ordered as their bits are.
  v16i m = __builtin_elementwise_max(v[0] & 0x7FFFFFFF, v[1] & 0x7FFFFFFF);
  m = __builtin_elementwise_max(m, PARTNERS(m, 8));
  m = __builtin_elementwise_max(m, PARTNERS(m, 4));
  m = __builtin_elementwise_max(m, PARTNERS(m, 2));
  m = __builtin_elementwise_max(m, PARTNERS(m, 1));
  const int32_t bits = m[0];
  float largest;
  __builtin_memcpy(&largest, &bits, sizeof largest);
  return largest;
}

INLINE void NAME(quantize_block)(const float x[BLOCK], sk_row_block *block) {
  v16f v[2];
  __builtin_memcpy(v, x, sizeof v);
  const float largest = NAME(largest_magnitude)(x);
  // What is too small to have a reciprocal counts as zero.
  const bool is_zero = largest < 0x1p-100f;
  const float inverse = is_zero ? 0 : 127 / largest;
  block->scale = is_zero ? 0 : largest / 127;
  v16i sums = {0};
#pragma clang loop unroll(full)
  for (int half = 0; half < 2; half++) {
    // Adding 1.5 · 2²³ leaves no bits for a fraction: to the nearest integer, ties to even.
    const v16i integers = (v16i)(v[half] * inverse + 12582912.0f) - 0x4B400000;
    const v16b bytes = __builtin_convertvector(integers, v16b);
    __builtin_memcpy(block->integers + 16 * half, &bytes, sizeof bytes);
    sums += integers;
  }
  sums += PARTNERS(sums, 8);
  sums += PARTNERS(sums, 4);
  sums += PARTNERS(sums, 2);
  sums += PARTNERS(sums, 1);
  block->start = -128 * sums[0];
}

void NAME(sk_quantize_row)(const float *x, size_t n, void *packed) {
  sk_row_block *block = packed;
  for (; n >= BLOCK; n -= BLOCK, x += BLOCK) NAME(quantize_block)(x, block++);
  if (n == 0) return;
  float rest[BLOCK] = {0};
  __builtin_memcpy(rest, x, n * sizeof(float));
  NAME(quantize_block)(rest, block);
}
