#include "layout.h"

const int8_t sk_q4_grid[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                               1,    13,   25,  38,  53,  69,  89,  113};

bool sk_supports_dot(sk_dot dot) { return dot == SK_DOT_PORTABLE; }

sk_dot sk_best_dot(sk_isa isa) {
  (void)isa;
  return SK_DOT_PORTABLE;
}

size_t sk_quantized_bytes(sk_quantized_type type, size_t outputs, size_t inputs) {
  return groups_of(outputs) * group_bytes(type, inputs);
}

size_t sk_quantized_row_bytes(size_t n) {
  return (blocks_of(n) * sizeof(sk_row_block) + 63) / 64 * 64;
}

void sk_quantize_row_portable(const float *x, size_t n, void *packed);
void sk_quantize_row(sk_isa isa, const float *x, size_t n, void *packed) {
  (void)isa;
  sk_quantize_row_portable(x, n, packed);
}

void sk_quantized_matmul_portable(
  const sk_quantized_matrix *, const void *, size_t, size_t, bool, float *, size_t, sk_team *, int);
void sk_quantized_matmul(
  sk_dot dot, const sk_quantized_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread)
{
  (void)dot;
  sk_quantized_matmul_portable(
    matrix, x, x_stride_bytes, rows, accumulate, y, y_stride, team, thread);
}
