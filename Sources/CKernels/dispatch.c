#include "team.h"
#include "tiles/permission.h"

#if defined(__x86_64__)
// With matrix units everything but their own products (tiles/) is AVX-512's.
#define DISPATCH(result, function, parameters)                                                     \
  result function##_portable parameters;                                                           \
  result function##_avx2 parameters;                                                               \
  result function##_avx512 parameters;                                                             \
  static result (*const function##_table[]) parameters = {                                         \
    function##_portable, function##_avx2, function##_avx512, function##_avx512};
#define CALL(isa, function) function##_table[isa]

bool sk_supports(sk_isa isa) {
  switch (isa) {
  case SK_PORTABLE: return true;
  case SK_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
      && __builtin_cpu_supports("f16c");
  case SK_AVX512:
    return sk_supports(SK_AVX2) && __builtin_cpu_supports("avx512f")
      && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512dq");
  case SK_AMX: return sk_supports(SK_AVX512) && sk_tiles_granted();
  }
  return false;
}
#else
#define DISPATCH(result, function, parameters)                                                     \
  result function##_portable parameters;                                                           \
  static result (*const function##_table[]) parameters = {function##_portable};
#define CALL(isa, function) function##_table[0]

bool sk_supports(sk_isa isa) { return isa == SK_PORTABLE; }
#endif

bool sk_uses_tiles(sk_isa isa, sk_type type) { return isa == SK_AMX && type == SK_BF16; }

DISPATCH(void, sk_pack, (sk_type, const float *, size_t, float *))
void sk_pack(sk_isa isa, sk_type type, const float *x, size_t n, float *packed) {
  CALL(isa, sk_pack)(type, x, n, packed);
}

DISPATCH(
  void, sk_matmul,
  (const sk_matrix *, const float *, size_t, size_t, bool, float *, size_t, sk_team *, int))
void sk_matmul(
  sk_isa isa, const sk_matrix *matrix, const float *x, size_t x_stride, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread)
{
  CALL(isa, sk_matmul)(matrix, x, x_stride, rows, accumulate, y, y_stride, team, thread);
}

DISPATCH(void, sk_rms_norm, (const float *, const float *, float, size_t, float *))
void sk_rms_norm(
  sk_isa isa, const float *x, const float *weight, float epsilon, size_t n, float *y)
{
  CALL(isa, sk_rms_norm)(x, weight, epsilon, n, y);
}

DISPATCH(void, sk_silu_multiply, (const float *, const float *, size_t, float *))
void sk_silu_multiply(sk_isa isa, const float *gate, const float *up, size_t n, float *y) {
  CALL(isa, sk_silu_multiply)(gate, up, n, y);
}

DISPATCH(void, sk_gelu_multiply, (const float *, const float *, size_t, float *))
void sk_gelu_multiply(sk_isa isa, const float *gate, const float *up, size_t n, float *y) {
  CALL(isa, sk_gelu_multiply)(gate, up, n, y);
}

DISPATCH(void, sk_soft_cap, (float *, size_t, float))
void sk_soft_cap(sk_isa isa, float *x, size_t n, float cap) { CALL(isa, sk_soft_cap)(x, n, cap); }

DISPATCH(
  void, sk_attend,
  (const float *, size_t, const float *, const float *, size_t, const sk_span *, float, float,
   float *, float *, float *))
void sk_attend(
  sk_isa isa, const float *q, size_t queries, const float *keys, const float *values,
  size_t width, const sk_span *spans, float scale, float cap, float *scores, float *parts,
  float *out)
{
  CALL(isa, sk_attend)
  (q, queries, keys, values, width, spans, scale, cap, scores, parts, out);
}

DISPATCH(
  void, sk_attend_segment,
  (const float *, size_t, const float *, const float *, size_t, const sk_span *, size_t, float,
   float, float *, sk_sums *, float *))
void sk_attend_segment(
  sk_isa isa, const float *q, size_t queries, const float *keys, const float *values,
  size_t width, const sk_span *spans, size_t segment, float scale, float cap, float *scores,
  sk_sums *sums, float *out)
{
  CALL(isa, sk_attend_segment)
  (q, queries, keys, values, width, spans, segment, scale, cap, scores, sums, out);
}

DISPATCH(void, sk_merge_segment, (const sk_sums *, const float *, size_t, sk_sums *, float *))
void sk_merge_segment(
  sk_isa isa, const sk_sums *part_sums, const float *part, size_t width, sk_sums *sums, float *out)
{
  CALL(isa, sk_merge_segment)(part_sums, part, width, sums, out);
}

DISPATCH(void, sk_end_attention, (const sk_sums *, size_t, float *))
void sk_end_attention(sk_isa isa, const sk_sums *sums, size_t width, float *out) {
  CALL(isa, sk_end_attention)(sums, width, out);
}

DISPATCH(float, sk_exp_sum, (const float *, size_t, float, float, float *))
float sk_exp_sum(
  sk_isa isa, const float *x, size_t n, float maximum, float scale, float *y)
{
  return CALL(isa, sk_exp_sum)(x, n, maximum, scale, y);
}

DISPATCH(double, sk_multiply_adds, (size_t))
double sk_multiply_adds(sk_isa isa, size_t turns) {
  return isa == SK_AMX ? sk_tile_multiply_adds(turns) : CALL(isa, sk_multiply_adds)(turns);
}
