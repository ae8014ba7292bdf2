// The template. The including file defines
//   NAME(f)   the function's name for its instruction set
//   LANES     floats per vector: 4, 8 or 16
//   FMA(a, b, c)  a·b + c on vectors, fused or not, but always the same
//   MAX_ROWS, OUTPUTS(rows)   the register tile
//   HALF_TO_FLOAT(p)   LANES half floats at p, widened
// Vectors are the compiler's portable ones; only FMA and half floats need an instruction's name.

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef float vf_any __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint32_t vu __attribute__((vector_size(4 * LANES)));
typedef uint32_t vu_any __attribute__((vector_size(4 * LANES), aligned(1)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))
#define BLOCK (2 * LANES)

INLINE vf NAME(load)(const float *p) { return *(const vf_any *)p; }
INLINE void NAME(store)(float *p, vf v) { *(vf_any *)p = v; }
INLINE vf NAME(splat)(float s) { return (vf){0} + s; }
INLINE vf NAME(select)(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf NAME(max)(vf a, vf b) { return NAME(select)(a > b, a, b); }

// The one tree by which lanes become a sum: halves are added until one lane is left.
INLINE float NAME(sum)(vf v) {
#if LANES == 16
  typedef float v8 __attribute__((vector_size(32)));
  v8 h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
    + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#elif LANES == 8
  vf h = v;
#endif
  typedef float v4 __attribute__((vector_size(16)));
#if LANES >= 8
  v4 q = __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
#else
  v4 q = v;
#endif
  return (q[0] + q[2]) + (q[1] + q[3]);
}

INLINE float NAME(largest)(vf v) {
  float m = v[0];
  for (int i = 1; i < LANES; i++) m = v[i] > m ? v[i] : m;
  return m;
}

// One block of BLOCK weights as two vectors. A register of BF16 pairs splits with a shift and a
// mask, so the vectors hold the even and the odd elements; sk_pack puts activations in that order.
INLINE vf NAME(first)(sk_type type, const char *w) {
  switch (type) {
  case SK_BF16: return (vf)(*(const vu_any *)w << 16);
  case SK_F16: return HALF_TO_FLOAT(w);
  default: return (vf)*(const vu_any *)w;
  }
}
INLINE vf NAME(second)(sk_type type, const char *w) {
  switch (type) {
  case SK_BF16: return (vf)(*(const vu_any *)w & 0xFFFF0000u);
  case SK_F16: return HALF_TO_FLOAT(w + 2 * LANES);
  default: return (vf)*(const vu_any *)(w + 4 * LANES);
  }
}

// acc[outputs][rows] += half a block of w (row_bytes apart) · half a block of x (x_stride apart).
// The shorter side of the tile stays in registers and the longer one is streamed past it: anything
// else spills the accumulators.
INLINE void NAME(half_block)(
  const sk_type type, const bool second, const int outputs, const int rows, const char *w,
  size_t row_bytes, const float *x, size_t x_stride, vf acc[8][8])
{
#define WEIGHT(o)                                                                                  \
  (second ? NAME(second)(type, w + (o) * row_bytes) : NAME(first)(type, w + (o) * row_bytes))
  vf held[8];
  if (outputs < rows) {
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) held[o] = WEIGHT(o);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const vf activation = NAME(load)(x + r * x_stride);
#pragma clang loop unroll(full)
      for (int o = 0; o < outputs; o++) acc[o][r] = FMA(held[o], activation, acc[o][r]);
    }
  } else {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) held[r] = NAME(load)(x + r * x_stride);
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      const vf weight = WEIGHT(o);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) acc[o][r] = FMA(weight, held[r], acc[o][r]);
    }
  }
#undef WEIGHT
}

INLINE void NAME(block)(
  const sk_type type, const int outputs, const int rows, const char *w, size_t row_bytes,
  const float *x, size_t x_stride, vf acc[8][8])
{
  NAME(half_block)(type, false, outputs, rows, w, row_bytes, x, x_stride, acc);
  NAME(half_block)(type, true, outputs, rows, w, row_bytes, x + LANES, x_stride, acc);
}

