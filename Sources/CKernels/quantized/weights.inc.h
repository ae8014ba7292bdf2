// Part of the template: weights in low precision. Every lane is an output, so that all instruction
// sets have one order of operations.

typedef float NAME(v16f) __attribute__((vector_size(64)));
typedef int32_t NAME(v16i) __attribute__((vector_size(64)));
#define VF NAME(v16f)
#define VI NAME(v16i)

// Macros where a function would be plainer: vectors that the machine does not have can be neither
// arguments nor results.
#define CHOOSE(condition, a, b) ((VF)(((condition) & (VI)(a)) | (~(condition) & (VI)(b))))
#define MAGNITUDE(v) ((VF)((VI)(v) & 0x7FFFFFFF))
// 1 / v, or 0 where that is no normal float.
#define INVERSE(v) CHOOSE(MAGNITUDE(v) > 0x1p-100f, 1 / (v), (VF){0})
// A finite half float, widened.
#define HALF_VALUE(half)                                                                           \
  ((VF)((VI)((VF)(((half) & 0x7FFF) << 13) * 0x1p112f) | ((half) & 0x8000) << 16))

// The half float nearest to v ≥ 0, which is cut to the largest finite one.
INLINE void NAME(to_half)(const VF *v, VI *half) {
  const VF cut = CHOOSE(*v < 65504, *v, (VF){0} + 65504);
  const VI bits = (VI)cut;
  const VI normal = (bits + 0xFFF + (bits >> 13 & 1) - (112 << 23)) >> 13;
  // Adding ½ leaves as many bits as a subnormal has.
  const VI subnormal = (VI)(cut + 0.5f) - 0x3F000000;
  *half = (VI)CHOOSE(cut < 0x1p-14f, (VF)subnormal, (VF)normal);
}

