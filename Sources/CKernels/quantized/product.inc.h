// The template of products in low precision. The including file defines
//   NAME(f)     the function's name for its instructions
//   LANES       outputs per vector: 4, 8 or 16
//   MAX_ROWS    rows of a tile
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

// sums[part][row] += one block of a group · one block of each row.
INLINE void NAME(block)(
  const sk_quantized_type type, const int rows, const char *w, const char *scales, const char *x,
  size_t x_stride, vf sums[PARTS][MAX_ROWS])
{
#define X(r) ((const sk_row_block *)(x + (r) * x_stride))
#pragma clang loop unroll(full)
  for (int part = 0; part < PARTS; part++) {
    vi dots[MAX_ROWS];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) dots[r] = (vi){0} + (WITH_OFFSET ? X(r)->start : 0);
#pragma clang loop unroll(full)
    for (int step = 0; step < STEPS; step += 2) {
      vb both[2];
      const char *from = w + 4 * LANES * part + 4 * GROUP * (type == SK_Q8 ? step : step / 2);
      __builtin_memcpy(&both[0], from, sizeof(vb));
      if (type == SK_Q8) {
        __builtin_memcpy(&both[1], from + 4 * GROUP, sizeof(vb));
      } else {
        both[1] = LOOKUP(both[0] >> 4);
        both[0] = LOOKUP(both[0] & 15);
      }
#pragma clang loop unroll(full)
      for (int half = 0; half < 2; half++) {
        const NAME(prepared) weights = NAME(prepare)(both[half]);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          int32_t four;
          __builtin_memcpy(&four, X(r)->values + STEP * (step + half), sizeof four);
          dots[r] = NAME(dot)(dots[r], weights, (vi){0} + four);
        }
      }
    }
    const vf scale = HALF_TO_FLOAT(scales + sizeof(uint16_t) * LANES * part);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
      sums[part][r] += __builtin_convertvector(dots[r], vf) * (scale * X(r)->scale);
  }
#undef X
}

// y[rows][count ≤ GROUP outputs] ← or += one group · rows + bias.
INLINE void NAME(tile)(
  const sk_quantized_type type, const int rows, const char *group, size_t inputs, size_t count,
  const char *x, size_t x_stride, const float *bias, bool accumulate, float *y, size_t y_stride)
{
  vf sums[PARTS][MAX_ROWS];
#pragma clang loop unroll(full)
  for (int part = 0; part < PARTS; part++)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[part][r] = (vf){0};
  const char *w = group + scale_bytes(inputs), *scales = group;
  const size_t blocks = blocks_of(inputs);
  for (size_t b = 0; b < blocks; b++) {
    NAME(block)(type, rows, w, scales, x, x_stride, sums);
    w += block_bytes(type);
    scales += sizeof(uint16_t) * GROUP;
    x += sizeof(sk_row_block);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float values[GROUP];
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++)
      __builtin_memcpy(values + LANES * part, &sums[part][r], sizeof(vf));
    float *target = y + (size_t)r * y_stride;
    for (size_t o = 0; o < count; o++) {
      const float value = bias ? values[o] + bias[o] : values[o];
      target[o] = accumulate ? target[o] + value : value;
    }
  }
}

typedef void (*NAME(tile_function))(
  const char *, size_t, size_t, const char *, size_t, const float *, bool, float *, size_t);
#define DEFINE_TILE(TYPE, ROWS)                                                                    \
  static __attribute__((noinline)) void NAME(tile_##TYPE##_##ROWS)(                                \
    const char *group, size_t inputs, size_t count, const char *x, size_t x_stride,                \
    const float *bias, bool accumulate, float *y, size_t y_stride)                                 \
  {                                                                                                \
    NAME(tile)(                                                                                    \
      SK_##TYPE, ROWS, group, inputs, count, x, x_stride, bias, accumulate, y, y_stride);          \
  }
#define DEFINE_TILES(TYPE)                                                                         \
  DEFINE_TILE(TYPE, 1)                                                                             \
  DEFINE_TILE(TYPE, 2)                                                                             \
  DEFINE_TILE(TYPE, 3)                                                                             \
  DEFINE_TILE(TYPE, 4)
DEFINE_TILES(Q8)
DEFINE_TILES(Q4)
#define TILES(TYPE)                                                                                \
  {NAME(tile_##TYPE##_1), NAME(tile_##TYPE##_2), NAME(tile_##TYPE##_3), NAME(tile_##TYPE##_4)}
static const NAME(tile_function) NAME(tiles)[2][MAX_ROWS] = {
  [SK_Q8] = TILES(Q8), [SK_Q4] = TILES(Q4)};

#define CHUNK 131072

void NAME(sk_quantized_matmul)(
  const sk_quantized_matrix *m, const void *x, size_t x_stride, size_t rows, bool accumulate,
  float *y, size_t y_stride, sk_team *team, int thread)
{
  // Threads share the groups as they do the outputs of sk_matmul.
  const size_t bytes = group_bytes(m->type, m->inputs), all = groups_of(m->outputs);
  const size_t tiles = (rows + MAX_ROWS - 1) / MAX_ROWS;
  const size_t each = CHUNK / tiles / bytes + 1;
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
        const size_t output = g * GROUP;
        const size_t count = m->outputs - output < GROUP ? m->outputs - output : GROUP;
        for (size_t tile = 0; tile < tiles; tile++) {
          const size_t from = rows * tile / tiles, to = rows * (tile + 1) / tiles;
          NAME(tiles)[m->type][to - from - 1](
            (const char *)m->weights + g * bytes, m->inputs, count,
            (const char *)x + from * x_stride, x_stride, m->bias ? m->bias + output : NULL,
            accumulate, y + from * y_stride + output, y_stride);
        }
      }
    }
  }
}
