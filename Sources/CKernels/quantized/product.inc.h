// The template of products in low precision. The including file defines
//   NAME(f)     the function's name for its instructions
//   LANES       outputs per vector: 4, 8 or 16
//   vb          the type of 4 · LANES bytes, what a step of weights is loaded as
//   LOOKUP(v)   for every byte of v, each < 16, the grid's integer + 128
//   HALF_TO_FLOAT(p)   LANES half floats at p, widened
//   WITH_OFFSET     whether weights are multiplied as they are stored, 128 too large
//   prepared    the type of a step of weights as the dot product wants it; PREPARE(w) makes it
//   DOT(sums, w, x)    sums[lane] + Σ w[lane][0 … 3] · x[0 … 3], x in every lane
// Multiplication and addition are rounded apart.

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));

#define PARTS (GROUP / LANES)
#ifndef TOGETHER
#define TOGETHER 4
#endif
#ifndef FEW
#define FEW 4
#endif
#define MAX_ROWS 64

// A block's steps of LANES outputs.
INLINE void NAME(unpack)(const sk_quantized_type type, const char *w, NAME(prepared) steps[STEPS])
{
#pragma clang loop unroll(full)
  for (int step = 0; step < STEPS; step += 2) {
    vb both[2];
    const char *from = w + 4 * GROUP * (type == SK_Q8 ? step : step / 2);
    __builtin_memcpy(&both[0], from, sizeof(vb));
    if (type == SK_Q8) {
      __builtin_memcpy(&both[1], from + 4 * GROUP, sizeof(vb));
    } else {
      both[1] = LOOKUP(both[0] >> 4);
      both[0] = LOOKUP(both[0] & 15);
    }
    steps[step] = NAME(prepare)(both[0]);
    steps[step + 1] = NAME(prepare)(both[1]);
  }
}

// sums[row] += a block of LANES outputs · a block of each row.
INLINE void NAME(multiply)(
  const int rows, const NAME(prepared) steps[STEPS], vf scale, const char *x, size_t x_stride,
  vf *sums, const size_t sums_stride)
{
#define X(r) ((const sk_row_block *)(x + (r) * x_stride))
  vi dots[TOGETHER > FEW ? TOGETHER : FEW];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) dots[r] = (vi){0} + (WITH_OFFSET ? X(r)->start : 0);
#pragma clang loop unroll(full)
  for (int step = 0; step < STEPS; step++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t four;
      __builtin_memcpy(&four, X(r)->values + STEP * step, sizeof four);
      dots[r] =
        (vi)NAME(dot)((NAME(ints))dots[r], steps[step], (NAME(ints))((vi){0} + four));
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
    sums[r * sums_stride] += __builtin_convertvector(dots[r], vf) * (scale * X(r)->scale);
#undef X
}

// y[rows][count ≤ GROUP outputs] ← or += one group · rows + bias.
INLINE void NAME(finish)(
  const vf *sums, size_t count, const float *bias, bool accumulate, float *y)
{
  float values[GROUP];
  __builtin_memcpy(values, sums, sizeof values);
  for (size_t o = 0; o < count; o++) {
    const float value = bias ? values[o] + bias[o] : values[o];
    y[o] = accumulate ? y[o] + value : value;
  }
}

#define PARAMETERS                                                                                 \
  const char *group, size_t inputs, size_t rows, size_t count, const char *x, size_t x_stride,     \
    const float *bias, bool accumulate, float *y, size_t y_stride

INLINE void NAME(few)(const sk_quantized_type type, const int few, PARAMETERS) {
  vf sums[FEW][PARTS];
#pragma clang loop unroll(full)
  for (int r = 0; r < few; r++)
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) sums[r][part] = (vf){0};
  const char *w = group + scale_bytes(inputs);
  const size_t blocks = blocks_of(inputs);
  for (size_t b = 0; b < blocks; b++) {
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      NAME(prepared) steps[STEPS];
      NAME(unpack)(type, w + b * block_bytes(type) + 4 * LANES * part, steps);
      const vf scale =
        HALF_TO_FLOAT(group + sizeof(uint16_t) * (b * GROUP + (size_t)(LANES * part)));
      NAME(multiply)(
        few, steps, scale, x + b * sizeof(sk_row_block), x_stride, &sums[0][part], PARTS);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < few; r++)
    NAME(finish)(sums[r], count, bias, accumulate, y + (size_t)r * y_stride);
}

