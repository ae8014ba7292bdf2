// Part of the template: weights of GGUF's blocks as lanes. Everything here is the same for any
// number of lanes, a lane being an output.

typedef uint32_t NAME(vu) __attribute__((vector_size(4 * LANES)));
#define VU NAME(vu)

// Two vectors' 32-bit (64-bit) elements in turn, of the lower or upper halves of each 16 bytes.
#if LANES == 16
#define QUARTERS(a, b, c, d)                                                                       \
  a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12, b + 12, c + 12, d + 12
#elif LANES == 8
#define QUARTERS(a, b, c, d) a, b, c, d, a + 4, b + 4, c + 4, d + 4
#else
#define QUARTERS(a, b, c, d) a, b, c, d
#endif
#define LOW_32(a, b) __builtin_shufflevector(a, b, QUARTERS(0, LANES, 1, LANES + 1))
#define HIGH_32(a, b) __builtin_shufflevector(a, b, QUARTERS(2, LANES + 2, 3, LANES + 3))
#define LOW_64(a, b) __builtin_shufflevector(a, b, QUARTERS(0, 1, LANES, LANES + 1))
#define HIGH_64(a, b) __builtin_shufflevector(a, b, QUARTERS(2, 3, LANES + 2, LANES + 3))

// 16 bytes of each of LANES / 4 rows, side by side.
INLINE VU NAME(load_quarters)(const char *p, size_t stride) {
  typedef uint32_t v4 __attribute__((vector_size(16), aligned(1)));
#if LANES == 4
  return *(const v4 *)p;
#else
  typedef uint32_t v8 __attribute__((vector_size(32)));
#define TWO(p)                                                                                     \
  __builtin_shufflevector(*(const v4 *)(p), *(const v4 *)((p) + 4 * stride), 0, 1, 2, 3, 4, 5, 6, 7)
  const v8 first = TWO(p);
#if LANES == 8
  return first;
#else
  const v8 second = TWO(p + 8 * stride);
  return __builtin_shufflevector(
    first, second, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
#undef TWO
#endif
}

// words[k][lane] ← the k-th four bytes at p + lane · stride: a transposition.
INLINE void NAME(load_words)(const char *p, size_t stride, VU words[4]) {
  VU rows[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) rows[i] = NAME(load_quarters)(p + i * stride, stride);
  const VU a = LOW_32(rows[0], rows[1]), b = HIGH_32(rows[0], rows[1]);
  const VU c = LOW_32(rows[2], rows[3]), d = HIGH_32(rows[2], rows[3]);
  words[0] = LOW_64(a, c);
  words[1] = HIGH_64(a, c);
  words[2] = LOW_64(b, d);
  words[3] = HIGH_64(b, d);
}

#define NIBBLES 0x0F0F0F0Fu

// Bit 4 of each of four bytes ← the step's four of a lane's 32 bits.
INLINE VU NAME(fifth_bits)(VU bits, int step) {
  VU v = bits >> (4 * step);
#ifdef SPREAD
  return SPREAD(v);
#else
  v &= 15;
  v |= v << 14;
  v |= v << 7;
  return (v & 0x01010101) << 4;
#endif
}

// The steps of a block of 32 at w, of outputs `stride` bytes apart, with `bits` the fifth ones.
INLINE void NAME(unpack_block)(
  const sk_type type, const char *w, size_t stride, VU bits, VU q[STEPS])
{
  const size_t header = block_bytes_of(type) - (type == SK_Q8_0 ? 32 : 16);
  NAME(load_words)(w + header, stride, q);
  if (type == SK_Q8_0) {
    NAME(load_words)(w + header + 16, stride, q + 4);
    return;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    q[i + 4] = q[i] >> 4 & NIBBLES;
    q[i] &= NIBBLES;
  }
  if (type != SK_Q5_0 && type != SK_Q5_1) return;
#pragma clang loop unroll(full)
  for (int i = 0; i < STEPS; i++) q[i] |= NAME(fifth_bits)(bits, i);
}

// The scales and least values of the eight parts of a block of Q4_K or Q5_K.
INLINE void NAME(unpack_scales)(const char *w, size_t stride, vf scales[8], vf least[8]) {
  VU h[4];
  NAME(load_words)(w, stride, h);
  const vf d = HALVES(h[0]), m = -HALVES(h[0] >> 16);
#pragma clang loop unroll(full)
  for (int j = 0; j < 4; j++) {
    const VU s = h[1] >> (8 * j), l = h[2] >> (8 * j), both = h[3] >> (8 * j);
#define FLOATS(v) __builtin_convertvector((vi)(v), vf)
    scales[j] = d * FLOATS(s & 63);
    least[j] = m * FLOATS(l & 63);
    scales[j + 4] = d * FLOATS((both & 15) | (s >> 6 & 3) << 4);
    least[j + 4] = m * FLOATS((both >> 4 & 15) | (l >> 6 & 3) << 4);
  }
}

// The scales of the sixteen parts of a block of Q6_K.
INLINE void NAME(unpack_scales_6)(const char *w, size_t stride, vf scales[16]) {
  VU words[4], last[4];
  NAME(load_words)(w + 192, stride, words);
  NAME(load_words)(w + 194, stride, last);
  const vf d = HALVES(last[3] >> 16);
#pragma clang loop unroll(full)
  for (int j = 0; j < 16; j++)
    scales[j] = d * FLOATS((vi)(words[j / 4] << (24 - 8 * (j % 4))) >> 24);
#undef FLOATS
}
