// The template of products in low precision. The including file defines
//   NAME(f)     the function's name for its instructions
//   LANES       outputs per vector: 4, 8 or 16
//   TOGETHER    rows whose sums of integers are kept in registers together: 4, 8 or 12
//   HALF_TO_FLOAT(p)   LANES half floats at p, widened
//   LOOKUP(v)   for every byte of v, each < 16, that byte of sk_q4_stored
//   WITH_OFFSET   whether weights are multiplied as they are stored, 128 too large
// and, for the dot product of a step,
//   vb          the type of 4 · LANES bytes of weights
//   NAME(ints)  the type of LANES sums
//   NAME(prepared), NAME(prepare)(vb)   a step of weights as the product wants it
//   NAME(dot)(sums, prepared, x)        sums[lane] + Σ weight[lane][0 … 3] · x[0 … 3], x in every
//                                       lane; exact for integers −127 … 127

#include "vectors.inc.h"

// LANES outputs' steps of a block.
INLINE void NAME(unpack)(const sk_quantized_type type, const char *w, NAME(prepared) steps[STEPS])
{
#pragma clang loop unroll(full)
  for (int step = 0; step < STEPS; step += 2) {
    const char *from = w + STEP * GROUP * (type == SK_Q8 ? step : step / 2);
    vb two[2];
    __builtin_memcpy(&two[0], from, sizeof(vb));
    if (type == SK_Q8) {
      __builtin_memcpy(&two[1], from + STEP * GROUP, sizeof(vb));
    } else {
      two[1] = LOOKUP(two[0] >> 4);
      two[0] = LOOKUP(two[0] & 15);
    }
    steps[step] = NAME(prepare)(two[0]);
    steps[step + 1] = NAME(prepare)(two[1]);
  }
}

// sums[row · PARTS] += LANES outputs of a block · a block of the row. Rows go step by step
// together: as many chains of additions as hide their latency.
INLINE void NAME(multiply)(
  const int rows, const NAME(prepared) steps[STEPS], vf scale, const char *x, size_t x_stride,
  vf *sums)
{
#define X(r) ((const sk_row_block *)(x + (r) * x_stride))
  vi dots[TOGETHER];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) dots[r] = (vi){0} + (WITH_OFFSET ? X(r)->start : 0);
#pragma clang loop unroll(full)
  for (int step = 0; step < STEPS; step++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __builtin_memcpy(&four, X(r)->integers + STEP * step, sizeof four);
      const vi activation = (vi){0} + four;
      dots[r] = (vi)NAME(dot)((NAME(ints))dots[r], steps[step], (NAME(ints))activation);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
    sums[r * PARTS] += __builtin_convertvector(dots[r], vf) * (scale * X(r)->scale);
#undef X
}

// How memory is read. A tile takes groups that lie far apart, so that the thread reads a few long
// sequential streams, each of which asks for its lines LEAD bytes ahead; fewer the more rows there
// are, for then the sums of one more group weigh more than what it gains.
// Figures: Experiments/engine-speed/NOTES.md.
#define LEAD 2048
#define STREAMS(rows) ((rows) <= 8 ? 4 : (rows) <= 16 ? 2 : 1)
#define MAX_ROWS 64