INLINE void NAME(many)(const sk_quantized_type type, PARAMETERS) {
  vf sums[MAX_ROWS][PARTS];
  __builtin_memset(sums, 0, rows * sizeof sums[0]);
  const char *w = group + scale_bytes(inputs);
  const size_t blocks = blocks_of(inputs);
  for (size_t b = 0; b < blocks; b++) {
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      NAME(prepared) steps[STEPS];
      NAME(unpack)(type, w + b * block_bytes(type) + 4 * LANES * part, steps);
      const vf scale =
        HALF_TO_FLOAT(group + sizeof(uint16_t) * (b * GROUP + (size_t)(LANES * part)));
      const char *row = x + b * sizeof(sk_row_block);
      vf *sum = &sums[0][part];
      size_t r = 0;
      for (; r + TOGETHER <= rows; r += TOGETHER) {
        NAME(multiply)(TOGETHER, steps, scale, row, x_stride, sum, PARTS);
        row += TOGETHER * x_stride;
        sum += TOGETHER * PARTS;
      }
      for (; r < rows; r++) {
        NAME(multiply)(1, steps, scale, row, x_stride, sum, PARTS);
        row += x_stride;
        sum += PARTS;
      }
    }
  }
  for (size_t r = 0; r < rows; r++)
    NAME(finish)(sums[r], count, bias, accumulate, y + r * y_stride);
}

#define DEFINE(TYPE)                                                                               \
  static __attribute__((noinline)) void NAME(TYPE##_1)(PARAMETERS) {                               \
    NAME(few)(SK_##TYPE, 1, group, inputs, rows, count, x, x_stride, bias, accumulate, y, y_stride);  \
  }                                                                                                \
  static __attribute__((noinline)) void NAME(TYPE##_many)(PARAMETERS) {                            \
    NAME(many)(SK_##TYPE, group, inputs, rows, count, x, x_stride, bias, accumulate, y, y_stride); \
  }
DEFINE(Q8)
DEFINE(Q4)

#define CHUNK 131072

void NAME(sk_quantized_matmul)(
  const sk_quantized_matrix *m, const void *x, size_t x_stride, size_t rows, bool accumulate,
  float *y, size_t y_stride, sk_team *team, int thread)
{
  // Threads share the groups as they do the outputs of sk_matmul.
  const size_t bytes = group_bytes(m->type, m->inputs), all = groups_of(m->outputs);
  const size_t passes = (rows + MAX_ROWS - 1) / MAX_ROWS;
  const size_t each = CHUNK / ((rows + 7) / 8) / bytes + 1;
  const size_t threads = sk_team_threads(team);
  sk_counter alone = {0};
  const sk_loop loop = team ? sk_team_loop(team, thread) : (sk_loop){&alone};
  for (size_t i = 0; i < threads && i <= SK_NEIGHBOURS; i++) {
    const size_t owner = ((size_t)thread + i) % threads;
    const size_t begin = all * owner / threads, end = all * (owner + 1) / threads;
    const size_t chunks = (end - begin + each - 1) / each;
    for (size_t c; (c = sk_team_take(loop, owner)) < chunks;) {
      const size_t first = begin + c * each, stop = first + each < end ? first + each : end;
      for (size_t g = first; g < stop; g++) {
        for (size_t pass = 0; pass < passes; pass++) {
          const size_t output = g * GROUP;
          const size_t count = m->outputs - output < GROUP ? m->outputs - output : GROUP;
          const size_t from = rows * pass / passes, to = rows * (pass + 1) / passes;
          (to - from == 1 ? m->type == SK_Q8 ? NAME(Q8_1) : NAME(Q4_1)
           : m->type == SK_Q8 ? NAME(Q8_many) : NAME(Q4_many))(
            (const char *)m->weights + g * bytes, m->inputs, to - from, count,
            (const char *)x + from * x_stride, x_stride, m->bias ? m->bias + output : NULL,
            accumulate, y + from * y_stride + output, y_stride);
        }
      }
    }
  }
}
