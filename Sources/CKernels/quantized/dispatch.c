#include "layout.h"

const int8_t sk_q4_grid[16] = Q4_GRID(0);
const _Alignas(16) uint8_t sk_q4_stored[16] = Q4_GRID(128);

#if defined(__x86_64__)
#include <cpuid.h>

bool sk_supports_dot(sk_dot dot) {
  unsigned a = 0, b, c, d;
  switch (dot) {
  case SK_DOT_PORTABLE: return true;
  case SK_DOT_AVX2: return sk_supports(SK_AVX2);
  case SK_DOT_AVX_VNNI:
    return sk_supports(SK_AVX2) && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1 << 4);
  case SK_DOT_AVX512: return sk_supports(SK_AVX512);
  case SK_DOT_AVX512_VNNI:
    return sk_supports(SK_AVX512) && __builtin_cpu_supports("avx512vnni");
  }
  return false;
}
#else
bool sk_supports_dot(sk_dot dot) { return dot == SK_DOT_PORTABLE; }
#endif

sk_dot sk_best_dot(sk_isa isa) {
  switch (isa) {
  case SK_PORTABLE: return SK_DOT_PORTABLE;
  case SK_AVX2: return sk_supports_dot(SK_DOT_AVX_VNNI) ? SK_DOT_AVX_VNNI : SK_DOT_AVX2;
  case SK_AVX512: return sk_supports_dot(SK_DOT_AVX512_VNNI) ? SK_DOT_AVX512_VNNI : SK_DOT_AVX512;
  }
  return SK_DOT_PORTABLE;
}

size_t sk_quantized_bytes(sk_quantized_type type, size_t outputs, size_t inputs) {
  return groups_of(outputs) * group_bytes(type, inputs);
}

size_t sk_quantized_row_bytes(size_t n) {
  return ((blocks_of(n) * sizeof(sk_row_block) + 63) / 64 | 1) * 64;
}

#define TABLE(function, parameters, ...)                                                           \
  void function##_portable parameters;                                                             \
  void function##_avx2 parameters;                                                                 \
  void function##_avx_vnni parameters;                                                             \
  void function##_avx512 parameters;                                                               \
  void function##_avx512_vnni parameters;                                                          \
  static void (*const function##_table[]) parameters = {__VA_ARGS__};

// Wider vectors are slower here.
TABLE(
  sk_quantize_row, (const float *, size_t, void *), sk_quantize_row_portable, sk_quantize_row_avx2,
  sk_quantize_row_avx2)
void sk_quantize_row(sk_isa isa, const float *x, size_t n, void *packed) {
  sk_quantize_row_table[isa](x, n, packed);
}

TABLE(
  sk_quantize,
  (sk_quantized_type, const sk_matrix *, const uint32_t *, size_t, size_t, size_t, void *),
  sk_quantize_portable, sk_quantize_avx2, sk_quantize_avx512)
void sk_quantize(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target)
{
  const sk_isa isa = sk_supports(SK_AVX512) ? SK_AVX512 : sk_supports(SK_AVX2) ? SK_AVX2 : SK_PORTABLE;
  sk_quantize_table[isa](type, source, rows, outputs, first_group, end_group, target);
}

TABLE(
  sk_quantized_matmul,
  (const sk_quantized_matrix *, const void *, size_t, size_t, bool, float *, size_t, sk_team *,
   int),
  sk_quantized_matmul_portable, sk_quantized_matmul_avx2, sk_quantized_matmul_avx_vnni,
  sk_quantized_matmul_avx512, sk_quantized_matmul_avx512_vnni)
void sk_quantized_matmul(
  sk_dot dot, const sk_quantized_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread)
{
  sk_quantized_matmul_table[dot](
    matrix, x, x_stride_bytes, rows, accumulate, y, y_stride, team, thread);
}
