// Part of the template: kernels that go over their operands once.

void NAME(sk_pack)(sk_type type, const float *x, size_t n, float *packed) {
  const size_t padded = (n + SK_PACK - 1) / SK_PACK * SK_PACK;
  for (size_t k = n; k < padded; k++) packed[k] = 0;
  if (type != SK_BF16) {
    __builtin_memcpy(packed, x, n * sizeof(float));
    return;
  }
  const size_t whole = n / BLOCK * BLOCK;
  for (size_t b = 0; b < whole; b += BLOCK) {
    const vf low = NAME(load)(x + b), high = NAME(load)(x + b + LANES);
    NAME(store)(packed + b, __builtin_shufflevector(low, high, EVENS));
    NAME(store)(packed + b + LANES, __builtin_shufflevector(low, high, ODDS));
  }
  if (whole == n) return;
  for (size_t k = whole; k < whole + BLOCK; k++) packed[k] = 0;
  for (size_t k = whole; k < n; k++)
    packed[whole + (k - whole) % 2 * LANES + (k - whole) / 2] = x[k];
}

void NAME(sk_rms_norm)(const float *x, const float *weight, float epsilon, size_t n, float *y) {
  vf squares = {0};
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    vf v = NAME(load)(x + k);
    squares = FMA(v, v, squares);
  }
  float total = NAME(sum)(squares);
  for (; k < n; k++) total += x[k] * x[k];
  const float scale = 1.0f / __builtin_sqrtf(total / (float)n + epsilon);
  for (k = 0; k < n; k++) y[k] = x[k] * scale * weight[k];
}

// The next vector of x[n] from k on; the last is filled up with zeros, so that every element has
// the same arithmetic.
INLINE vf NAME(load_part)(const float *x, size_t k, size_t n) {
  if (n - k >= LANES) return NAME(load)(x + k);
  vf v = {0};
  __builtin_memcpy(&v, x + k, (n - k) * sizeof(float));
  return v;
}

INLINE void NAME(store_part)(float *y, size_t k, size_t n, vf v) {
  if (n - k >= LANES) NAME(store)(y + k, v);
  else __builtin_memcpy(y + k, &v, (n - k) * sizeof(float));
}

void NAME(sk_silu_multiply)(const float *gate, const float *up, size_t n, float *y) {
  for (size_t k = 0; k < n; k += LANES) {
    const vf g = NAME(load_part)(gate, k, n), u = NAME(load_part)(up, k, n);
    NAME(store_part)(y, k, n, g / (NAME(exp)(-g) + 1.0f) * u);
  }
}

void NAME(sk_gelu_multiply)(const float *gate, const float *up, size_t n, float *y) {
  for (size_t k = 0; k < n; k += LANES) {
    const vf g = NAME(load_part)(gate, k, n), u = NAME(load_part)(up, k, n);
    // ½·(1 + tanh(z)) = 1 / (1 + exp(−2z)), which does not cancel for negative z.
    const vf twice = g * FMA(g * g, NAME(splat)(0.0713548162726f), NAME(splat)(1.59576912161f));
    NAME(store_part)(y, k, n, g / (NAME(exp)(-twice) + 1.0f) * u);
  }
}

void NAME(sk_soft_cap)(float *x, size_t n, float cap) {
  for (size_t k = 0; k < n; k += LANES)
    NAME(store_part)(x, k, n, NAME(tanh)(NAME(load_part)(x, k, n) * (1.0f / cap)) * cap);
}

float NAME(sk_exp_sum)(const float *x, size_t n, float maximum, float scale, float *y) {
  vf sums = {0};
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    const vf e = NAME(exp)((NAME(load)(x + k) - maximum) * scale);
    if (y) NAME(store)(y + k, e);
    sums += e;
  }
  float total = NAME(sum)(sums);
  if (k < n) {
    vf rest = {0};
    __builtin_memcpy(&rest, x + k, (n - k) * sizeof(float));
    rest = NAME(exp)((rest - maximum) * scale);
    if (y) __builtin_memcpy(y + k, &rest, (n - k) * sizeof(float));
    for (size_t i = 0; i < n - k; i++) total += rest[i];
  }
  return total;
}

double NAME(sk_multiply_adds)(size_t turns) {
  // As many chains as hide the latency and fit the registers of any instruction set.
  vf acc[12];
#pragma clang loop unroll(full)
  for (int i = 0; i < 12; i++) acc[i] = NAME(splat)((float)i);
  vf a = NAME(splat)(0.999f), b = NAME(splat)(0.001f);
  for (size_t t = 0; t < turns; t++) {
    // The compiler must neither join turns nor work out their result.
    __asm__ volatile("" : VECTOR_REGISTER(a), VECTOR_REGISTER(b));
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) acc[i] = FMA(acc[i], a, b);
  }
  vf all = acc[0];
  for (int i = 1; i < 12; i++) all += acc[i];
  // Never true, but nobody proves it: the result is used.
  return NAME(sum)(all) == -1.0f ? 0 : 2.0 * 12 * LANES * (double)turns;
}
