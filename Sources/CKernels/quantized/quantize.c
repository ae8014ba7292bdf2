#include "layout.h"

#pragma STDC FP_CONTRACT OFF

// One weight of the source.
static float weight(const sk_matrix *m, size_t row, size_t k) {
  float value;
  const size_t at = row * m->inputs + k;
  sk_widen(m->type, (const char *)m->weights + at * (m->type == SK_F32 ? 4 : 2), 1, &value);
  return value;
}

// The half float nearest to v ≥ 0, or with `up` the smallest that is not less.
static uint16_t half_of(float v, bool up) {
  if (!(v < 65504)) return 0x7BFF;
  uint32_t bits;
  if (v < 0x1p-14f) {
    const float shifted = v + 0.5f;
    __builtin_memcpy(&bits, &shifted, 4);
    bits -= 0x3F000000;
  } else {
    __builtin_memcpy(&bits, &v, 4);
    bits = (bits + 0xFFF + (bits >> 13 & 1) - (112u << 23)) >> 13;
  }
  const char four[8] = {(char)bits, (char)(bits >> 8)};
  return (uint16_t)(up && half_to_float(four)[0] < v ? bits + 1 : bits);
}

static float float_of(uint16_t half) {
  const char four[8] = {(char)half, (char)(half >> 8)};
  return half_to_float(four)[0];
}

static int nearest(float v) {
  int best = 0;
  for (int i = 1; i < 16; i++)
    if (__builtin_fabsf(v - sk_q4_grid[i]) < __builtin_fabsf(v - sk_q4_grid[best])) best = i;
  return best;
}

void sk_quantize(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target)
{
  const size_t inputs = source->inputs, bytes = group_bytes(type, inputs);
  for (size_t g = first_group; g < end_group; g++) {
    char *group = (char *)target + g * bytes;
    __builtin_memset(group, 0, bytes);
    for (size_t b = 0; b < blocks_of(inputs); b++) {
      uint16_t *scales = (uint16_t *)group + b * GROUP;
      uint8_t *integers = (uint8_t *)group + scale_bytes(inputs) + b * block_bytes(type);
      for (size_t o = 0; o < GROUP; o++) {
        const size_t output = g * GROUP + o;
        float v[BLOCK] = {0}, largest = 0;
        for (size_t k = 0; k < BLOCK && output < outputs && b * BLOCK + k < inputs; k++) {
          v[k] = weight(source, rows ? rows[output] : output, b * BLOCK + k);
          if (__builtin_fabsf(v[k]) > __builtin_fabsf(largest)) largest = v[k];
        }
        uint16_t half = half_of(__builtin_fabsf(largest) / 127, true);
        if (type == SK_Q4 && largest > 0) half |= 0x8000;
        scales[o] = half;
        const float inverse = half & 0x7FFF ? 1 / float_of(half) : 0;
        for (size_t k = 0; k < BLOCK; k++) {
          float q = v[k] * inverse;
          q = q > 127 ? 127 : q > -127 ? q : -127;
          uint8_t *byte = integers + (type == SK_Q8 ? k / 4 : k / 8) * 64 + o * 4 + k % 4;
          if (type == SK_Q8) *byte = (uint8_t)((int)__builtin_rintf(q) + 128);
          else *byte |= (uint8_t)(nearest(q) << (k / 4 % 2 * 4));
        }
      }
    }
  }
}
