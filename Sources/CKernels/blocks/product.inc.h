// The template of products with GGUF's blocks, included after quantized/product.inc.h, whose dot
// products it uses. The including file defines besides
//   HALVES(v)   the half floats in the lower halves of LANES 32-bit integers, widened
//   SPREAD(v)   optional: bit 4 of each of four bytes ← the lowest four bits
//
// A group of 16 outputs is read block by block: 16 bytes of each, transposed, so that a lane is an
// output. What is unpacked once is multiplied with all rows.

#include "lanes.inc.h"

// What weights are too large by when they are unpacked.
#define EXCESS(type)                                                                               \
  ((type) == SK_Q8_0     ? 128                                                                     \
     : (type) == SK_Q4_0 ? 8                                                                       \
     : (type) == SK_Q5_0 ? 16                                                                      \
     : (type) == SK_Q6_K ? 32                                                                      \
                         : 0)
#define HAS_LEAST(type)                                                                            \
  ((type) == SK_Q4_1 || (type) == SK_Q5_1 || (type) == SK_Q4_K || (type) == SK_Q5_K)

// sums[row · PARTS] += 32 weights of LANES outputs · a block of the row. Q6_K has two scales.
INLINE void NAME(multiply_block)(
  const sk_type type, const int rows, const NAME(prepared) steps[STEPS], const vf scale[2],
  vf least, const char *x, size_t x_stride, vf *sums)
{
#define X(r) ((const sk_split_block *)(x + (r) * x_stride))
  const int parts = type == SK_Q6_K ? 2 : 1;
  const int excess = WITH_OFFSET ? EXCESS(type) : 0;
#pragma clang loop unroll(full)
  for (int part = 0; part < parts; part++) {
    vi dots[TOGETHER];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) dots[r] = (vi){0};
#pragma clang loop unroll(full)
    for (int low = 0; low < 2; low++) {
      if (low) {
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          // −128 times a sum of integers; wanted is the excess times it.
          const int32_t start = parts == 1 ? X(r)->start
            : part == 0                    ? X(r)->first
                                           : X(r)->start - X(r)->first;
          dots[r] = (dots[r] << 7) + (excess ? start / (128 / excess) : 0);
        }
      }
#pragma clang loop unroll(full)
      for (int step = part * STEPS / parts; step < (part + 1) * STEPS / parts; step++) {
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          int32_t four;
          __builtin_memcpy(&four, (low ? X(r)->low : X(r)->high) + STEP * step, sizeof four);
          const vi activation = (vi){0} + four;
          dots[r] = (vi)NAME(dot)((NAME(ints))dots[r], steps[step], (NAME(ints))activation);
        }
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
      sums[r * PARTS] += __builtin_convertvector(dots[r], vf) * (scale[part] * X(r)->scale);
  }
  if (HAS_LEAST(type)) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sums[r * PARTS] += least * X(r)->sum;
  }
#undef X
}