// y[rows][outputs] for one register tile, all of n.
INLINE void NAME(tile)(
  const sk_type type, const int outputs, const int rows, const char *w, size_t n, const float *x,
  size_t x_stride, const float *bias, bool accumulate, float *y, size_t y_stride)
{
  const size_t element = type == SK_F32 ? 4 : 2, row_bytes = n * element;
  const size_t whole = n / BLOCK * BLOCK;
  vf acc[8][8];
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) acc[o][r] = (vf){0};
  // The next tile's weights are asked for while this one's are used, a line at a time in the order of
  // memory: the rows of a tile are too short, and too many at once, for the hardware to see streams.
  // Small tiles go to the first cache, larger ones would push the activations out of it.
  const char *next = w + outputs * row_bytes;
  const bool near = outputs * row_bytes <= 6144;
  for (size_t k = 0; k < whole; k += BLOCK) {
#pragma clang loop unroll(full)
    for (size_t line = 0; line < outputs * BLOCK * element; line += 64) {
      if (near) __builtin_prefetch(next + line, 0, 3);
      else __builtin_prefetch(next + line, 0, 2);
    }
    next += outputs * BLOCK * element;
    NAME(block)(type, outputs, rows, w + k * element, row_bytes, x + k, x_stride, acc);
  }
  if (whole < n) {
    // Not a byte is read past a row's end: it may be the end of the mapped file.
    char rest[8 * BLOCK * 4] = {0};
    for (int o = 0; o < outputs; o++)
      __builtin_memcpy(
        rest + o * BLOCK * element, w + o * row_bytes + whole * element, (n - whole) * element);
    NAME(block)(type, outputs, rows, rest, BLOCK * element, x + whole, x_stride, acc);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int o = 0; o < outputs; o++) {
      float value = NAME(sum)(acc[o][r]);
      if (bias) value += bias[o];
      float *target = y + r * y_stride + o;
      *target = accumulate ? *target + value : value;
    }
}

