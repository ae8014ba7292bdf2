#pragma once
#include <stdint.h>

typedef float v4f __attribute__((vector_size(16)));
typedef uint32_t v4u __attribute__((vector_size(16)));
typedef int32_t v4i __attribute__((vector_size(16)));

/// Four IEEE halves at p as floats, without the instruction: the exponent is rebased by a
/// multiplication, which also turns subnormals into normal floats; infinities and NaNs get their
/// exponent set.
static inline v4f half_to_float(const char *p) {
  uint16_t h[4];
  __builtin_memcpy(h, p, sizeof h);
  const v4u bits = {h[0], h[1], h[2], h[3]};
  const v4u magnitude = (bits & 0x7FFF) << 13;
  const v4u finite = (v4u)((v4f)magnitude * 0x1p112f);
  const v4u special = magnitude | 0x7F800000u;
  const v4u is_special = (v4u)((v4i)(bits & 0x7C00) == 0x7C00);
  return (v4f)((is_special & special) | (~is_special & finite) | (bits & 0x8000) << 16);
}