// The same for all rows.
INLINE void NAME(multiply_rows)(
  const sk_type type, const VU q[STEPS], const vf scale[2], vf least, const char *x,
  size_t x_stride, size_t rows, vf *sums)
{
  NAME(prepared) steps[STEPS];
#pragma clang loop unroll(full)
  for (int i = 0; i < STEPS; i++) {
    // Unpacked integers are multiplied as they are, or become what `prepare` takes, 128 too large.
    const int more = WITH_OFFSET ? 0 : 128 - EXCESS(type);
    vb bytes = (vb)q[i];
    if (type == SK_Q8_0) bytes ^= 128;
    else if (more) bytes += (uint8_t)more;
    steps[i] = NAME(prepare)(bytes);
  }
#define WHILE(COUNT)                                                                               \
  for (; rows >= COUNT; rows -= COUNT, x += COUNT * x_stride, sums += COUNT * PARTS)               \
    NAME(multiply_block)(type, COUNT, steps, scale, least, x, x_stride, sums);
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

// Headers of blocks of 32 are four bytes of each output, collected some blocks ahead: a vector must
// not be read while the parts that it consists of are still on their way to the cache.
#define COLLECTED 8
INLINE void NAME(collect)(
  const sk_type type, const char *w, size_t stride, size_t blocks, uint32_t heads[COLLECTED][GROUP],
  uint32_t bits[COLLECTED][GROUP])
{
  const size_t high = type == SK_Q5_0 ? 2 : type == SK_Q5_1 ? 4 : 0;
  for (size_t b = 0; b < blocks; b++, w += block_bytes_of(type))
#pragma clang loop unroll(full)
    for (int o = 0; o < GROUP; o++) {
      uint32_t word;
      __builtin_memcpy(&word, w + o * stride, sizeof word);
      // Volatile: number by number, without vectors that would have to be put together.
      ((volatile uint32_t *)heads[b])[o] = word;
      if (!high) continue;
      __builtin_memcpy(&word, w + o * stride + high, sizeof word);
      ((volatile uint32_t *)bits[b])[o] = word;
    }
}

// Asks for as many bytes as a group has in a block, as they follow one another in memory.
INLINE const char *NAME(look_ahead)(const char *ahead, const size_t bytes) {
#pragma clang loop unroll(full)
  for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(ahead + line, 0, 2);
  return ahead + bytes;
}

INLINE void NAME(small_blocks)(
  const sk_type type, const char *w, size_t stride, size_t inputs, const char *x, size_t x_stride,
  size_t rows, const char *ahead, vf *sums)
{
  const size_t bytes = block_bytes_of(type), blocks = inputs / BLOCK;
  _Alignas(64) uint32_t heads[2][COLLECTED][GROUP], bits[2][COLLECTED][GROUP];
#define COLLECT(first)                                                                             \
  if ((first) < blocks)                                                                            \
  NAME(collect)(                                                                                   \
    type, w + (first) * bytes, stride, blocks - (first) < COLLECTED ? blocks - (first) : COLLECTED,\
    heads[(first) / COLLECTED % 2], bits[(first) / COLLECTED % 2])
  COLLECT(0);
  for (size_t b = 0; b < blocks; b++, x += sizeof(sk_split_block)) {
    if (b % COLLECTED == 0) COLLECT(b + COLLECTED);
    ahead = NAME(look_ahead)(ahead, GROUP * bytes);
    const uint32_t *head = heads[b / COLLECTED % 2][b % COLLECTED];
    const uint32_t *high = bits[b / COLLECTED % 2][b % COLLECTED];
#pragma clang loop unroll(full)
    for (int part = 0; part < PARTS; part++) {
      VU h, f = {0}, q[STEPS];
      __builtin_memcpy(&h, head + LANES * part, sizeof h);
      if (type == SK_Q5_0 || type == SK_Q5_1) __builtin_memcpy(&f, high + LANES * part, sizeof f);
      NAME(unpack_block)(type, w + b * bytes + LANES * part * stride, stride, f, q);
      const vf scale = HALVES(h), least = HAS_LEAST(type) ? HALVES(h >> 16) : (vf){0};
      NAME(multiply_rows)(type, q, &scale, least, x, x_stride, rows, sums + part);
    }
  }
#undef COLLECT
}

INLINE void NAME(large_block_4_5)(
  const sk_type type, const char *w, size_t stride, const char *x, size_t x_stride, size_t rows,
  vf *sums)
{
  vf scales[8], least[8];
  NAME(unpack_scales)(w, stride, scales, least);
  VU high[STEPS];
  if (type == SK_Q5_K) {
    NAME(load_words)(w + 16, stride, high);
    NAME(load_words)(w + 32, stride, high + 4);
  }
  const char *low = w + (type == SK_Q5_K ? 48 : 16);
  for (int j = 0; j < 8; j += 2, low += 32) {
    VU both[STEPS], q[STEPS];
    NAME(load_words)(low, stride, both);
    NAME(load_words)(low + 16, stride, both + 4);
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; half++, x += sizeof(sk_split_block)) {
#pragma clang loop unroll(full)
      for (int i = 0; i < STEPS; i++) {
        q[i] = both[i] >> (4 * half) & NIBBLES;
        if (type == SK_Q5_K) q[i] |= (high[i] >> (j + half) & 0x01010101) << 4;
      }
      NAME(multiply_rows)(type, q, &scales[j + half], least[j + half], x, x_stride, rows, sums);
    }
  }
}

