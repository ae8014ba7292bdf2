// Part of the template: softmax attention of some queries over one head's cache.
//
// Chunks of SK_CHUNK positions, counted from position 0, are taken one after another for all
// queries, so that a chunk's keys and values are read from memory once; a query's sums go on from
// chunk to chunk (online softmax: Milakov and Gimelshein 2018, "Online normalizer calculation for
// softmax", algorithm 3). Sums begin anew at every segment of SK_SEGMENT positions and are merged
// in order, so that segments may be summed by several threads without a difference to any bit.
//
// Keys lie in blocks of SK_POSITIONS positions, dimension by dimension, so that a vector holds one
// dimension of neighbouring positions: a score is summed over the dimensions in one lane, in order,
// without a sum across lanes at the end. Values lie position by position, and an output is summed
// over its query's positions in order. Neither order depends on what other queries share the tile.

#define POSITION_VECTORS (SK_POSITIONS / LANES)
// Blocks of positions and vectors of an output per register tile: enough chains to hide the
// latency.
#define TILE_BLOCKS (LANES == 16 ? 4 : 1)
#define TILE_QUERIES 4
// The next tile's keys are asked for, and values so many positions ahead: a block of keys is a page
// or so, at whose end the processor's own guesses stop. Figures:
// Experiments/engine-speed/NOTES.md.
#define VALUES_AHEAD 32
#define VALUE_VECTORS (LANES == 4 ? 2 : 4)

// scores[queries][…] of `blocks` blocks of positions ← q[queries][width] · keys
INLINE void NAME(score_tile)(
  const int queries, const int blocks, const float *q, size_t width, const float *keys,
  float *scores, size_t scores_stride)
{
  enum { V = POSITION_VECTORS };
#define KEY(v) (keys + ((v) / V * width + d) * SK_POSITIONS + (v) % V * LANES)
  vf acc[TILE_QUERIES][4 * V];
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++) acc[i][v] = (vf){0};
  for (size_t d = 0; d < width; d++) {
    vf key[4 * V];
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++)
      key[v] = NAME(load)(KEY(v));
#pragma clang loop unroll(full)
    for (int v = 0; v < blocks * V; v++) __builtin_prefetch(KEY(v + TILE_BLOCKS * V), 0, 2);
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
#undef KEY
}