// columns[k][lane] ← rows[lane][k]: lanes and rows that differ in one bit change places, bit after
// bit.
INLINE void NAME(transpose)(const float *rows, size_t stride, VF columns[16]) {
  for (int i = 0; i < 16; i++) __builtin_memcpy(&columns[i], rows + i * stride, sizeof(VF));
#define EXCHANGE(bit, low, high)                                                                   \
  for (int i = 0; i < 16; i++) {                                                                   \
    if (i & bit) continue;                                                                         \
    const VF a = columns[i], b = columns[i | bit];                                                 \
    columns[i] = __builtin_shufflevector(a, b, low);                                               \
    columns[i | bit] = __builtin_shufflevector(a, b, high);                                        \
  }
#define LIST(...) __VA_ARGS__
  EXCHANGE(
    8, LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
    LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  EXCHANGE(
    4, LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
    LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(
    2, LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
    LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(
    1, LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
    LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#undef LIST
#undef EXCHANGE
}

// v[BLOCK inputs] · 1 / scale to the nearest integer −127 … 127. A scale is rounded up, so that no
// integer is cut.
INLINE void NAME(quantize_q8)(const VF v[BLOCK], VI *half, uint8_t *integers) {
  VF largest = {0};
  for (int k = 0; k < BLOCK; k++) {
    const VF magnitude = MAGNITUDE(v[k]);
    largest = CHOOSE(magnitude > largest, magnitude, largest);
  }
  const VF wanted = largest / 127;
  NAME(to_half)(&wanted, half);
  *half -= (HALF_VALUE(*half) < wanted) & (*half < 0x7BFF);
  const VF scale = HALF_VALUE(*half), inverse = INVERSE(scale);
  for (int step = 0; step < STEPS; step++) {
    VI bytes = {0};
    for (int i = 0; i < STEP; i++) {
      VF q = v[STEP * step + i] * inverse;
      q = CHOOSE(q > -127, q, (VF){0} - 127);
      q = CHOOSE(q < 127, q, (VF){0} + 127);
      // Adding 1.5 · 2²³ leaves no bits for a fraction.
      bytes |= ((VI)(q + 12582912.0f) - (0x4B400000 - 128)) << 8 * i;
    }
    __builtin_memcpy(integers + 4 * GROUP * step, &bytes, sizeof bytes);
  }
}

// Where the grid's neighbours meet.
static const int8_t NAME(grid)[16] = Q4_GRID(0);
#define BETWEEN(i) ((float)(NAME(grid)[i] + NAME(grid)[(i) + 1]) / 2)

// Of some scales, that by which the block's largest magnitude is −127 and others near those by
// which it is an end of the grid, the one with the least squared error, each after it is fitted to
// the numbers that it gives: Σ(v − s·q)² is least for s = Σvq / Σq², and then is
// Σv² − (Σvq)² / Σq².
INLINE void NAME(quantize_q4)(const VF v[BLOCK], VI *half, uint8_t *integers) {
  static const float ends[] = {-127, -136, -130, -121, -102, 100, 105, 110};
  VF largest = {0};
  for (int k = 0; k < BLOCK; k++)
    largest = CHOOSE(MAGNITUDE(v[k]) > MAGNITUDE(largest), v[k], largest);
  const VF unit = INVERSE(largest);
  VF best = {0}, fitted = {0};
  for (size_t c = 0; c < sizeof ends / sizeof *ends; c++) {
    const VF inverse = unit * ends[c];
    VF products = {0}, squares = {0};
    for (int k = 0; k < BLOCK; k++) {
      const VF exact = v[k] * inverse;
      VF q = (VF){0} + NAME(grid)[0];
#pragma clang loop unroll(full)
      for (int i = 0; i < 15; i++)
        q = CHOOSE(exact > BETWEEN(i), (VF){0} + NAME(grid)[i + 1], q);
      products += v[k] * unit * q;
      squares += q * q;
    }
    const VF score = products * products / squares;
    fitted = CHOOSE(score > best, largest * (products / squares), fitted);
    best = CHOOSE(score > best, score, best);
  }
  const VF magnitude = MAGNITUDE(fitted);
  NAME(to_half)(&magnitude, half);
  *half |= (VI)fitted >> 16 & 0x8000;
  const VF scale = HALF_VALUE(*half), inverse = INVERSE(scale);
  for (int step = 0; step < STEPS; step += 2) {
    VI bytes = {0};
    for (int i = 0; i < 2 * STEP; i++) {
      const VF exact = v[STEP * step + i] * inverse;
      VI number = {0};
#pragma clang loop unroll(full)
      for (int j = 0; j < 15; j++) number -= exact > BETWEEN(j);
      bytes |= number << (8 * (i % STEP) + 4 * (i / STEP));
    }
    __builtin_memcpy(integers + 4 * GROUP * (step / 2), &bytes, sizeof bytes);
  }
}

void NAME(sk_quantize)(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target)
{
  const size_t inputs = source->inputs, row_bytes = sk_row_bytes(source->type, inputs);
  for (size_t g = first_group; g < end_group; g++) {
    char *group = (char *)target + g * group_bytes(type, inputs);
    const size_t count = outputs - g * GROUP < GROUP ? outputs - g * GROUP : GROUP;
    for (size_t k = 0; k < inputs; k += BLOCK) {
      float values[GROUP][BLOCK] = {{0}};
      for (size_t o = 0; o < count; o++) {
        const size_t row = rows ? rows[g * GROUP + o] : g * GROUP + o;
        const char *from = (const char *)source->weights + row * row_bytes;
        sk_dequantize(
          source->type, from, k, inputs - k < BLOCK ? inputs - k : BLOCK, values[o]);
      }
      VF columns[BLOCK];
      NAME(transpose)(values[0], BLOCK, columns);
      NAME(transpose)(values[0] + 16, BLOCK, columns + 16);
      uint8_t *integers = (uint8_t *)group + scale_bytes(inputs) + k / BLOCK * block_bytes(type);
      VI half;
      if (type == SK_Q8) NAME(quantize_q8)(columns, &half, integers);
      else NAME(quantize_q4)(columns, &half, integers);
      typedef uint16_t v16h __attribute__((vector_size(32)));
      const v16h scales = __builtin_convertvector(half, v16h);
      __builtin_memcpy(group + k / BLOCK * sizeof scales, &scales, sizeof scales);
    }
    // What fills the scales up.
    const size_t used = blocks_of(inputs) * GROUP * sizeof(uint16_t);
    __builtin_memset(group + used, 0, scale_bytes(inputs) - used);
  }
}