INLINE void NAME(large_block_6)(
  const char *w, size_t stride, const char *x, size_t x_stride, size_t rows, vf *sums)
{
  vf scales[16];
  NAME(unpack_scales_6)(w, stride, scales);
  for (int n = 0; n < 2; n++) {
    VU low[2][STEPS], high[STEPS], q[STEPS];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++)
      NAME(load_words)(w + 64 * n + 16 * i, stride, low[i / 2] + i % 2 * 4);
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; i++)
      NAME(load_words)(w + 128 + 32 * n + 16 * i, stride, high + 4 * i);
    for (int j = 0; j < 4; j++, x += sizeof(sk_split_block)) {
#pragma clang loop unroll(full)
      for (int i = 0; i < STEPS; i++)
        q[i] = (low[j % 2][i] >> (j / 2 * 4) & NIBBLES) | (high[i] >> (2 * j) & 0x03030303) << 4;
      NAME(multiply_rows)(
        SK_Q6_K, q, &scales[8 * n + 2 * j], (vf){0}, x, x_stride, rows, sums);
    }
  }
}

INLINE void NAME(large_blocks)(
  const sk_type type, const char *w, size_t stride, size_t inputs, const char *x, size_t x_stride,
  size_t rows, const char *ahead, vf *sums)
{
  for (size_t b = 0; b < inputs / SUPER; b++) {
    ahead = NAME(look_ahead)(ahead, GROUP * block_bytes_of(type));
    for (int part = 0; part < PARTS; part++) {
      const char *own = w + LANES * part * stride;
      if (type == SK_Q6_K) NAME(large_block_6)(own, stride, x, x_stride, rows, sums + part);
      else NAME(large_block_4_5)(type, own, stride, x, x_stride, rows, sums + part);
    }
    w += block_bytes_of(type);
    x += SUPER / BLOCK * sizeof(sk_split_block);
  }
}

// sums[rows][GROUP] ← a group of outputs `stride` bytes apart · rows.
#define DEFINE_BLOCKS(TYPE, SIZE)                                                                  \
  static __attribute__((noinline)) void NAME(blocks_##TYPE)(                                       \
    const char *w, size_t stride, size_t inputs, const char *x, size_t x_stride, size_t rows,      \
    const char *ahead, vf *sums)                                                                   \
  {                                                                                                \
    __builtin_memset(sums, 0, rows * PARTS * sizeof *sums);                                        \
    NAME(SIZE##_blocks)(SK_##TYPE, w, stride, inputs, x, x_stride, rows, ahead, sums);             \
  }
DEFINE_BLOCKS(Q8_0, small)
DEFINE_BLOCKS(Q4_0, small)
DEFINE_BLOCKS(Q4_1, small)
DEFINE_BLOCKS(Q5_0, small)
DEFINE_BLOCKS(Q5_1, small)
DEFINE_BLOCKS(Q4_K, large)
DEFINE_BLOCKS(Q5_K, large)
DEFINE_BLOCKS(Q6_K, large)

typedef void (*NAME(blocks_function))(
  const char *, size_t, size_t, const char *, size_t, size_t, const char *, vf *);
static const NAME(blocks_function) NAME(blocks_table)[] = {
  [SK_Q8_0] = NAME(blocks_Q8_0), [SK_Q4_0] = NAME(blocks_Q4_0), [SK_Q4_1] = NAME(blocks_Q4_1),
  [SK_Q5_0] = NAME(blocks_Q5_0), [SK_Q5_1] = NAME(blocks_Q5_1), [SK_Q4_K] = NAME(blocks_Q4_K),
  [SK_Q5_K] = NAME(blocks_Q5_K), [SK_Q6_K] = NAME(blocks_Q6_K)};

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
    NAME(blocks_table)[m->type](
      w, is_one ? 0 : row_bytes, m->inputs, x + from * x_stride, x_stride, some,
      w + GROUP * row_bytes, sums[0]);
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
}
