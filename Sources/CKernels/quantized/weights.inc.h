// Part of the template: weights in low precision, made of the checkpoint's. Elementwise but for the
// sums of the scale search, whose order is the same for every instruction set.

// The half float nearest to v ≥ 0, or with `up` the smallest that is not less.
static uint16_t NAME(half_of)(float v, bool up) {
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

static float NAME(float_of)(uint16_t half) {
  const char four[8] = {(char)half, (char)(half >> 8)};
  return half_to_float(four)[0];
}


// Numbers of the grid's integers nearest to v.
INLINE v16i NAME(nearest)(v16f v) {
  v16i number = {0};
  for (int i = 0; i < 15; i++) {
    const float middle = 0.5f * ((float)grid[i] + (float)grid[i + 1]);
    number -= v > (v16f){0} + middle;
  }
  return number;
}

INLINE float NAME(total)(v16f v) {
  float sum = 0;
  for (int i = 0; i < 4; i++) sum += (v[i] + v[i + 8]) + (v[i + 4] + v[i + 12]);
  return sum;
}

// The scale with which a block of 32 weights is nearest to the grid, in squared error: for the
// numbers that a candidate gives, Σvg/Σg² is the best scale, and leaves Σv² − (Σvg)²/Σg².
static float NAME(best_scale)(const v16f v[2], float largest) {
  // What the largest weight becomes: about the one end of the grid or the other.
  static const float extremes[] = {-101, -110, -119, -127, -136, -146, 84, 92, 103, 112, 122};
  float best = 0, scale = 0;
  for (size_t c = 0; c < sizeof extremes / sizeof extremes[0]; c++) {
    const float inverse = extremes[c] / largest;
    const v16f a = v[0] * inverse, b = v[1] * inverse;
    v16f g = (v16f){0} + (float)grid[0], h = g;
#pragma clang loop unroll(full)
    for (int i = 0; i < 15; i++) {
      const float middle = 0.5f * ((float)grid[i] + (float)grid[i + 1]);
      const float next = (float)grid[i + 1];
      g = CHOOSE(a > middle, (v16f){0} + next, g);
      h = CHOOSE(b > middle, (v16f){0} + next, h);
    }
    const float vg = NAME(total)(v[0] * g + v[1] * h), gg = NAME(total)(g * g + h * h);
    if (gg > 0 && vg * vg > best * gg) {
      best = vg * vg / gg;
      scale = vg / gg;
    }
  }
  return scale;
}

void NAME(sk_quantize)(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target)
{
  const size_t inputs = source->inputs, bytes = group_bytes(type, inputs);
  const size_t element = source->type == SK_F32 ? 4 : 2;
  for (size_t g = first_group; g < end_group; g++) {
    char *group = (char *)target + g * bytes;
    __builtin_memset(group, 0, bytes);
    for (size_t b = 0; b < blocks_of(inputs); b++) {
      uint16_t *scales = (uint16_t *)group + b * GROUP;
      uint8_t *integers = (uint8_t *)group + scale_bytes(inputs) + b * block_bytes(type);
      for (size_t o = 0; o < GROUP; o++) {
        const size_t output = g * GROUP + o;
        v16f v[2] = {{0}};
        if (output < outputs) {
          const size_t row = rows ? rows[output] : output;
          const size_t count = inputs - b * BLOCK < BLOCK ? inputs - b * BLOCK : BLOCK;
          sk_widen(
            source->type, (const char *)source->weights + (row * inputs + b * BLOCK) * element,
            count, (float *)v);
        }
        float largest = 0;
        for (int k = 0; k < BLOCK; k++) {
          const float w = v[k / 16][k % 16];
          if (__builtin_fabsf(w) > __builtin_fabsf(largest)) largest = w;
        }
        float scale = largest == 0 ? 0
          : type == SK_Q8 ? __builtin_fabsf(largest) / 127 : NAME(best_scale)(v, largest);
        uint16_t half = NAME(half_of)(__builtin_fabsf(scale), type == SK_Q8);
        if (scale < 0) half |= 0x8000;
        scales[o] = half;
        const float inverse = half & 0x7FFF ? 1 / NAME(float_of)(half) : 0;
        for (int h = 0; h < 2; h++) {
          const v16f q = v[h] * inverse;
          const v16i numbers = NAME(nearest)(q);
          for (int i = 0; i < 16; i++) {
            const int k = 16 * h + i;
            uint8_t *byte = integers + (type == SK_Q8 ? k / 4 : k / 8) * 64 + o * 4 + k % 4;
            if (type == SK_Q8) *byte = (uint8_t)((int)__builtin_rintf(q[i]) + 128);
            else *byte |= (uint8_t)(numbers[i] << (k / 4 % 2 * 4));
          }
        }
      }
    }
  }
}
