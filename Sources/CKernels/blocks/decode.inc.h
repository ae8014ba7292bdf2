// Part of the template: up to eight blocks of 32 weights of LANES outputs, or one of 256, unpacked
// into the first cache, where all rows meet them.
//
// A lane is an output. 16 bytes of each are read at once and transposed.

typedef struct {
  // [block][step]; of Q6_K two scales a block.
  NAME(prepared) steps[DECODED][STEPS];
  vf scales[2 * DECODED];
  vf least[DECODED];
  // Integers are too large by 128 shifted right by so much.
  int excess;
} NAME(decoded);

// Unpacked integers are multiplied as they are, or become what `prepare` takes, 128 too large.
INLINE NAME(prepared) NAME(prepare_step)(const sk_type type, VU q) {
  const int more = WITH_OFFSET ? 0 : 128 - excess_of(type);
  vb bytes = (vb)q;
  if (type == SK_Q8_0) bytes ^= 128;
  else if (more) bytes += (uint8_t)more;
  return NAME(prepare)(bytes);
}

// Headers of blocks of 32 are four bytes of each output, collected some blocks ahead: a vector must
// not be read while the parts that it consists of are still on their way to the cache.
typedef struct {
  _Alignas(64) uint32_t heads[DECODED][GROUP], bits[DECODED][GROUP];
} NAME(headers);

static __attribute__((noinline)) void NAME(collect)(
  sk_type type, const char *w, size_t stride, size_t blocks, NAME(headers) *headers)
{
  const size_t high = type == SK_Q5_0 ? 2 : type == SK_Q5_1 ? 4 : 0;
  for (size_t b = 0; b < blocks; b++, w += block_bytes_of(type))
#pragma clang loop unroll(full)
    for (int o = 0; o < GROUP; o++) {
      uint32_t word;
      __builtin_memcpy(&word, w + o * stride, sizeof word);
      // Volatile: number by number, without vectors that would have to be put together.
      ((volatile uint32_t *)headers->heads[b])[o] = word;
      if (!high) continue;
      __builtin_memcpy(&word, w + o * stride + high, sizeof word);
      ((volatile uint32_t *)headers->bits[b])[o] = word;
    }
}

// A block of LANES outputs becomes the b-th decoded one.
INLINE void NAME(decode_block)(
  const sk_type type, const char *w, size_t stride, const uint32_t *heads, const uint32_t *bits,
  NAME(decoded) *to, size_t b)
{
  VU h, f = {0}, q[STEPS];
  __builtin_memcpy(&h, heads, sizeof h);
  if (type == SK_Q5_0 || type == SK_Q5_1) __builtin_memcpy(&f, bits, sizeof f);
  NAME(unpack_block)(type, w, stride, f, q);
#pragma clang loop unroll(full)
  for (int i = 0; i < STEPS; i++) to->steps[b][i] = NAME(prepare_step)(type, q[i]);
  to->scales[b] = HALVES(h);
  if (has_least(type)) to->least[b] = HALVES(h >> 16);
}

INLINE void NAME(decode_small)(
  const sk_type type, const char *w, size_t stride, size_t blocks, const NAME(headers) *headers,
  int part, NAME(decoded) *to)
{
  for (size_t b = 0; b < blocks; b++, w += block_bytes_of(type))
    NAME(decode_block)(
      type, w, stride, headers->heads[b] + LANES * part, headers->bits[b] + LANES * part, to, b);
}

INLINE void NAME(decode_4_5)(
  const sk_type type, const char *w, size_t stride, NAME(decoded) *to)
{
  NAME(unpack_scales)(w, stride, to->scales, to->least);
  VU high[STEPS];
  if (type == SK_Q5_K) {
    NAME(load_words)(w + 16, stride, high);
    NAME(load_words)(w + 32, stride, high + 4);
  }
  const char *low = w + (type == SK_Q5_K ? 48 : 16);
  for (int j = 0; j < DECODED; j += 2, low += 32) {
    VU both[STEPS];
    NAME(load_words)(low, stride, both);
    NAME(load_words)(low + 16, stride, both + 4);
#pragma clang loop unroll(full)
    for (int i = 0; i < STEPS; i++) {
#pragma clang loop unroll(full)
      for (int half = 0; half < 2; half++) {
        VU q = both[i] >> (4 * half) & NIBBLES;
        if (type == SK_Q5_K) q |= (high[i] >> (j + half) & 0x01010101) << 4;
        to->steps[j + half][i] = NAME(prepare_step)(type, q);
      }
    }
  }
}

INLINE void NAME(decode_6)(const char *w, size_t stride, NAME(decoded) *to) {
  NAME(unpack_scales_6)(w, stride, to->scales);
  for (int n = 0; n < 2; n++) {
    for (int k = 0; k < 2; k++) {
      // The k-th 16 of 32: their upper two bits are of four blocks, their lower four of two each.
      VU low[2][4], high[4];
      NAME(load_words)(w + 64 * n + 16 * k, stride, low[0]);
      NAME(load_words)(w + 64 * n + 32 + 16 * k, stride, low[1]);
      NAME(load_words)(w + 128 + 32 * n + 16 * k, stride, high);
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) {
          const VU q =
            (low[j % 2][i] >> (j / 2 * 4) & NIBBLES) | (high[i] >> (2 * j) & 0x03030303) << 4;
          to->steps[4 * n + j][4 * k + i] = NAME(prepare_step)(SK_Q6_K, q);
        }
      }
    }
  }
}

// Blocks from w on, LANES outputs `stride` bytes apart; `headers` of small ones, which are the
// group's `part`.
#define DEFINE_DECODE(TYPE, CALL)                                                                  \
  static __attribute__((noinline)) void NAME(decode_##TYPE)(                                       \
    const char *w, size_t stride, size_t blocks, const NAME(headers) *headers, int part,           \
    NAME(decoded) *to)                                                                             \
  {                                                                                                \
    const sk_type type = SK_##TYPE;                                                                \
    to->excess = excess_shift(type);                                                               \
    CALL;                                                                                          \
  }
#define SMALL NAME(decode_small)(type, w, stride, blocks, headers, part, to)
#define LARGE NAME(decode_4_5)(type, w, stride, to)
DEFINE_DECODE(Q8_0, SMALL)
DEFINE_DECODE(Q4_0, SMALL)
DEFINE_DECODE(Q4_1, SMALL)
DEFINE_DECODE(Q5_0, SMALL)
DEFINE_DECODE(Q5_1, SMALL)
DEFINE_DECODE(Q4_K, LARGE)
DEFINE_DECODE(Q5_K, LARGE)
DEFINE_DECODE(Q6_K, NAME(decode_6)(w, stride, to))
#undef SMALL
#undef LARGE

typedef void (*NAME(decode_function))(
  const char *, size_t, size_t, const NAME(headers) *, int, NAME(decoded) *);
static const NAME(decode_function) NAME(decode_table)[] = {
  [SK_Q8_0] = NAME(decode_Q8_0), [SK_Q4_0] = NAME(decode_Q4_0), [SK_Q4_1] = NAME(decode_Q4_1),
  [SK_Q5_0] = NAME(decode_Q5_0), [SK_Q5_1] = NAME(decode_Q5_1), [SK_Q4_K] = NAME(decode_Q4_K),
  [SK_Q5_K] = NAME(decode_Q5_K), [SK_Q6_K] = NAME(decode_Q6_K)};
