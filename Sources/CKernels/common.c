#include "CKernels.h"
#include "half.h"

// Kernels that are the same for every instruction set. Multiplication and addition are rounded
// apart here too.
#pragma STDC FP_CONTRACT OFF

void sk_rope(
  const float *x, const float *cosines, const float *sines, size_t half, float *y,
  size_t y_stride)
{
  for (size_t i = 0; i < half; i++) {
    const float a = x[i], b = x[i + half];
    y[i * y_stride] = a * cosines[i] - b * sines[i];
    y[(i + half) * y_stride] = b * cosines[i] + a * sines[i];
  }
}

void sk_rope_neighbors(
  const float *x, const float *cosines, const float *sines, size_t half, float *y,
  size_t y_stride)
{
  for (size_t i = 0; i < half; i++) {
    const float a = x[2 * i], b = x[2 * i + 1];
    y[2 * i * y_stride] = a * cosines[i] - b * sines[i];
    y[(2 * i + 1) * y_stride] = b * cosines[i] + a * sines[i];
  }
}

static inline v4f widen_four(sk_type type, const char *p) {
  if (type == SK_F16) return half_to_float(p);
  uint16_t h[4];
  __builtin_memcpy(h, p, sizeof h);
  return (v4f)((v4u){h[0], h[1], h[2], h[3]} << 16);
}

void sk_widen(sk_type type, const void *x, size_t n, float *y) {
  if (type == SK_F32) {
    __builtin_memcpy(y, x, n * sizeof(float));
    return;
  }
  const char *from = x;
  size_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const v4f wide = widen_four(type, from + 2 * k);
    __builtin_memcpy(y + k, &wide, sizeof wide);
  }
  if (k == n) return;
  // Not a byte is read past the end.
  char rest[8] = {0};
  __builtin_memcpy(rest, from + 2 * k, 2 * (n - k));
  const v4f wide = widen_four(type, rest);
  __builtin_memcpy(y + k, &wide, (n - k) * sizeof(float));
}

bool sk_all_finite(const float *x, size_t n) {
  // A finite number times zero is zero; anything else is no number, and stays so in a sum.
  float lanes[16] = {0};
  size_t k = 0;
  for (; k + 16 <= n; k += 16)
    for (int j = 0; j < 16; j++) lanes[j] += x[k + j] * 0.0f;
  float sum = 0;
  for (int j = 0; j < 16; j++) sum += lanes[j];
  for (; k < n; k++) sum += x[k] * 0.0f;
  return sum == 0;
}

size_t sk_argmax(const float *x, size_t n) {
  // Two passes, both of which the compiler turns into vectors: the largest value, then its first
  // index.
  float lanes[16];
  for (int j = 0; j < 16; j++) lanes[j] = -__builtin_inff();
  size_t k = 0;
  for (; k + 16 <= n; k += 16)
    for (int j = 0; j < 16; j++) lanes[j] = x[k + j] > lanes[j] ? x[k + j] : lanes[j];
  float largest = -__builtin_inff();
  for (int j = 0; j < 16; j++) largest = lanes[j] > largest ? lanes[j] : largest;
  for (; k < n; k++) largest = x[k] > largest ? x[k] : largest;
  for (k = 0; k < n; k++)
    if (x[k] == largest) return k;
  return 0;
}

// Two lines of each stream per turn.
static inline __attribute__((always_inline)) uint64_t read_streams(
  const char *base, size_t count, const size_t streams)
{
  typedef uint64_t v2 __attribute__((vector_size(16), aligned(1)));
  const size_t stream = count / streams / 128 * 128;
  v2 sum[8] = {{0}};
  for (size_t k = 0; k < stream; k += 128)
#pragma clang loop unroll(full)
    for (size_t s = 0; s < streams; s++)
#pragma clang loop unroll(full)
      for (int j = 0; j < 8; j++) sum[j] ^= *(const v2 *)(base + s * stream + k + 16 * j);
  for (int j = 1; j < 8; j++) sum[0] ^= sum[j];
  uint64_t result = sum[0][0] ^ sum[0][1];
  for (size_t k = stream * streams; k < count; k++) result += (uint8_t)base[k];
  return result;
}

uint64_t sk_read(const void *bytes, size_t count, size_t streams) {
  switch (streams) {
  case 1: return read_streams(bytes, count, 1);
  case 2: return read_streams(bytes, count, 2);
  case 4: return read_streams(bytes, count, 4);
  default: return read_streams(bytes, count, 8);
  }
}
