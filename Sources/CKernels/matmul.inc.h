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

// How a thread reads its weights. Figures: Experiments/engine-speed/NOTES.md.
//
// Streams, where one tile holds all rows: a tile takes outputs that lie far apart, so that the
// thread reads a few long sequential streams, each of which asks for its lines STREAM_LEAD bytes
// ahead. The hardware prefetches sequential streams by itself, but too little when rows make a
// line's use longer, or neighbours on the memory bus its way.
//
// Neighbours, where groups of rows pass over a chunk: the tile's outputs follow one another in
// memory, and it asks for what lies CHUNK_LEAD bytes ahead, in the next chunk.
#define STREAM_LEAD 3072
#define CHUNK_LEAD 32768
#define CHUNK 131072

// y[rows][outputs] for one register tile, all of n. Outputs are `apart` rows of w apart; 1 for
// neighbours.
INLINE void NAME(tile)(
  const sk_type type, const int outputs, const int rows, const char *w, size_t n, size_t apart,
  const bool streams, const float *x, size_t x_stride, const float *bias, bool accumulate, float *y,
  size_t y_stride)
{
  const size_t element = type == SK_F32 ? 4 : 2, row_bytes = n * element * apart;
  const size_t whole = n / BLOCK * BLOCK;
  vf acc[8][8];
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) acc[o][r] = (vf){0};
  // Neighbours are read ahead in the order of memory, not in that of the tile.
  const size_t lead = rows == 1 && n <= 4096 ? 0 : STREAM_LEAD;
  const char *ahead = w + (outputs * row_bytes > CHUNK_LEAD ? outputs * row_bytes : CHUNK_LEAD);
  for (size_t k = 0; k < whole; k += BLOCK) {
    if (!streams || lead) {
#pragma clang loop unroll(full)
      for (int o = 0; o < outputs; o++)
#pragma clang loop unroll(full)
        for (size_t line = 0; line < BLOCK * element; line += 64)
          __builtin_prefetch(
            streams ? w + o * row_bytes + k * element + line + lead
                    : ahead + o * BLOCK * element + line, 0, 2);
    }
    ahead += outputs * BLOCK * element;
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
  const int count = outputs * rows;
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i += 4) {
    vf four[4] = {{0}};
#pragma clang loop unroll(full)
    for (int j = i; j < i + 4 && j < count; j++) four[j - i] = acc[j / rows][j % rows];
    const NAME(four) sums = NAME(sum_four)(four);
#pragma clang loop unroll(full)
    for (int j = i; j < i + 4 && j < count; j++) {
      const int o = j / rows, r = j % rows;
      float value = sums[j - i];
      if (bias) value += bias[o * apart];
      float *target = y + r * y_stride + o * apart;
      *target = accumulate ? *target + value : value;
    }
  }
}

