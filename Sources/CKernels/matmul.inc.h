// Part of the template: matrices times rows.

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

// Up to this many rows the arithmetic is quicker than the memory. Their tiles take outputs that lie
// far apart, so that each thread reads a few long sequential streams: what the hardware's own
// prefetching follows best. With more rows the time between two lines of a stream is too long for it;
// there a tile's outputs are neighbours, and the tile asks for what lies LEAD bytes ahead.
//
// Measured on Zen 4, two threads, BF16, time over that of the neighbours' tile with the next tile's
// lines asked for: streams 0.78 at one row of n = 576 and 0.95 at n = 2048; LEAD 0.66 and 0.97 at
// eight rows. What did not help: any software prefetching for streams; the first cache instead of
// the second for LEAD (1.1 to 1.3); blocks of n whose activations fit the first cache (1.2).
#define STREAMED_ROWS 2
#define LEAD 24576

// y[rows][outputs] for one register tile, all of n. Outputs are `apart` rows of w apart.
INLINE void NAME(tile)(
  const sk_type type, const int outputs, const int rows, const char *w, size_t n, size_t apart,
  const float *x, size_t x_stride, const float *bias, bool accumulate, float *y, size_t y_stride)
{
  const size_t element = type == SK_F32 ? 4 : 2, row_bytes = n * element * apart;
  const size_t whole = n / BLOCK * BLOCK;
  vf acc[8][8];
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) acc[o][r] = (vf){0};
  // Neighbours are read ahead in the order of memory, not in that of the tile.
  const char *ahead = w + (outputs * row_bytes > LEAD ? outputs * row_bytes : LEAD);
  for (size_t k = 0; k < whole; k += BLOCK) {
    if (rows > STREAMED_ROWS) {
#pragma clang loop unroll(full)
      for (size_t line = 0; line < outputs * BLOCK * element; line += 64)
        __builtin_prefetch(ahead + line, 0, 2);
      ahead += outputs * BLOCK * element;
    }
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
      if (bias) value += bias[o * apart];
      float *target = y + r * y_stride + o * apart;
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
    const size_t tiles = outputs / OUTPUTS(ROWS);                                                  \
    const size_t apart = ROWS <= STREAMED_ROWS ? tiles : 1;                                        \
    const size_t step = ROWS <= STREAMED_ROWS ? 1 : OUTPUTS(ROWS);                                 \
    for (size_t t = 0, o = 0; t < tiles; t++, o += step)                                           \
      NAME(tile)(                                                                                  \
        SK_##TYPE, OUTPUTS(ROWS), ROWS, w + o * row_bytes, n, apart, x, x_stride,                  \
        bias ? bias + o : NULL, accumulate, y + o, y_stride);                                      \
    for (size_t o = tiles * OUTPUTS(ROWS); o < outputs; o++)                                       \
      NAME(tile)(                                                                                  \
        SK_##TYPE, 1, ROWS, w + o * row_bytes, n, 1, x, x_stride, bias ? bias + o : NULL,          \
        accumulate, y + o, y_stride);                                                              \
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
  size_t strip = groups == 1 ? outputs : (131072 / (row_bytes + 1) / 24 + 1) * 24;
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
