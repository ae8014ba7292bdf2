// Part of the template: softmax attention of a few queries over one head's cache.
//
// Keys lie in blocks of SK_POSITIONS positions, dimension by dimension, so that a vector holds one
// dimension of neighbouring positions: a score is summed over the dimensions in one lane, in order,
// without a sum across lanes at the end. Values lie position by position, and an output is summed
// over its query's positions in order. Neither order depends on what other queries share the tile.

#define POSITION_VECTORS (SK_POSITIONS / LANES)
// Blocks of positions and vectors of an output per register tile: enough chains to hide the
// latency.
#define TILE_BLOCKS (LANES == 16 ? 4 : 1)
#define VALUE_VECTORS (LANES == 4 ? 2 : 4)

// scores[queries][…] of `blocks` blocks of positions ← q[queries][width] · keys
INLINE void NAME(score_tile)(
  const int queries, const int blocks, const float *q, size_t width, const float *keys,
  float *scores, size_t scores_stride)
{
  enum { V = POSITION_VECTORS };
  vf acc[SK_QUERIES][4 * V];
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++) acc[i][v] = (vf){0};
  for (size_t d = 0; d < width; d++) {
    vf key[4 * V];
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++)
      key[v] = NAME(load)(keys + ((v / V) * width + d) * SK_POSITIONS + v % V * LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < queries; i++) {
      const vf component = NAME(splat)(q[i * width + d]);
#pragma clang loop unroll(full)
      for (int v = 0; v < blocks * V; v++) acc[i][v] = FMA(component, key[v], acc[i][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++)
      NAME(store)(scores + i * scores_stride + v * LANES, acc[i][v]);
}

// scores[first … end) ← exp(scale · (score − the largest)), elsewhere in their vectors 0; 1 / sum.
INLINE float NAME(softmax)(float *scores, size_t first, size_t end, float scale) {
  vi lane;
  for (int j = 0; j < LANES; j++) lane[j] = j;
#define INSIDE(t) ((lane + (int32_t)(t) >= (int32_t)first) & (lane + (int32_t)(t) < (int32_t)end))
  const vf lowest = NAME(splat)(-__builtin_inff());
  const size_t begin = first / LANES * LANES;
  vf most = lowest, sums = {0};
  for (size_t t = begin; t < end; t += LANES)
    most = NAME(max)(most, NAME(select)(INSIDE(t), NAME(load)(scores + t) * scale, lowest));
  const float largest = NAME(largest)(most);
  for (size_t t = begin; t < end; t += LANES) {
    const vf e = NAME(exp)(NAME(load)(scores + t) * scale - largest);
    const vf kept = NAME(select)(INSIDE(t), e, (vf){0});
    NAME(store)(scores + t, kept);
    sums += kept;
  }
#undef INSIDE
  return 1.0f / NAME(sum)(sums);
}

// scores[first … end) ← cap · tanh(scale · score / cap), and what shares their vectors
INLINE void NAME(cap_scores)(float *scores, size_t first, size_t end, float scale, float cap) {
  for (size_t t = first / LANES * LANES; t < end; t += LANES)
    NAME(store)(scores + t, NAME(tanh)(NAME(load)(scores + t) * scale * (1.0f / cap)) * cap);
}

// out[queries][vectors] += scores[queries][begin … end) · values[begin … end)
INLINE void NAME(value_tile)(
  const int queries, const int vectors, const float *scores, size_t scores_stride,
  const float *values, size_t width, size_t begin, size_t end, float *out)
{
  vf acc[SK_QUERIES][VALUE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) acc[i][v] = NAME(load)(out + i * width + v * LANES);
  for (size_t t = begin; t < end; t++) {
    vf value[VALUE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) value[v] = NAME(load)(values + t * width + v * LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < queries; i++) {
      const vf weight = NAME(splat)(scores[i * scores_stride + t]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) acc[i][v] = FMA(weight, value[v], acc[i][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) NAME(store)(out + i * width + v * LANES, acc[i][v]);
}

INLINE void NAME(add_values)(
  const int queries, const float *scores, size_t scores_stride, const float *values, size_t width,
  size_t begin, size_t end, float *out)
{
  if (begin >= end) return;  // there may be no values at all
  size_t d = 0;
  for (; d + VALUE_VECTORS * LANES <= width; d += VALUE_VECTORS * LANES)
    NAME(value_tile)(
      queries, VALUE_VECTORS, scores, scores_stride, values + d, width, begin, end, out + d);
  for (; d < width; d += LANES)
    NAME(value_tile)(queries, 1, scores, scores_stride, values + d, width, begin, end, out + d);
}

// scores[own … span.end) ← q[width] · the query's own keys, which lie in blocks that begin at
// `own`. A score is one lane's chain, so it does not matter that the lane is another than in the
// cache's blocks.
INLINE void NAME(score_own)(
  const float *q, size_t width, const sk_span span, size_t own, float *scores)
{
  for (size_t t = own; t < span.end; t += SK_POSITIONS) {
    float block[SK_POSITIONS];
    NAME(score_tile)(1, 1, q, width, span.own_keys + (t - own) * width, block, 0);
    const size_t count = span.end - t < SK_POSITIONS ? span.end - t : SK_POSITIONS;
    __builtin_memcpy(scores + t, block, count * sizeof(float));
  }
}

INLINE void NAME(attend_tile)(
  const int queries, const float *q, const float *keys, const float *values, size_t width,
  const sk_span *spans, float scale, float cap, float *scores, size_t scores_stride, float *out)
{
  // The cache's positions that any of the queries sees, and those that all see.
  size_t shared[SK_QUERIES];  // where a query's part of the cache ends
  for (int i = 0; i < queries; i++)
    shared[i] = spans[i].own < spans[i].end ? spans[i].own : spans[i].end;
  size_t first = spans[0].first, end = shared[0], from = first, to = end;
  for (int i = 1; i < queries; i++) {
    first = spans[i].first < first ? spans[i].first : first;
    from = spans[i].first > from ? spans[i].first : from;
    to = shared[i] < to ? shared[i] : to;
    end = shared[i] > end ? shared[i] : end;
  }
  size_t t = first / SK_POSITIONS * SK_POSITIONS;
  for (; t + TILE_BLOCKS * SK_POSITIONS <= end; t += TILE_BLOCKS * SK_POSITIONS)
    NAME(score_tile)(
      queries, TILE_BLOCKS, q, width, keys + t * width, scores + t, scores_stride);
  for (; t < end; t += SK_POSITIONS)
    NAME(score_tile)(queries, 1, q, width, keys + t * width, scores + t, scores_stride);
  for (int i = 0; i < queries; i++)
    NAME(score_own)(q + i * width, width, spans[i], shared[i], scores + i * scores_stride);

  if (cap > 0) {
    for (int i = 0; i < queries; i++)
      NAME(cap_scores)(scores + i * scores_stride, spans[i].first, spans[i].end, scale, cap);
    scale = 1;
  }
  float inverse[SK_QUERIES];
  for (int i = 0; i < queries; i++)
    inverse[i] = NAME(softmax)(scores + i * scores_stride, spans[i].first, spans[i].end, scale);

  __builtin_memset(out, 0, queries * width * sizeof(float));
  if (from >= to) from = to = end;  // nothing in common: all of it is "before"
  for (int i = 0; i < queries; i++)
    NAME(add_values)(
      1, scores + i * scores_stride, 0, values, width, spans[i].first,
      from < shared[i] ? from : shared[i], out + i * width);
  NAME(add_values)(queries, scores, scores_stride, values, width, from, to, out);
  for (int i = 0; i < queries; i++) {
    const float *weights = scores + i * scores_stride;
    NAME(add_values)(1, weights, 0, values, width, to, shared[i], out + i * width);
    const size_t begin = spans[i].first > shared[i] ? spans[i].first - shared[i] : 0;
    NAME(add_values)(
      1, weights + shared[i], 0, spans[i].own_values, width, begin, spans[i].end - shared[i],
      out + i * width);
    for (size_t d = 0; d < width; d += LANES)
      NAME(store)(out + i * width + d, NAME(load)(out + i * width + d) * inverse[i]);
  }
}

void NAME(sk_attend)(
  const float *q, size_t queries, const float *keys, const float *values, size_t width,
  const sk_span *spans, float scale, float cap, float *scores, size_t scores_stride, float *out)
{
#define ATTEND(N)                                                                                  \
  NAME(attend_tile)(N, q, keys, values, width, spans, scale, cap, scores, scores_stride, out)
  switch (queries) {
  case 1: ATTEND(1); break;
  case 2: ATTEND(2); break;
  case 3: ATTEND(3); break;
  default: ATTEND(4); break;
  }
#undef ATTEND
}
