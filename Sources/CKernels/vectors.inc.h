// Part of the template: vectors, their sum and exponential.

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef float vf_any __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint32_t vu __attribute__((vector_size(4 * LANES)));
typedef uint32_t vu_any __attribute__((vector_size(4 * LANES), aligned(1)));
typedef int32_t vi __attribute__((vector_size(4 * LANES)));

#if defined(__x86_64__)
#define VECTOR_REGISTER(v) "+v"(v)
#else
#define VECTOR_REGISTER(v) "+w"(v)
#endif
#define INLINE static inline __attribute__((always_inline))
#define BLOCK (2 * LANES)
#if LANES == 16
#define EVENS 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODDS 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif LANES == 8
#define EVENS 0, 2, 4, 6, 8, 10, 12, 14
#define ODDS 1, 3, 5, 7, 9, 11, 13, 15
#else
#define EVENS 0, 2, 4, 6
#define ODDS 1, 3, 5, 7
#endif

INLINE vf NAME(load)(const float *p) { return *(const vf_any *)p; }
INLINE void NAME(store)(float *p, vf v) { *(vf_any *)p = v; }
// Nothing is subtracted: to add zero would be an instruction, for it makes +0 of −0.
INLINE vf NAME(splat)(float s) { return s - (vf){0}; }
INLINE vf NAME(select)(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf NAME(max)(vf a, vf b) { return NAME(select)(a > b, a, b); }

// The one tree by which lanes become a sum: halves are added until one lane is left.
INLINE float NAME(sum)(vf v) {
#if LANES == 16
  typedef float v8 __attribute__((vector_size(32)));
  v8 h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
    + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#elif LANES == 8
  vf h = v;
#endif
  typedef float v4 __attribute__((vector_size(16)));
#if LANES >= 8
  v4 q = __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
#else
  v4 q = v;
#endif
  return (q[0] + q[2]) + (q[1] + q[3]);
}

// Four such sums at once, parts of different vectors side by side in one addition: the same bits in
// fewer instructions. With short rows, sums are a tenth of a matrix product's time.
typedef float NAME(four) __attribute__((vector_size(16)));
INLINE NAME(four) NAME(sum_four)(const vf v[4]) {
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define QUARTERS(a, b) (MIX(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + MIX(a, b, 4, 5, 6, 7, 12, 13, 14, 15))
  typedef float v8 __attribute__((vector_size(32)));
#if LANES == 16
  v8 h[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++)
    h[i] = MIX(v[i], v[i], 0, 1, 2, 3, 4, 5, 6, 7) + MIX(v[i], v[i], 8, 9, 10, 11, 12, 13, 14, 15);
  const v8 ab = QUARTERS(h[0], h[1]), cd = QUARTERS(h[2], h[3]);
#elif LANES == 8
  const v8 ab = QUARTERS(v[0], v[1]), cd = QUARTERS(v[2], v[3]);
#else
  const v8 ab = MIX(v[0], v[1], 0, 1, 2, 3, 4, 5, 6, 7);
  const v8 cd = MIX(v[2], v[3], 0, 1, 2, 3, 4, 5, 6, 7);
#endif
  const v8 acbd = MIX(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) + MIX(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
  return MIX(acbd, acbd, 0, 4, 2, 6) + MIX(acbd, acbd, 1, 5, 3, 7);
#undef QUARTERS
#undef MIX
}

INLINE float NAME(largest)(vf v) {
  float m = v[0];
  for (int i = 1; i < LANES; i++) m = v[i] > m ? v[i] : m;
  return m;
}

// exp(x) to about 1e-7 relative: x = n·ln2 + r, |r| ≤ ln2/2, with exp(r)'s Taylor polynomial of
// degree 7. Arguments are clamped to where the result is a normal float.
INLINE vf NAME(exp)(vf x) {
  x = NAME(select)(x < -87.0f, NAME(splat)(-87.0f), x);
  x = NAME(select)(x > 88.0f, NAME(splat)(88.0f), x);
  // Adding 1.5·2²³ rounds to an integer; its bits then hold n.
  const vf magic = NAME(splat)(12582912.0f);
  const vf shifted = FMA(x, NAME(splat)(1.44269504088896341f), magic);
  const vf n = shifted - magic;
  vf r = FMA(n, NAME(splat)(-0.693359375f), x);
  r = FMA(n, NAME(splat)(2.12194440e-4f), r);
  vf p = NAME(splat)(1.0f / 5040);
  p = FMA(p, r, NAME(splat)(1.0f / 720));
  p = FMA(p, r, NAME(splat)(1.0f / 120));
  p = FMA(p, r, NAME(splat)(1.0f / 24));
  p = FMA(p, r, NAME(splat)(1.0f / 6));
  p = FMA(p, r, NAME(splat)(0.5f));
  p = FMA(p, r, NAME(splat)(1.0f));
  p = FMA(p, r, NAME(splat)(1.0f));
  // What is no number stays none: the sum of bits would make a number of some.
  return NAME(select)(x != x, x, (vf)((vu)p + ((vu)shifted << 23)));
}

// tanh(x) to about 2e-7 relative: 1 − 2/(exp(2x) + 1), and where that cancels, near zero, the
// Taylor polynomial of degree 9.
INLINE vf NAME(tanh)(vf x) {
  const vf one = NAME(splat)(1.0f);
  const vf far = one - NAME(splat)(2.0f) / (NAME(exp)(x + x) + one);
  const vf s = x * x;
  vf p = NAME(splat)(62.0f / 2835);
  p = FMA(p, s, NAME(splat)(-17.0f / 315));
  p = FMA(p, s, NAME(splat)(2.0f / 15));
  p = FMA(p, s, NAME(splat)(-1.0f / 3));
  const vf near = FMA(p * s, x, x);
  return NAME(select)(s < 0.0625f, near, far);
}