// y[rows ≤ MAX_ROWS] for a tile of `streams` groups, `apart` groups apart, the last of `count`
// outputs. A block of weights is unpacked once for all rows; their sums lie in the first cache.
INLINE void NAME(tile)(
  const sk_quantized_type type, const char *group, size_t inputs, size_t streams, size_t apart,
  size_t count, const char *x, size_t x_stride, size_t rows, const float *bias, bool accumulate,
  float *y, size_t y_stride)
{
  vf sums[MAX_SUMS][PARTS];
  __builtin_memset(sums, 0, streams * rows * sizeof *sums);
  const size_t blocks = blocks_of(inputs), stride = apart * group_bytes(type, inputs);
  for (size_t b = 0; b < blocks; b++) {
    const char *scales = group + b * GROUP * sizeof(uint16_t);
    const char *w = group + scale_bytes(inputs) + b * block_bytes(type);
    for (size_t s = 0; s < streams; s++, w += stride, scales += stride) {
      for (size_t line = 0; line < block_bytes(type); line += 64)
        __builtin_prefetch(w + LEAD + line, 0, 3);
#pragma clang loop unroll(full)
      for (int part = 0; part < PARTS; part++) {
        NAME(prepared) steps[STEPS];
        NAME(unpack)(type, w + STEP * LANES * part, steps);
        const vf scale = HALF_TO_FLOAT(scales + sizeof(uint16_t) * LANES * part);
        const char *row = x + b * sizeof(sk_row_block);
        vf *sum = &sums[s * rows][part];
        size_t left = rows;
#define WHILE(COUNT)                                                                               \
  for (; left >= COUNT; left -= COUNT, row += COUNT * x_stride, sum += COUNT * PARTS)              \
    NAME(multiply)(COUNT, steps, scale, row, x_stride, sum);
#if TOGETHER == 12
        WHILE(12)
#endif
#if TOGETHER >= 8
        WHILE(8)
#endif
        WHILE(4)
        WHILE(1)
#undef WHILE
      }
    }
  }
  for (size_t s = 0; s < streams; s++)
    for (size_t r = 0; r < rows; r++)
      NAME(finish)(
        sums[s * rows + r], s + 1 < streams ? GROUP : count, bias ? bias + s * apart * GROUP : NULL,
        accumulate, y + s * apart * GROUP + r * y_stride);
}

#define DEFINE(TYPE)                                                                               \
  static __attribute__((noinline)) void NAME(tile_##TYPE)(                                         \
    const char *group, size_t inputs, size_t streams, size_t apart, size_t count, const char *x,   \
    size_t x_stride, size_t rows, const float *bias, bool accumulate, float *y, size_t y_stride)   \
  {                                                                                                \
    NAME(tile)(                                                                                    \
      SK_##TYPE, group, inputs, streams, apart, count, x, x_stride, rows, bias, accumulate, y,     \
      y_stride);                                                                                   \
  }
DEFINE(Q8)
DEFINE(Q4)

void NAME(sk_quantized_matmul)(
  const sk_quantized_matrix *m, const void *x, size_t x_stride, size_t rows, bool accumulate,
  float *y, size_t y_stride, sk_team *team, int thread)
{
  // Each thread has a share of the groups, cut into chunks; it takes those of its own share and
  // then those that others have not come to, as in sk_matmul. More rows than a tile holds pass over
  // a tile's weights in parts of nearly equal size.
  const size_t bytes = group_bytes(m->type, m->inputs), groups = groups_of(m->outputs);
  const size_t passes = (rows + MAX_ROWS - 1) / MAX_ROWS, streams = STREAMS(rows);
  const size_t each = CHUNK / (streams * bytes * ((rows + 7) / 8)) + 1;
  const size_t threads = sk_team_threads(team);
  sk_counter alone = {0};
  const sk_loop loop = team ? sk_team_loop(team, thread) : (sk_loop){&alone};
  for (size_t i = 0; i < threads && i <= SK_NEIGHBOURS; i++) {
    const size_t owner = ((size_t)thread + i) % threads;
    const size_t begin = groups * owner / threads, end = groups * (owner + 1) / threads;
    // Tile t of the share has the groups t, t + apart, t + 2 · apart … below the share's end.
    const size_t apart = (end - begin + streams - 1) / streams;
    for (size_t chunk; (chunk = sk_team_take(loop, owner)) * each < apart;) {
      const size_t after = (chunk + 1) * each;
      for (size_t t = chunk * each; t < (after < apart ? after : apart); t++) {
        const size_t group = begin + t, output = group * GROUP, own = (end - group - 1) / apart + 1;
        const size_t left = m->outputs - output - (own - 1) * apart * GROUP;
        for (size_t pass = 0; pass < passes; pass++) {
          const size_t from = rows * pass / passes, to = rows * (pass + 1) / passes;
          (m->type == SK_Q8 ? NAME(tile_Q8) : NAME(tile_Q4))(
            (const char *)m->weights + group * bytes, m->inputs, own, apart,
            left < GROUP ? left : GROUP, (const char *)x + from * x_stride, x_stride, to - from,
            m->bias ? m->bias + output : NULL, accumulate, y + output + from * y_stride, y_stride);
        }
      }
    }
  }
}
