#include "layout.h"

const int8_t sk_q4_grid[16] = Q4_GRID(0);
const _Alignas(16) uint8_t sk_q4_stored[16] = Q4_GRID(128);

const _Alignas(64) uint32_t sk_fifth_bits[16] = {
  0x00000000, 0x00000010, 0x00001000, 0x00001010, 0x00100000, 0x00100010, 0x00101000, 0x00101010,
  0x10000000, 0x10000010, 0x10001000, 0x10001010, 0x10100000, 0x10100010, 0x10101000, 0x10101010};

#if defined(__x86_64__)
#include <cpuid.h>
#define X86(...) , __VA_ARGS__
#define CALL(kind, function) function##_table[kind]

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
  case SK_DOT_AMX:
    return sk_supports(SK_AMX) && sk_supports_dot(SK_DOT_AVX512_VNNI)
      && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & 1 << 25);
  }
  return false;
}
#else
#define X86(...)
#define CALL(kind, function) ((void)(kind), function##_table[0])

bool sk_supports_dot(sk_dot dot) { return dot == SK_DOT_PORTABLE; }
#endif

sk_dot sk_best_dot(sk_isa isa) {
  switch (isa) {
  case SK_PORTABLE: return SK_DOT_PORTABLE;
  case SK_AVX2: return sk_supports_dot(SK_DOT_AVX_VNNI) ? SK_DOT_AVX_VNNI : SK_DOT_AVX2;
  case SK_AMX:
    if (sk_supports_dot(SK_DOT_AMX)) return SK_DOT_AMX;
  // fallthrough
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

#define DECLARE(function, suffix, parameters) void function##_##suffix parameters;

#define ROW (const float *, size_t, void *)
DECLARE(sk_quantize_row, portable, ROW)
DECLARE(sk_quantize_row, avx2, ROW)
// Vectors of 16 are slower here.
static void (*const sk_quantize_row_table[]) ROW = {
  sk_quantize_row_portable X86(sk_quantize_row_avx2, sk_quantize_row_avx2, sk_quantize_row_avx2)};
void sk_quantize_row(sk_isa isa, const float *x, size_t n, void *packed) {
  CALL(isa, sk_quantize_row)(x, n, packed);
}

size_t sk_split_row_bytes(size_t n) {
  return ((blocks_of(n) * sizeof(sk_split_block) + 63) / 64 | 1) * 64;
}

DECLARE(sk_split_row, portable, ROW)
DECLARE(sk_split_row, avx2, ROW)
static void (*const sk_split_row_table[]) ROW = {
  sk_split_row_portable X86(sk_split_row_avx2, sk_split_row_avx2, sk_split_row_avx2)};
void sk_split_row(sk_isa isa, const float *x, size_t n, void *packed) {
  CALL(isa, sk_split_row)(x, n, packed);
}

#define WEIGHTS                                                                                    \
  (sk_quantized_type, const sk_matrix *, const uint32_t *, size_t, size_t, size_t, void *)
DECLARE(sk_quantize, portable, WEIGHTS)
DECLARE(sk_quantize, avx2, WEIGHTS)
DECLARE(sk_quantize, avx512, WEIGHTS)
static void (*const sk_quantize_table[]) WEIGHTS = {
  sk_quantize_portable X86(sk_quantize_avx2, sk_quantize_avx512)};
void sk_quantize(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target)
{
  // All give the same bits.
  const sk_isa isa = sk_supports(SK_AVX512) ? SK_AVX512
    : sk_supports(SK_AVX2)                  ? SK_AVX2
                                            : SK_PORTABLE;
  CALL(isa, sk_quantize)(type, source, rows, outputs, first_group, end_group, target);
}

#define PRODUCT                                                                                    \
  (const sk_quantized_matrix *, const void *, size_t, size_t, bool, float *, size_t, sk_team *, int)
DECLARE(sk_quantized_matmul, portable, PRODUCT)
DECLARE(sk_quantized_matmul, avx2, PRODUCT)
DECLARE(sk_quantized_matmul, avx_vnni, PRODUCT)
DECLARE(sk_quantized_matmul, avx512, PRODUCT)
DECLARE(sk_quantized_matmul, avx512_vnni, PRODUCT)
static void (*const sk_quantized_matmul_table[]) PRODUCT = {
  sk_quantized_matmul_portable X86(
    sk_quantized_matmul_avx2, sk_quantized_matmul_avx_vnni, sk_quantized_matmul_avx512,
    sk_quantized_matmul_avx512_vnni, sk_quantized_matmul_avx512_vnni)};
void sk_quantized_matmul(
  sk_dot dot, const sk_quantized_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread)
{
  CALL(dot, sk_quantized_matmul)
  (matrix, x, x_stride_bytes, rows, accumulate, y, y_stride, team, thread);
}

#define BLOCKS                                                                                     \
  (const sk_matrix *, const void *, size_t, size_t, bool, float *, size_t, sk_team *, int)
DECLARE(sk_block_matmul, portable, BLOCKS)
DECLARE(sk_block_matmul, avx2, BLOCKS)
DECLARE(sk_block_matmul, avx_vnni, BLOCKS)
DECLARE(sk_block_matmul, avx512, BLOCKS)
DECLARE(sk_block_matmul, avx512_vnni, BLOCKS)
DECLARE(sk_block_matmul, amx, BLOCKS)
static void (*const sk_block_matmul_table[]) BLOCKS = {
  sk_block_matmul_portable X86(
    sk_block_matmul_avx2, sk_block_matmul_avx_vnni, sk_block_matmul_avx512,
    sk_block_matmul_avx512_vnni, sk_block_matmul_amx)};
void sk_block_matmul(
  sk_dot dot, const sk_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread)
{
  CALL(dot, sk_block_matmul)
  (matrix, x, x_stride_bytes, rows, accumulate, y, y_stride, team, thread);
}