// All outputs for `rows` ≤ MAX_ROWS rows: full tiles, then the outputs left over one by one.
#define DEFINE_ROWS(TYPE, ROWS)                                                                    \
  static __attribute__((noinline)) void NAME(matmul_##TYPE##_##ROWS)(                              \
    const char *w, size_t outputs, size_t n, const float *x, size_t x_stride, const float *bias,   \
    bool accumulate, float *y, size_t y_stride)                                                    \
  {                                                                                                \
    const size_t row_bytes = n * (SK_##TYPE == SK_F32 ? 4 : 2);                                    \
    size_t o = 0;                                                                                  \
    for (; o + OUTPUTS(ROWS) <= outputs; o += OUTPUTS(ROWS))                                       \
      NAME(tile)(                                                                                  \
        SK_##TYPE, OUTPUTS(ROWS), ROWS, w + o * row_bytes, n, x, x_stride, bias ? bias + o : NULL, \
        accumulate, y + o, y_stride);                                                              \
    for (; o < outputs; o++)                                                                       \
      NAME(tile)(                                                                                  \
        SK_##TYPE, 1, ROWS, w + o * row_bytes, n, x, x_stride, bias ? bias + o : NULL, accumulate, \
        y + o, y_stride);                                                                          \
  }
#define DEFINE_TYPE(TYPE)                                                                          \
  DEFINE_ROWS(TYPE, 1)                                                                             \
  DEFINE_ROWS(TYPE, 2)                                                                             \
  DEFINE_ROWS(TYPE, 3)                                                                             \
  DEFINE_ROWS(TYPE, 4)                                                                             \
  DEFINE_ROWS(TYPE, 5)                                                                             \
  DEFINE_ROWS(TYPE, 6)                                                                             \
  DEFINE_ROWS(TYPE, 7)                                                                             \
  DEFINE_ROWS(TYPE, 8)
DEFINE_TYPE(BF16)
DEFINE_TYPE(F16)
DEFINE_TYPE(F32)

typedef void (*NAME(rows_function))(
  const char *, size_t, size_t, const float *, size_t, const float *, bool, float *, size_t);
#define ROWS_OF(TYPE)                                                                              \
  {NAME(matmul_##TYPE##_1), NAME(matmul_##TYPE##_2), NAME(matmul_##TYPE##_3),                      \
   NAME(matmul_##TYPE##_4), NAME(matmul_##TYPE##_5), NAME(matmul_##TYPE##_6),                      \
   NAME(matmul_##TYPE##_7), NAME(matmul_##TYPE##_8)}
static const NAME(rows_function) NAME(rows_table)[3][8] = {
  [SK_BF16] = ROWS_OF(BF16), [SK_F16] = ROWS_OF(F16), [SK_F32] = ROWS_OF(F32)};

void NAME(sk_matmul)(
  sk_type type, const void *w, size_t outputs, size_t n, const float *x, size_t x_stride,
  size_t rows, const float *bias, bool accumulate, float *y, size_t y_stride)
{
  // More rows than a tile holds: cut the outputs into strips whose weights stay in the cache while
  // the groups of rows pass over them, so that memory is still read once.
  const size_t row_bytes = n * (type == SK_F32 ? 4 : 2);
  const size_t groups = (rows + MAX_ROWS - 1) / MAX_ROWS;
  size_t strip = groups == 1 ? outputs : (32768 / (row_bytes + 1) / 24 + 1) * 24;
  for (size_t o = 0; o < outputs; o += strip) {
    const size_t count = outputs - o < strip ? outputs - o : strip;
    for (size_t g = 0; g < groups; g++) {
      // Groups of nearly equal size: 9 rows are 5 + 4, never 8 + 1.
      const size_t begin = rows * g / groups, end = rows * (g + 1) / groups;
      NAME(rows_table)[type][end - begin - 1](
        (const char *)w + o * row_bytes, count, n, x + begin * x_stride, x_stride,
        bias ? bias + o : NULL, accumulate, y + begin * y_stride + o, y_stride);
    }
  }
}

void NAME(sk_pack)(sk_type type, const float *x, size_t n, float *packed) {
  const size_t padded = (n + SK_PACK - 1) / SK_PACK * SK_PACK;
  for (size_t k = n; k < padded; k++) packed[k] = 0;
  if (type != SK_BF16) {
    __builtin_memcpy(packed, x, n * sizeof(float));
    return;
  }
  const size_t whole = n / BLOCK * BLOCK;
  for (size_t b = 0; b < whole; b += BLOCK)
    for (size_t j = 0; j < LANES; j++) {
      packed[b + j] = x[b + 2 * j];
      packed[b + LANES + j] = x[b + 2 * j + 1];
    }
  if (whole == n) return;
  for (size_t k = whole; k < whole + BLOCK; k++) packed[k] = 0;
  for (size_t k = whole; k < n; k++)
    packed[whole + (k - whole) % 2 * LANES + (k - whole) / 2] = x[k];
}

// exp(x) to about 1e-7 relative: x = n·ln2 + r, |r| ≤ ln2/2, with exp(r)'s Taylor polynomial of
// degree 7. Arguments are clamped to where the result is a normal float.
INLINE vf NAME(exp)(vf x) {
  x = NAME(select)(x < -87.0f, NAME(splat)(-87.0f), x);
  x = NAME(select)(x > 88.0f, NAME(splat)(88.0f), x);
  // Adding 1.5·2²³ rounds to an integer; its bits then hold n.
  const vf magic = NAME(splat)(12582912.0f);
  const vf shifted = FMA(x, NAME(splat)(1.44269504088896341f), magic);
  const vf n = shifted - magic;
  vf r = FMA(n, NAME(splat)(-0.693359375f), x);
  r = FMA(n, NAME(splat)(2.12194440e-4f), r);
  vf p = NAME(splat)(1.0f / 5040);
  p = FMA(p, r, NAME(splat)(1.0f / 720));
  p = FMA(p, r, NAME(splat)(1.0f / 120));
  p = FMA(p, r, NAME(splat)(1.0f / 24));
  p = FMA(p, r, NAME(splat)(1.0f / 6));
  p = FMA(p, r, NAME(splat)(0.5f));
  p = FMA(p, r, NAME(splat)(1.0f));
  p = FMA(p, r, NAME(splat)(1.0f));
  return (vf)((vu)p + ((vu)shifted << 23));
}

void NAME(sk_rms_norm)(const float *x, const float *weight, float epsilon, size_t n, float *y) {
  vf squares = {0};
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    vf v = NAME(load)(x + k);
    squares = FMA(v, v, squares);
  }
  float total = NAME(sum)(squares);
  for (; k < n; k++) total += x[k] * x[k];
  const float scale = 1.0f / __builtin_sqrtf(total / (float)n + epsilon);
  for (k = 0; k < n; k++) y[k] = x[k] * scale * weight[k];
}

void NAME(sk_silu_multiply)(const float *gate, const float *up, size_t n, float *y) {
  for (size_t k = 0; k < n; k += LANES) {
    // The last vector is filled up with zeros: the same arithmetic for every element.
    vf g = {0}, u = {0};
    const size_t count = n - k < LANES ? n - k : LANES;
    if (count == LANES) {
      g = NAME(load)(gate + k);
      u = NAME(load)(up + k);
    } else {
      __builtin_memcpy(&g, gate + k, count * sizeof(float));
      __builtin_memcpy(&u, up + k, count * sizeof(float));
    }
    const vf value = g / (NAME(exp)(-g) + 1.0f) * u;
    if (count == LANES) NAME(store)(y + k, value);
    else __builtin_memcpy(y + k, &value, count * sizeof(float));
  }
}

void NAME(sk_attend)(
  const float *q, const float *keys, const float *values, size_t width, size_t count, float scale,
  float *scores, float *out)
{
  float largest = -__builtin_inff();
  for (size_t t = 0; t < count; t++) {
    vf dot = {0};
    for (size_t d = 0; d < width; d += LANES)
      dot = FMA(NAME(load)(q + d), NAME(load)(keys + t * width + d), dot);
    scores[t] = NAME(sum)(dot) * scale;
    largest = scores[t] > largest ? scores[t] : largest;
  }
  vf sums = {0};
  size_t t = 0;
  for (; t + LANES <= count; t += LANES) {
    const vf e = NAME(exp)(NAME(load)(scores + t) - largest);
    NAME(store)(scores + t, e);
    sums += e;
  }
  float total = NAME(sum)(sums);
  if (t < count) {
    vf rest = {0};
    __builtin_memcpy(&rest, scores + t, (count - t) * sizeof(float));
    rest = NAME(exp)(rest - largest);
    __builtin_memcpy(scores + t, &rest, (count - t) * sizeof(float));
    for (size_t i = t; i < count; i++) total += scores[i];
  }
  const float inverse = 1.0f / total;
  // Four vectors of the output at a time: enough independent sums to hide the latency.
  for (size_t d = 0; d < width; d += 4 * LANES) {
    const size_t vectors = (width - d) / LANES < 4 ? (width - d) / LANES : 4;
    vf sum[4] = {{0}, {0}, {0}, {0}};
    for (size_t i = 0; i < count; i++) {
      const vf p = NAME(splat)(scores[i]);
      const float *row = values + i * width + d;
      if (vectors == 4) {
        sum[0] = FMA(p, NAME(load)(row), sum[0]);
        sum[1] = FMA(p, NAME(load)(row + LANES), sum[1]);
        sum[2] = FMA(p, NAME(load)(row + 2 * LANES), sum[2]);
        sum[3] = FMA(p, NAME(load)(row + 3 * LANES), sum[3]);
      } else {
        for (size_t v = 0; v < vectors; v++)
          sum[v] = FMA(p, NAME(load)(row + v * LANES), sum[v]);
      }
    }
    for (size_t v = 0; v < vectors; v++) NAME(store)(out + d + v * LANES, sum[v] * inverse);
  }
}

float NAME(sk_exp_sum)(const float *x, size_t n, float maximum, float scale, float *y) {
  vf sums = {0};
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    const vf e = NAME(exp)((NAME(load)(x + k) - maximum) * scale);
    if (y) NAME(store)(y + k, e);
    sums += e;
  }
  float total = NAME(sum)(sums);
  if (k < n) {
    vf rest = {0};
    __builtin_memcpy(&rest, x + k, (n - k) * sizeof(float));
    rest = NAME(exp)((rest - maximum) * scale);
    if (y) __builtin_memcpy(y + k, &rest, (n - k) * sizeof(float));
    for (size_t i = 0; i < n - k; i++) total += rest[i];
  }
  return total;
}