// Outputs first … end for ROWS ≤ MAX_ROWS rows. apart > 0: `end − first` tiles of streams, the
// first output of each given; otherwise neighbours, those left over one by one.
#define DEFINE_ROWS(TYPE, ROWS)                                                                    \
  static __attribute__((noinline)) void NAME(matmul_##TYPE##_##ROWS)(                              \
    const char *w, size_t n, size_t first, size_t end, size_t apart, const float *x,               \
    size_t x_stride, const float *bias, bool accumulate, float *y, size_t y_stride)                \
  {                                                                                                \
    const size_t row_bytes = n * (SK_##TYPE == SK_F32 ? 4 : 2);                                    \
    size_t o = first;                                                                              \
    if (apart) {                                                                                   \
      for (; o < end; o++) TILE(TYPE, OUTPUTS(ROWS), ROWS, apart, true);                           \
    } else {                                                                                       \
      for (; o + OUTPUTS(ROWS) <= end; o += OUTPUTS(ROWS))                                         \
        TILE(TYPE, OUTPUTS(ROWS), ROWS, 1, false);                                                 \
      for (; o < end; o++) TILE(TYPE, 1, ROWS, 1, false);                                          \
    }                                                                                              \
  }
#define TILE(TYPE, O, ROWS, APART, STREAMS)                                                        \
  NAME(tile)(                                                                                      \
    SK_##TYPE, O, ROWS, w + o * row_bytes, n, APART, STREAMS, x, x_stride, bias ? bias + o : NULL, \
    accumulate, y + o, y_stride)
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

// Outputs that make whole tiles for each of the group sizes, of which there are two at most.
#define UNIT(rows, groups) UNIT_OF(OUTPUTS((rows) / (groups)), OUTPUTS(((rows) - 1) / (groups) + 1))
#define UNIT_OF(a, b) (24 % (a) == 0 && 24 % (b) == 0 ? 24 : (a) * (b))

typedef void (*NAME(rows_function))(
  const char *, size_t, size_t, size_t, size_t, const float *, size_t, const float *, bool,
  float *, size_t);
#define ROWS_OF(TYPE)                                                                              \
  {NAME(matmul_##TYPE##_1), NAME(matmul_##TYPE##_2), NAME(matmul_##TYPE##_3),                      \
   NAME(matmul_##TYPE##_4), NAME(matmul_##TYPE##_5), NAME(matmul_##TYPE##_6),                      \
   NAME(matmul_##TYPE##_7), NAME(matmul_##TYPE##_8)}
static const NAME(rows_function) NAME(rows_table)[3][8] = {
  [SK_BF16] = ROWS_OF(BF16), [SK_F16] = ROWS_OF(F16), [SK_F32] = ROWS_OF(F32)};

void NAME(sk_matmul)(
  const sk_matrix *m, const float *x, size_t x_stride, size_t rows, bool accumulate, float *y,
  size_t y_stride, sk_team *team, int thread)
{
  // Each thread has a share of the outputs, cut into chunks of about CHUNK bytes (fewer for many
  // rows: chunks are to last some microseconds). It takes the chunks of its own share and then
  // those that others have not come to: a thread that is interrupted, or whose processor is slower,
  // holds up the rest by one chunk only. More rows than a tile holds go over a chunk in groups of
  // nearly equal size (9 rows are 4 + 5, never 8 + 1): its weights stay in the cache, so that
  // memory is read once.
  const size_t row_bytes = m->inputs * (m->type == SK_F32 ? 4 : 2);
  const size_t groups = (rows + MAX_ROWS - 1) / MAX_ROWS;
  // Streams per tile; 0 for neighbours.
  const size_t streams = groups == 1 ? OUTPUTS(rows) : 0;
  const size_t threads = sk_team_threads(team);
  sk_counter alone = {0};
  const sk_loop loop = team ? sk_team_loop(team, thread) : (sk_loop){&alone};
  for (size_t i = 0; i < threads && i <= SK_NEIGHBOURS; i++) {
    const size_t owner = ((size_t)thread + i) % threads;
    const size_t begin = SK_SHARE(m->outputs, owner, threads);
    const size_t count = SK_SHARE(m->outputs, owner + 1, threads) - begin;
    const size_t apart = streams ? count / streams : 0;
    // A unit is a tile of streams, or a number of outputs that every group cuts into whole tiles.
    const size_t unit = streams ? 1 : UNIT(rows, groups), units = streams ? apart : count / unit;
    const size_t each = CHUNK / groups / (row_bytes * (streams ? streams : unit)) + 1;
    const size_t chunks = units / each ? units / each : 1;
    const char *w = (const char *)m->weights + begin * row_bytes;
    const float *bias = m->bias ? m->bias + begin : NULL;
    for (size_t c; (c = sk_team_take(loop, owner)) < chunks;) {
      const bool last = c + 1 == chunks;
      const size_t first = c * each * unit;
      const size_t end = last ? (streams ? apart : count) : first + each * unit;
      for (size_t g = 0; g < groups; g++) {
        const size_t from = rows * g / groups, to = rows * (g + 1) / groups;
        const NAME(rows_function) multiply = NAME(rows_table)[m->type][to - from - 1];
        const float *row = x + from * x_stride;
        float *target = y + from * y_stride + begin;
        multiply(
          w, m->inputs, first, end, apart, row, x_stride, bias, accumulate, target, y_stride);
        if (streams && last)
          multiply(
            w, m->inputs, apart * streams, count, 0, row, x_stride, bias, accumulate, target,
            y_stride);
      }
    }
  }
}
