#include "multiply.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

// y[rows][count ≤ TILE] ← or += the terms of sums[TILE][width], the smallest first, + bias.
static void finish(
  const float *sums, const sk_tile_group group, size_t count, const float *bias, bool accumulate,
  float *y, size_t y_stride)
{
  const size_t rows = group.rows, width = group.width;
  const __mmask16 kept = (__mmask16)((1u << count) - 1), present = (__mmask16)((1u << rows) - 1);
  __m512i v[TILE];
  if (rows <= 2) {
    const __m512i lanes =
      _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i at = _mm512_mullo_epi32(lanes, _mm512_set1_epi32((int)width));
#define TERM(term) _mm512_i32gather_ps(at, sums + (term) * rows + row, 4)
    for (size_t row = 0; row < rows; row++)
      v[row] = _mm512_castps_si512(_mm512_add_ps(_mm512_add_ps(TERM(2), TERM(1)), TERM(0)));
#undef TERM
  } else {
#define TERM(term) _mm512_maskz_loadu_ps(present, sums + output * width + (term) * rows)
#pragma clang loop unroll(full)
    for (int output = 0; output < TILE; output++)
      v[output] = _mm512_castps_si512(_mm512_add_ps(_mm512_add_ps(TERM(2), TERM(1)), TERM(0)));
#undef TERM
    transpose(v);
  }
  for (size_t row = 0; row < rows; row++) {
    float *target = y + row * y_stride;
    __m512 value = _mm512_castsi512_ps(v[row]);
    if (bias) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(kept, bias));
    if (accumulate) value = _mm512_add_ps(_mm512_maskz_loadu_ps(kept, target), value);
    _mm512_mask_storeu_ps(target, kept, value);
  }
}

// Steps from … of a tile with `outputs` outputs, of which some are not there, or not all of a step's
// inputs: with copies filled up with zeros, for not a byte is read past the weights' end.
static void multiply_edge(
  sk_walk walk, size_t from, size_t inputs, size_t outputs, bool continues, float *sums)
{
  enum { STEPS = 8 };
  const size_t kind = (walk.pair_bytes - 1) / 64, row_bytes = walk.row_bytes;
  const char *weights = walk.weights, *columns = walk.columns;
  for (size_t step = from; step < steps_of(inputs); step += STEPS) {
    char copy[TILE][STEPS * STEP * 2] = {{0}};
    const size_t left = inputs - step * STEP, count = left < STEPS * STEP ? left : STEPS * STEP;
    for (size_t o = 0; o < outputs; o++)
      __builtin_memcpy(copy[o], weights + o * row_bytes + step * STEP * 2, 2 * count);
    walk.weights = copy[0];
    walk.row_bytes = sizeof copy[0];
    walk.columns = columns + step * walk.step_bytes;
    walk.steps = steps_of(count);
    walk.lead = 0;
    multiplications[kind].one(walk, continues, sums);
    continues = true;
  }
}

// Rows of weights that are shorter than this many bytes are asked for ahead, as they follow one
// another in memory; the processor sees by itself how longer ones go on.
// Figures: Experiments/engine-speed/NOTES.md.
#define LONG_ROW 4096

// Outputs of `count` tiles, `apart` tiles apart, for a group of rows.
static void product(
  const sk_matrix *m, size_t tile, size_t count, size_t apart, const sk_tile_group group,
  const char *columns, bool accumulate, float *y, size_t y_stride)
{
  const size_t row_bytes = 2 * m->inputs, whole = m->inputs / STEP;
  const size_t kind = (group.width - 1) / TILE;
  const sk_walk walk = {
    (const char *)m->weights + tile * TILE * row_bytes, row_bytes, apart * TILE * row_bytes, columns,
    4 * group.width, group.step_bytes, whole, row_bytes < LONG_ROW ? TILE * row_bytes : 0};
  _Alignas(64) float sums[4 * TILE * TERMS * TILE];
  const size_t last = m->outputs - (tile + (count - 1) * apart) * TILE;
  const bool is_whole = last >= TILE;
  if (is_whole)
    (count > 1 ? multiplications[kind].several : multiplications[kind].one)(walk, false, sums);
  for (size_t j = 0; j < count; j++) {
    const size_t output = (tile + j * apart) * TILE, outputs = is_whole ? TILE : last;
    float *own = sums + j * TILE * group.width;
    if (!is_whole || whole * STEP < m->inputs) {
      sk_walk edge = walk;
      edge.weights += j * walk.tile_bytes;
      multiply_edge(edge, is_whole ? whole : 0, m->inputs, outputs, is_whole, own);
    }
    finish(
      own, group, outputs, m->bias ? m->bias + output : NULL, accumulate, y + output, y_stride);
  }
}

// Bytes of weights in a chunk for one group of rows: some microseconds of reading.
#define CHUNK 131072

void sk_tile_matmul(
  const sk_matrix *m, const void *x, size_t rows, bool accumulate, float *y, size_t y_stride,
  sk_team *team, int thread)
{
  // Each thread has a share of the tiles of outputs, cut into chunks; it takes those of its own
  // share and then those that others have not come to, as in sk_matmul. Tiles that are multiplied
  // at once lie far apart: long streams of weights. Groups of rows go over a chunk one by one.
  const size_t groups = groups_of(rows), tiles = (m->outputs + TILE - 1) / TILE;
  // A last tile of fewer outputs stays out of the streams.
  const size_t several = multiplications[(group_of(rows / groups).width - 1) / TILE].tiles;
  const size_t each = CHUNK / groups / (several * TILE * 2 * m->inputs) + 1;
  const size_t threads = sk_team_threads(team);
  size_t configured = 0;
  sk_counter alone = {0};
  const sk_loop loop = team ? sk_team_loop(team, thread) : (sk_loop){&alone};
  for (size_t i = 0; i < threads && i <= SK_NEIGHBOURS; i++) {
    const size_t owner = ((size_t)thread + i) % threads;
    const size_t begin = tiles * owner / threads, end = tiles * (owner + 1) / threads;
    const size_t whole = end * TILE > m->outputs ? end - 1 : end;
    const size_t apart = whole > begin ? (whole - begin) / several : 0;
    const size_t chunks = apart > each ? apart / each : 1;
    for (size_t c; (c = sk_team_take(loop, owner)) < chunks;) {
      const bool is_last = c + 1 == chunks;
      const size_t first = begin + c * each, last = is_last ? begin + apart : first + each;
      const char *columns = x;
      for (size_t g = 0; g < groups; g++) {
        const size_t from = first_row(rows, g);
        const sk_tile_group group = group_of(first_row(rows, g + 1) - from);
        if (configured != group.width) configure(configured = group.width);
        float *target = y + from * y_stride;
        for (size_t t = first; t < last; t++)
          product(m, t, several, apart, group, columns, accumulate, target, y_stride);
        if (is_last)
          for (size_t t = begin + apart * several; t < end; t++)
            product(m, t, 1, 0, group, columns, accumulate, target, y_stride);
        columns += steps_of(m->inputs) * group.step_bytes;
      }
    }
  }
  if (configured) _tile_release();
}

#pragma clang attribute pop
#else
void sk_tile_matmul(
  const sk_matrix *matrix, const void *x, size_t rows, bool accumulate, float *y, size_t y_stride,
  sk_team *team, int thread)
{
  __builtin_trap();  // no machine of this kind has tiles
}
#endif
