// Part of the template: weights and activations in low precision. Every lane is an output, so that
// the order of operations is the same for every instruction set; multiplication and addition are
// rounded apart.

typedef float v16f __attribute__((vector_size(64)));
typedef int32_t v16i __attribute__((vector_size(64)));

// Macros, for a function cannot take vectors that the machine does not have.
#define MAGNITUDE(v) ((v16f)((v16i)(v) & 0x7FFFFFFF))
#define CHOOSE(mask, a, b) ((v16f)(((mask) & (v16i)(a)) | (~(mask) & (v16i)(b))))
// To the nearest integer, ties to even, |v| < 2²²: adding 1.5 · 2²³ leaves no bits for a fraction.
#define ROUND(v) ((v16i)((v) + 12582912.0f) - 0x4B400000)

void NAME(sk_quantize_row)(const float *x, size_t n, void *packed) {
  sk_row_block *block = packed;
  for (size_t k = 0; k < n; k += BLOCK, block++) {
    v16f v[2] = {{0}};
    __builtin_memcpy(v, x + k, (n - k < BLOCK ? n - k : BLOCK) * sizeof(float));
    const v16f a = MAGNITUDE(v[0]), b = MAGNITUDE(v[1]);
    const v16f larger = CHOOSE(a > b, a, b);
    float largest = 0;
    for (int i = 0; i < 16; i++) largest = larger[i] > largest ? larger[i] : largest;
    // What is too small for a reciprocal is zero.
    const float inverse = largest > 0x1p-100f ? 127 / largest : 0;
    block->scale = largest > 0x1p-100f ? largest / 127 : 0;
    int32_t sum = 0;
    for (int half = 0; half < 2; half++) {
      const v16i q = ROUND(v[half] * inverse);
      for (int i = 0; i < 16; i++) {
        block->values[16 * half + i] = (int8_t)q[i];
        sum += q[i];
      }
    }
    block->start = -128 * sum;
  }
}