// Takes a chunk's scores of a query into its sums: scores[first … end) ← exp(scale · score − the
// largest so far), elsewhere in their vectors 0. Where a larger one turns up, what was summed so
// far shrinks with it.
INLINE void NAME(softmax)(
  float *scores, size_t first, size_t end, float scale, float *largest, float *total, float *out,
  size_t width)
{
  vi lane;
  for (int j = 0; j < LANES; j++) lane[j] = j;
#define INSIDE(t) ((lane + (int32_t)(t) >= (int32_t)first) & (lane + (int32_t)(t) < (int32_t)end))
  const vf lowest = NAME(splat)(-__builtin_inff());
  const size_t begin = first / LANES * LANES;
  vf most = lowest, sums = {0};
  for (size_t t = begin; t < end; t += LANES)
    most = NAME(max)(most, NAME(select)(INSIDE(t), NAME(load)(scores + t) * scale, lowest));
  const float here = NAME(largest)(most);
  if (here > *largest) {
    const vf shrink = NAME(exp)(NAME(splat)(*largest - here));
    *largest = here;
    *total *= shrink[0];
    for (size_t d = 0; d < width; d += LANES)
      NAME(store)(out + d, NAME(load)(out + d) * shrink);
  }
  for (size_t t = begin; t < end; t += LANES) {
    const vf e = NAME(exp)(NAME(load)(scores + t) * scale - *largest);
    const vf kept = NAME(select)(INSIDE(t), e, (vf){0});
    NAME(store)(scores + t, kept);
    sums += kept;
  }
#undef INSIDE
  *total += NAME(sum)(sums);
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
  vf acc[TILE_QUERIES][VALUE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < queries; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) acc[i][v] = NAME(load)(out + i * width + v * LANES);
  for (size_t t = begin; t < end; t++) {
    vf value[VALUE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) value[v] = NAME(load)(values + t * width + v * LANES);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      __builtin_prefetch(values + (t + VALUES_AHEAD) * width + v * LANES, 0, 2);
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

// A query's part of a chunk: the positions first ≤ t < end, those from `own` on its own, all
// counted from the chunk's begin; nothing where first ≥ end.
typedef struct {
  size_t first;
  size_t own;
  size_t end;
} NAME(part);

INLINE NAME(part) NAME(part_of)(const sk_span span, size_t begin) {
  const size_t chunk_end = begin + SK_CHUNK;
  const size_t first = span.first > begin ? span.first : begin;
  const size_t end = span.end < chunk_end ? span.end : chunk_end;
  if (first >= end) return (NAME(part)){0, 0, 0};
  size_t own = span.own < end ? span.own : end;
  own = own > first ? own : first;
  return (NAME(part)){first - begin, own - begin, end - begin};
}

// scores[queries][part.own … part.end) ← q[queries][width] · their own keys, which they share and
// which lie in blocks that begin at position span.own. A score is one lane's chain, so it does not
// matter that the lane is another than in the cache's blocks.
INLINE void NAME(score_own)(
  const int queries, const float *q, size_t width, const sk_span span, size_t begin,
  const NAME(part) part, float *scores)
{
  for (size_t t = part.own; t < part.end;) {
    const size_t index = begin + t - span.own, lane = index % SK_POSITIONS;
    float blocks[TILE_QUERIES][SK_POSITIONS];
    NAME(score_tile)(
      queries, 1, q, width, span.own_keys + (index - lane) * width, blocks[0], SK_POSITIONS);
    const size_t left = part.end - t, rest = SK_POSITIONS - lane;
    const size_t count = left < rest ? left : rest;
    for (int i = 0; i < queries; i++)
      __builtin_memcpy(scores + i * SK_CHUNK + t, blocks[i] + lane, count * sizeof(float));
    t += count;
  }
}

// out[queries] += scores · their own values, which they share
INLINE void NAME(add_own)(
  const int queries, const float *scores, size_t width, const sk_span span, size_t begin,
  const NAME(part) part, float *out)
{
  NAME(add_values)(
    queries, scores + part.own, SK_CHUNK, span.own_values + (begin + part.own - span.own) * width,
    width, 0, part.end - part.own, out);
}

INLINE void NAME(score_chunk)(
  const int queries, const float *q, const float *keys, size_t width, const NAME(part) *parts,
  float *scores)
{
  size_t first = parts[0].first, end = parts[0].own;
  for (int i = 1; i < queries; i++) {
    first = parts[i].first < first ? parts[i].first : first;
    end = parts[i].own > end ? parts[i].own : end;
  }
  size_t t = first / SK_POSITIONS * SK_POSITIONS;
  for (; t + TILE_BLOCKS * SK_POSITIONS <= end; t += TILE_BLOCKS * SK_POSITIONS)
    NAME(score_tile)(queries, TILE_BLOCKS, q, width, keys + t * width, scores + t, SK_CHUNK);
  for (; t < end; t += SK_POSITIONS)
    NAME(score_tile)(queries, 1, q, width, keys + t * width, scores + t, SK_CHUNK);
}

INLINE void NAME(add_chunk)(
  const int queries, const float *scores, const float *values, size_t width,
  const NAME(part) *parts, float *out)
{
  // The cache's positions that all of the queries see.
  size_t from = parts[0].first, to = parts[0].own;
  for (int i = 1; i < queries; i++) {
    from = parts[i].first > from ? parts[i].first : from;
    to = parts[i].own < to ? parts[i].own : to;
  }
  if (from >= to) from = to = SK_CHUNK;  // nothing in common: all of it is "before"
  for (int i = 0; i < queries; i++)
    NAME(add_values)(
      1, scores + i * SK_CHUNK, 0, values, width, parts[i].first,
      from < parts[i].own ? from : parts[i].own, out + i * width);
  NAME(add_values)(queries, scores, SK_CHUNK, values, width, from, to, out);
  for (int i = 0; i < queries; i++)
    NAME(add_values)(
      1, scores + i * SK_CHUNK, 0, values, width, to, parts[i].own, out + i * width);
}

// How many of `queries`, at most a tile of them, have a part in the chunk, up to the first that has
// none.
INLINE size_t NAME(active)(const NAME(part) *parts, size_t queries) {
  size_t count = 0;
  while (count < TILE_QUERIES && count < queries && parts[count].first < parts[count].end) count++;
  return count;
}

// How many of `queries`, at most a tile of them, have the first's part of a chunk of their own:
// heads of one row. 0 where the first has none.
INLINE size_t NAME(sharing)(const sk_span *spans, const NAME(part) *parts, size_t queries) {
  if (parts[0].own >= parts[0].end) return 0;
  size_t count = 1;
  while (count < TILE_QUERIES && count < queries && spans[count].own == spans[0].own
         && spans[count].own_keys == spans[0].own_keys
         && spans[count].own_values == spans[0].own_values
         && parts[count].own == parts[0].own && parts[count].end == parts[0].end)
    count++;
  return count;
}

// Calls FUNCTION(their number, …) for each tile of queries, of which there are so many from i on; a
// query is left out where there are none.
#define EACH_TILE(COUNT, FUNCTION, ...)                                                            \
  for (size_t i = 0, count; i < queries; i += count ? count : 1)                                   \
    switch (count = COUNT) {                                                                       \
    case 0: break;                                                                                 \
    case 1: NAME(FUNCTION)(1, __VA_ARGS__); break;                                                 \
    case 2: NAME(FUNCTION)(2, __VA_ARGS__); break;                                                 \
    case 3: NAME(FUNCTION)(3, __VA_ARGS__); break;                                                 \
    default: NAME(FUNCTION)(TILE_QUERIES, __VA_ARGS__); break;                                     \
    }
#define ACTIVE NAME(active)(parts + i, queries - i)
#define SHARING NAME(sharing)(spans + i, parts + i, queries - i)

// The queries' sums over the positions begin ≤ t < end, which is a whole number of chunks: where a
// query has none, its sums stay those of nothing.
INLINE void NAME(attend_positions)(
  const float *q, size_t queries, const float *keys, const float *values, size_t width,
  const sk_span *spans, size_t begin, size_t end, float scale, float cap, float *scores,
  sk_sums *sums, float *out)
{
  NAME(part) parts[SK_QUERIES];
  for (size_t i = 0; i < queries; i++) sums[i] = (sk_sums){-__builtin_inff(), 0};
  __builtin_memset(out, 0, queries * width * sizeof(float));
  const float factor = cap > 0 ? 1 : scale;
  for (; begin < end; begin += SK_CHUNK) {
    for (size_t i = 0; i < queries; i++) parts[i] = NAME(part_of)(spans[i], begin);
    EACH_TILE(
      ACTIVE, score_chunk, q + i * width, keys + begin * width, width, parts + i,
      scores + i * SK_CHUNK)
    EACH_TILE(
      SHARING, score_own, q + i * width, width, spans[i], begin, parts[i], scores + i * SK_CHUNK)
    for (size_t i = 0; i < queries; i++) {
      const NAME(part) part = parts[i];
      if (part.first >= part.end) continue;
      float *own = scores + i * SK_CHUNK;
      if (cap > 0) NAME(cap_scores)(own, part.first, part.end, scale, cap);
      NAME(softmax)(
        own, part.first, part.end, factor, &sums[i].largest, &sums[i].total, out + i * width,
        width);
    }
    EACH_TILE(
      ACTIVE, add_chunk, scores + i * SK_CHUNK, values + begin * width, width, parts + i,
      out + i * width)
    EACH_TILE(
      SHARING, add_own, scores + i * SK_CHUNK, width, spans[i], begin, parts[i], out + i * width)
  }
}
#undef ACTIVE
#undef SHARING
#undef EACH_TILE

void NAME(sk_attend_segment)(
  const float *q, size_t queries, const float *keys, const float *values, size_t width,
  const sk_span *spans, size_t segment, float scale, float cap, float *scores, sk_sums *sums,
  float *out)
{
  // The chunks that some query sees.
  size_t first = (segment + 1) * SK_SEGMENT, end = segment * SK_SEGMENT;
  const size_t limit = first;
  for (size_t i = 0; i < queries; i++) {
    first = spans[i].first < first ? spans[i].first : first;
    end = spans[i].end > end ? spans[i].end : end;
  }
  const size_t begin = first > segment * SK_SEGMENT ? first : segment * SK_SEGMENT;
  NAME(attend_positions)(
    q, queries, keys, values, width, spans, begin / SK_CHUNK * SK_CHUNK,
    end < limit ? end : limit, scale, cap, scores, sums, out);
}

void NAME(sk_merge_segment)(
  const sk_sums *part_sums, const float *part, size_t width, sk_sums *sums, float *out)
{
  if (part_sums->largest > sums->largest) {
    const vf shrink = NAME(exp)(NAME(splat)(sums->largest - part_sums->largest));
    for (size_t d = 0; d < width; d += LANES)
      NAME(store)(out + d, FMA(shrink, NAME(load)(out + d), NAME(load)(part + d)));
    sums->total = sums->total * shrink[0] + part_sums->total;
    sums->largest = part_sums->largest;
  } else {
    const vf shrink = NAME(exp)(NAME(splat)(part_sums->largest - sums->largest));
    for (size_t d = 0; d < width; d += LANES)
      NAME(store)(out + d, FMA(shrink, NAME(load)(part + d), NAME(load)(out + d)));
    sums->total += part_sums->total * shrink[0];
  }
}

void NAME(sk_end_attention)(const sk_sums *sums, size_t width, float *out) {
  const float inverse = 1.0f / sums->total;
  for (size_t d = 0; d < width; d += LANES)
    NAME(store)(out + d, NAME(load)(out + d) * inverse);
}

void NAME(sk_attend)(
  const float *q, size_t queries, const float *keys, const float *values, size_t width,
  const sk_span *spans, float scale, float cap, float *scores, float *parts, float *out)
{
  sk_sums sums[SK_QUERIES], part_sums[SK_QUERIES];
  size_t first = spans[0].first, end = spans[0].end;
  for (size_t i = 1; i < queries; i++) {
    first = spans[i].first < first ? spans[i].first : first;
    end = spans[i].end > end ? spans[i].end : end;
  }
  const size_t begin = first / SK_SEGMENT;
  NAME(sk_attend_segment)(
    q, queries, keys, values, width, spans, begin, scale, cap, scores, sums, out);
  for (size_t segment = begin + 1; segment * SK_SEGMENT < end; segment++) {
    NAME(sk_attend_segment)(
      q, queries, keys, values, width, spans, segment, scale, cap, scores, part_sums, parts);
    for (size_t i = 0; i < queries; i++) {
      if (!sk_has_segment(spans[i], segment)) continue;
      float *part = parts + i * width, *own = out + i * width;
      if (spans[i].first / SK_SEGMENT < segment) {
        NAME(sk_merge_segment)(part_sums + i, part, width, sums + i, own);
      } else {
        sums[i] = part_sums[i];
        __builtin_memcpy(own, part, width * sizeof(float));
      }
    }
  }
  for (size_t i = 0; i < queries; i++) NAME(sk_end_attention)(sums + i, width, out + i * width);
}
