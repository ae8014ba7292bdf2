// The template of products with GGUF's blocks, included after quantized/product.inc.h, whose dot
// products it uses. The including file defines besides
//   HALVES(v)   the half floats in the lower halves of LANES 32-bit integers, widened
//   SPREAD(v)   optional: bit 4 of each of four bytes ← the lowest four bits
//   TILES       optional: products are the matrix unit's
//
// A group of 16 outputs is read eight blocks of 32 at a time, which are unpacked once for all rows.

#include "lanes.inc.h"
#include "decode.inc.h"
#ifdef TILES
#include "tiles.inc.h"
#else
#include "multiply.inc.h"
#endif

typedef void (*NAME(multiply_function))(
  const NAME(decoded) *, size_t, const char *, size_t, size_t, sk_lead, vf *);
static const NAME(multiply_function) NAME(multiply_table)[] = {
  [NO_MORE] = NAME(multiply_NO_MORE),
  [A_LEAST] = NAME(multiply_A_LEAST),
#ifndef TILES
  [TWO_SCALES] = NAME(multiply_TWO_SCALES),
#endif
};

#ifndef TILES
// One row of blocks of 32: each is multiplied as soon as it is unpacked, for there is no further
// row that could read it from the cache.
INLINE void NAME(one_row)(
  const sk_type type, const char *w, size_t stride, size_t blocks, const NAME(headers) *headers,
  const char *x, sk_lead *lead, vf *sums)
{
  for (size_t b = 0; b < blocks; b++, w += block_bytes_of(type), x += sizeof(sk_split_block)) {
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      NAME(decoded) block;
      block.excess = excess_shift(type);
      NAME(decode_block)(
        type, w + LANES * part * stride, stride, headers->heads[b] + LANES * part,
        headers->bits[b] + LANES * part, &block, 0);
      NAME(multiply_rows)(kind_of(type), 1, &block, 1, x, 0, lead, sums + part);
    }
  }
}
#define DEFINE_ONE(TYPE)                                                                           \
  static __attribute__((noinline)) void NAME(one_row_##TYPE)(                                      \
    const char *w, size_t stride, size_t blocks, const NAME(headers) *headers, const char *x,      \
    sk_lead lead, vf *sums)                                                                        \
  {                                                                                                \
    NAME(one_row)(SK_##TYPE, w, stride, blocks, headers, x, &lead, sums);                          \
  }
DEFINE_ONE(Q8_0)
DEFINE_ONE(Q4_0)
DEFINE_ONE(Q4_1)
DEFINE_ONE(Q5_0)
DEFINE_ONE(Q5_1)

typedef void (*NAME(one_row_function))(
  const char *, size_t, size_t, const NAME(headers) *, const char *, sk_lead, vf *);
static const NAME(one_row_function) NAME(one_row_table)[] = {
  [SK_Q8_0] = NAME(one_row_Q8_0), [SK_Q4_0] = NAME(one_row_Q4_0), [SK_Q4_1] = NAME(one_row_Q4_1),
  [SK_Q5_0] = NAME(one_row_Q5_0), [SK_Q5_1] = NAME(one_row_Q5_1)};
#endif

// sums[rows][PARTS] ← a group of outputs `stride` bytes apart · rows.
static void NAME(block_sums)(
  const sk_type type, const char *w, size_t stride, size_t inputs, const char *x, size_t x_stride,
  size_t rows, vf *sums)
{
  NAME(decoded) decoded;
  NAME(headers) headers[2];
  const NAME(multiply_function) multiply = NAME(multiply_table)[kind_of(type)];
  const NAME(decode_function) decode = NAME(decode_table)[type];
  const size_t blocks = inputs / BLOCK, bytes = block_bytes_of(type);
  const size_t bytes_of_32 = is_super(type) ? bytes / DECODED : bytes;
  // The next group follows this one in memory.
  sk_lead lead = {w + GROUP * blocks * bytes_of_32, LANES * bytes_of_32};
  __builtin_memset(sums, 0, rows * PARTS * sizeof *sums);
#define COLLECT(first)                                                                             \
  if (!is_super(type) && (first) < blocks)                                                         \
    NAME(collect)(                                                                                 \
      type, w + (first) * bytes, stride, blocks - (first) < DECODED ? blocks - (first) : DECODED,  \
      &headers[(first) / DECODED % 2])
  COLLECT(0);
  for (size_t b = 0; b < blocks; b += DECODED) {
    const size_t some = blocks - b < DECODED ? blocks - b : DECODED;
    COLLECT(b + DECODED);
#ifndef TILES
    if (rows == 1 && !is_super(type)) {
      NAME(one_row_table)[type](
        w + b * bytes, stride, some, &headers[b / DECODED % 2], x + b * sizeof(sk_split_block),
        lead, sums);
      lead.next += GROUP * some * bytes;
      continue;
    }
#endif
    for (int part = 0; part < PARTS; part++) {
      const char *own = w + LANES * part * stride + (is_super(type) ? b / DECODED : b) * bytes;
      decode(own, stride, some, &headers[b / DECODED % 2], part, &decoded);
      multiply(&decoded, some, x + b * sizeof(sk_split_block), x_stride, rows, lead, sums + part);
      lead.next += LANES * some * bytes_of_32;
    }
  }
#undef COLLECT
}

// Outputs first … first + count for all rows. Where these are no whole group, the group is one that
// ends with them, and what it has of others is not used; fewer than a group has in all are computed
// one by one, each in all lanes.
static void NAME(block_outputs)(
  const sk_matrix *m, size_t first, size_t count, const char *x, size_t x_stride, size_t rows,
  bool accumulate, float *y, size_t y_stride)
{
  const size_t row_bytes = sk_row_bytes(m->type, m->inputs);
  if (m->outputs < GROUP && count > 1) {
    for (size_t o = first; o < first + count; o++)
      NAME(block_outputs)(m, o, 1, x, x_stride, rows, accumulate, y, y_stride);
    return;
  }
  const bool is_one = m->outputs < GROUP;
  const size_t begin = is_one ? first : first + count - GROUP, skipped = first - begin;
  const char *w = (const char *)m->weights + begin * row_bytes;
  vf sums[MAX_SUMS][PARTS];
  for (size_t from = 0; from < rows; from += MAX_SUMS) {
    const size_t some = rows - from < MAX_SUMS ? rows - from : MAX_SUMS;
    NAME(block_sums)(
      m->type, w, is_one ? 0 : row_bytes, m->inputs, x + from * x_stride, x_stride, some, sums[0]);
    for (size_t r = 0; r < some; r++) {
      float *target = y + (from + r) * y_stride + first;
      const float *bias = m->bias ? m->bias + first : NULL;
      if (skipped == 0) {
        NAME(finish)(sums[r], count, bias, accumulate, target);
      } else {
        for (size_t o = 0; o < count; o++) {
          const float sum = sums[r][(o + skipped) / LANES][(o + skipped) % LANES];
          const float value = bias ? sum + bias[o] : sum;
          target[o] = accumulate ? target[o] + value : value;
        }
      }
    }
  }
}

void NAME(sk_block_matmul)(
  const sk_matrix *m, const void *x, size_t x_stride, size_t rows, bool accumulate, float *y,
  size_t y_stride, sk_team *team, int thread)
{
#ifdef TILES
  // Where the unit gains nothing.
  if (rows < TILES || kind_of(m->type) == TWO_SCALES) {
    sk_block_matmul_avx512_vnni(m, x, x_stride, rows, accumulate, y, y_stride, team, thread);
    return;
  }
  configure(rows);
#endif
  // Each thread has a share of the groups, cut into chunks; it takes those of its own share and
  // then those that others have not come to, as in sk_matmul.
  const size_t groups = groups_of(m->outputs), bytes = GROUP * sk_row_bytes(m->type, m->inputs);
  const size_t each = CHUNK / (bytes * ((rows + 7) / 8)) + 1;
  const size_t threads = sk_team_threads(team);
  sk_counter alone = {0};
  const sk_loop loop = team ? sk_team_loop(team, thread) : (sk_loop){&alone};
  for (size_t i = 0; i < threads && i <= SK_NEIGHBOURS; i++) {
    const size_t owner = ((size_t)thread + i) % threads;
    const size_t begin = groups * owner / threads, end = groups * (owner + 1) / threads;
    for (size_t chunk; begin + (chunk = sk_team_take(loop, owner)) * each < end;) {
      const size_t first = begin + chunk * each, after = first + each < end ? first + each : end;
      for (size_t g = first; g < after; g++) {
        const size_t left = m->outputs - g * GROUP;
        NAME(block_outputs)(
          m, g * GROUP, left < GROUP ? left : GROUP, x, x_stride, rows, accumulate, y, y_stride);
      }
    }
  }
#ifdef TILES
  _tile_release();
#endif
}
