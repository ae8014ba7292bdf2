#include "../half.h"
#include "formats.h"

#pragma STDC FP_CONTRACT OFF

bool sk_is_block(sk_type type) { return type >= SK_Q8_0; }

size_t sk_row_bytes(sk_type type, size_t n) {
  switch (type) {
  case SK_F32: return 4 * n;
  case SK_BF16:
  case SK_F16: return 2 * n;
  default: return n / (is_super(type) ? SUPER : 32) * block_bytes_of(type);
  }
}

static float half_at(const uint8_t *p) {
  char four[8] = {0};
  __builtin_memcpy(four, p, 2);
  return half_to_float(four)[0];
}

// The 6-bit scale and least value of one of eight parts of a block of Q4_K or Q5_K.
static void six_bits(const uint8_t *scales, size_t part, float *scale, float *least) {
  if (part < 4) {
    *scale = (float)(scales[part] & 63);
    *least = (float)(scales[part + 4] & 63);
  } else {
    *scale = (float)((scales[part + 4] & 15) | (scales[part - 4] >> 6) << 4);
    *least = (float)((scales[part + 4] >> 4) | (scales[part] >> 6) << 4);
  }
}

// The 32 weights of a block, or of the part-th eighth of one of 256.
static void dequantize(const sk_type type, const uint8_t *w, size_t part, float *y) {
  const float d = half_at(type == SK_Q6_K ? w + 208 : w), m = half_at(w + 2);
  switch (type) {
  case SK_Q8_0:
    for (int i = 0; i < 32; i++) y[i] = (float)(int8_t)w[2 + i] * d;
    return;
  case SK_Q4_0:
    for (int i = 0; i < 32; i++) y[i] = (float)((w[2 + i % 16] >> i / 16 * 4 & 15) - 8) * d;
    return;
  case SK_Q4_1:
    for (int i = 0; i < 32; i++) y[i] = (float)(w[4 + i % 16] >> i / 16 * 4 & 15) * d + m;
    return;
  case SK_Q5_0:
  case SK_Q5_1: {
    const uint8_t *high = w + (type == SK_Q5_0 ? 2 : 4), *low = high + 4;
    for (int i = 0; i < 32; i++) {
      const int q = (low[i % 16] >> i / 16 * 4 & 15) | (high[i / 8] >> i % 8 & 1) << 4;
      y[i] = type == SK_Q5_0 ? (float)(q - 16) * d : (float)q * d + m;
    }
    return;
  }
  case SK_Q4_K:
  case SK_Q5_K: {
    const uint8_t *low = w + (type == SK_Q4_K ? 16 : 48) + part / 2 * 32;
    float scale, least;
    six_bits(w + 4, part, &scale, &least);
    const float s = d * scale, l = m * least;
    for (int i = 0; i < 32; i++) {
      int q = low[i] >> part % 2 * 4 & 15;
      if (type == SK_Q5_K) q |= (w[16 + i] >> part & 1) << 4;
      y[i] = s * (float)q - l;
    }
    return;
  }
  case SK_Q6_K: {
    const uint8_t *low = w + part / 4 * 64 + part % 2 * 32, *high = w + 128 + part / 4 * 32;
    for (int i = 0; i < 32; i++) {
      const int q = (low[i] >> part % 4 / 2 * 4 & 15) | (high[i] >> part % 4 * 2 & 3) << 4;
      y[i] = d * (float)(int8_t)w[192 + 2 * part + i / 16] * (float)(q - 32);
    }
    return;
  }
  default: return;
  }
}

void sk_dequantize(sk_type type, const void *row, size_t first, size_t n, float *y) {
  if (!sk_is_block(type)) {
    sk_widen(type, (const char *)row + sk_row_bytes(type, first), n, y);
    return;
  }
  const size_t parts = is_super(type) ? SUPER / 32 : 1, bytes = block_bytes_of(type);
  for (size_t b = first / 32; b < (first + n) / 32; b++, y += 32) {
    const uint8_t *block = (const uint8_t *)row + b / parts * bytes;
#define CASE(TYPE) case SK_##TYPE: dequantize(SK_##TYPE, block, b % parts, y); break;
    switch (type) {
      CASE(Q8_0) CASE(Q4_0) CASE(Q4_1) CASE(Q5_0) CASE(Q5_1) CASE(Q4_K) CASE(Q5_K) CASE(Q6_K)
    default: break;
    }
#undef CASE
  }
}
