// Part of the template: decoded blocks times rows of activations.

#define X(r) ((const sk_split_block *)(x + (r) * x_stride))

// sums[row · PARTS] += `blocks` decoded blocks of LANES outputs · those of the row. Rows go step by
// step together: as many chains of additions as hide their latency.
INLINE void NAME(multiply_rows)(
  const int kind, const int rows, const NAME(decoded) *w, size_t blocks, const char *x,
  size_t x_stride, sk_lead *lead, vf *sums)
{
  const int parts = kind == TWO_SCALES ? 2 : 1;
  vf kept[TOGETHER];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) kept[r] = sums[r * PARTS];
  for (size_t b = 0; b < blocks; b++, x += sizeof(sk_split_block)) {
    look_ahead(lead);
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
            dots[r] <<= 7;
            if (!WITH_OFFSET || kind == A_LEAST) continue;
            // −128 times a sum of integers; wanted is the excess times it.
            vi start = (vi){0} + (kind == NO_MORE ? X(r)->start : X(r)->first);
            if (part == 1) start = ((vi){0} + X(r)->start) - start;
            dots[r] += start >> w->excess;
          }
        }
#pragma clang loop unroll(full)
        for (int step = part * STEPS / parts; step < (part + 1) * STEPS / parts; step++) {
#pragma clang loop unroll(full)
          for (int r = 0; r < rows; r++) {
            int32_t four;
            __builtin_memcpy(&four, (low ? X(r)->low : X(r)->high) + STEP * step, sizeof four);
            const vi activation = (vi){0} + four;
            dots[r] =
              (vi)NAME(dot)((NAME(ints))dots[r], w->steps[b][step], (NAME(ints))activation);
          }
        }
      }
      const vf scale = w->scales[b * parts + part];
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++)
        kept[r] += __builtin_convertvector(dots[r], vf) * (scale * X(r)->scale);
    }
    if (kind == A_LEAST) {
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) kept[r] += w->least[b] * X(r)->sum;
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sums[r * PARTS] = kept[r];
}

// The same for any number of rows.
#define DEFINE_MULTIPLY(KIND)                                                                      \
  static __attribute__((noinline)) void NAME(multiply_##KIND)(                                     \
    const NAME(decoded) *w, size_t blocks, const char *x, size_t x_stride, size_t rows,            \
    sk_lead lead, vf *sums)                                                                        \
  {                                                                                                \
    if (TOGETHER == 12) WHILE(KIND, 12)                                                            \
    if (TOGETHER >= 8) WHILE(KIND, 8)                                                              \
    WHILE(KIND, 4)                                                                                 \
    WHILE(KIND, 1)                                                                                 \
  }
#define WHILE(KIND, COUNT)                                                                         \
  for (; rows >= COUNT; rows -= COUNT, x += COUNT * x_stride, sums += COUNT * PARTS) {             \
    NAME(multiply_rows)(KIND, COUNT <= TOGETHER ? COUNT : 1, w, blocks, x, x_stride, &lead, sums); \
    lead.bytes = 0;                                                                                \
  }
DEFINE_MULTIPLY(NO_MORE)
DEFINE_MULTIPLY(A_LEAST)
DEFINE_MULTIPLY(TWO_SCALES)
#undef WHILE
#undef X
