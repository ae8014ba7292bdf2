// Runs the C targets on random shapes, every buffer of its exact size on the heap: built with
// -fsanitize=address,undefined it ends where a kernel reads or writes beside them, or does what C
// does not define. Values are checked too where that is cheap: rows do not depend on others.
//
//     kernels SEED SECONDS
//     kernels SEED 0 TURNS   as many turns with the portable kernels alone, and a sum over what they
//                            gave, to compare machines of other kinds
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "CKernels.h"
#include "CMappings.h"

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}
static size_t any(size_t low, size_t high) { return low + next() % (high - low + 1); }
static float number(void) { return (float)(next() >> 40) / (1 << 23) - 1; }

/// A sum over the bits of all results of portable kernels; what is no number counts as one and the
/// same.
static uint64_t sum = 0xCBF29CE484222325;
static void note(sk_isa isa, const float *x, size_t n) {
  for (size_t i = 0; isa == SK_PORTABLE && i < n; i++) {
    uint32_t bits = 0x7FC00000;
    if (x[i] == x[i]) memcpy(&bits, x + i, 4);
    sum = (sum ^ bits) * 0x100000001B3;
  }
}
static bool is_portable_only;

static float *floats(size_t n) {
  float *x = malloc(n * sizeof *x + !n);
  // Now and then numbers of any size.
  const int wild = any(0, 9) == 0;
  for (size_t i = 0; i < n; i++) x[i] = wild ? ldexpf(number(), (int)any(0, 200) - 100) : number();
  return x;
}

static void fail(const char *what) {
  printf("differs: %s\n", what);
  exit(1);
}

/// n elements of a type, at an address of any alignment, ending where the memory ends.
static unsigned char *weights(sk_type type, size_t n, void **memory) {
  const size_t size = type == SK_F32 ? 4 : 2, shift = any(0, 3);
  unsigned char *bytes = malloc(n * size + shift), *w = bytes + shift;
  for (size_t i = 0; i < n; i++) {
    const float value = number();
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (type == SK_F32) memcpy(w + 4 * i, &value, 4);
    if (type == SK_BF16) memcpy(w + 2 * i, (unsigned char *)&bits + 2, 2);
    if (type == SK_F16) {
      const _Float16 half = (_Float16)value;
      memcpy(w + 2 * i, &half, 2);
    }
  }
  *memory = bytes;
  return w;
}

typedef struct {
  void (*multiply)(const void *call, sk_team *team, int thread);
  const void *call;
  sk_team *team;
} job;

static void on_thread(void *context, int thread) {
  const job *j = context;
  j->multiply(j->call, j->team, thread);
}

static sk_team *team;

static void run(void (*multiply)(const void *, sk_team *, int), const void *call) {
  if (any(0, 2)) return multiply(call, NULL, 0);
  job j = {multiply, call, team};
  sk_team_run(team, on_thread, &j);
}

typedef struct {
  sk_isa isa;
  const sk_matrix *matrix;
  const float *x;
  size_t stride, rows;
  bool accumulate;
  float *y;
  size_t y_stride;
} product;

static void multiply(const void *call, sk_team *team, int thread) {
  const product *p = call;
  sk_matmul(
    p->isa, p->matrix, p->x, p->stride, p->rows, p->accumulate, p->y, p->y_stride, team, thread);
}

static void multiply_tiles(const void *call, sk_team *team, int thread) {
  const product *p = call;
  sk_tile_matmul(p->matrix, p->x, p->rows, p->accumulate, p->y, p->y_stride, team, thread);
}

static void products(sk_isa isa) {
  const sk_type type = (sk_type)any(0, 2);
  const size_t outputs = any(1, 70), inputs = any(0, 9) ? any(1, 400) : any(1, 5000);
  const size_t rows = any(1, 20), gap = any(0, 3), y_stride = outputs + gap;
  const size_t padded = (inputs + SK_PACK - 1) / SK_PACK * SK_PACK, stride = padded + any(0, 1) * 16;
  void *memory;
  const unsigned char *w = weights(type, outputs * inputs, &memory);
  float *x = floats(rows * inputs), *bias = any(0, 1) ? floats(outputs) : NULL;
  float *y = floats((rows - 1) * y_stride + outputs);
  const sk_matrix matrix = {w, bias, outputs, inputs, type};
  product p = {isa, &matrix, NULL, stride, rows, any(0, 1), y, y_stride};
  if (sk_uses_tiles(isa, type)) {
    void *packed = aligned_alloc(64, (sk_tiles_bytes(rows, inputs) + 63) / 64 * 64);
    const size_t cut = inputs / 64 * SK_PACK;
    sk_pack_tiles(x, inputs, rows, inputs, 0, cut, packed);
    sk_pack_tiles(x, inputs, rows, inputs, cut, inputs, packed);
    p.x = packed;
    run(multiply_tiles, &p);
    free(packed);
  } else {
    float *packed = malloc(((rows - 1) * stride + padded) * sizeof *packed);
    for (size_t r = 0; r < rows; r++) sk_pack(isa, type, x + r * inputs, inputs, packed + r * stride);
    p.x = packed;
    run(multiply, &p);
    for (size_t r = 0; r < rows; r++) note(isa, y + r * y_stride, outputs);
    if (!p.accumulate) {
      // One row alone.
      const size_t r = any(0, rows - 1);
      float *alone = malloc(outputs * sizeof *alone);
      sk_matmul(isa, &matrix, packed + r * stride, stride, 1, false, alone, outputs, NULL, 0);
      if (memcmp(alone, y + r * y_stride, outputs * sizeof *alone)) fail("a row beside others");
      free(alone);
    }
    free(packed);
  }
  free(memory), free(x), free(bias), free(y);
}

typedef struct {
  sk_dot dot;
  const sk_quantized_matrix *matrix;
  const void *x;
  size_t stride, rows;
  bool accumulate;
  float *y;
  size_t y_stride;
} quantized;

static void multiply_quantized(const void *call, sk_team *team, int thread) {
  const quantized *q = call;
  sk_quantized_matmul(
    q->dot, q->matrix, q->x, q->stride, q->rows, q->accumulate, q->y, q->y_stride, team, thread);
}

static void low_precision(sk_isa isa) {
  const sk_type from = (sk_type)any(0, 2);
  const sk_quantized_type type = (sk_quantized_type)any(0, 1);
  const size_t source_rows = any(1, 70), inputs = any(0, 9) ? any(1, 300) : any(1, 3000);
  const size_t outputs = any(1, source_rows), rows = any(1, 12), y_stride = outputs + any(0, 3);
  void *memory;
  const unsigned char *w = weights(from, source_rows * inputs, &memory);
  const sk_matrix source = {w, NULL, source_rows, inputs, from};
  uint32_t *chosen = any(0, 1) ? malloc(outputs * sizeof *chosen) : NULL;
  for (size_t o = 0; chosen && o < outputs; o++) chosen[o] = (uint32_t)any(0, source_rows - 1);
  void *copy = aligned_alloc(64, sk_quantized_bytes(type, outputs, inputs));
  const size_t groups = (outputs + SK_QUANTIZED_GROUP - 1) / SK_QUANTIZED_GROUP;
  const size_t cut = any(0, groups);
  sk_quantize(type, &source, chosen, outputs, cut, groups, copy);
  sk_quantize(type, &source, chosen, outputs, 0, cut, copy);

  const size_t stride = sk_quantized_row_bytes(inputs);
  const size_t blocks = (inputs + SK_QUANTIZED_BLOCK - 1) / SK_QUANTIZED_BLOCK;
  char *packed = malloc((rows - 1) * stride + blocks * 40);
  float *x = floats(rows * inputs), *bias = any(0, 1) ? floats(outputs) : NULL;
  for (size_t r = 0; r < rows; r++) {
    float *row = malloc(inputs * sizeof *row);
    memcpy(row, x + r * inputs, inputs * sizeof *row);
    sk_quantize_row(isa, row, inputs, packed + r * stride);
    free(row);
  }
  const size_t count = (rows - 1) * y_stride + outputs;
  float *y = floats(count), *first = malloc(count * sizeof *first);
  const sk_quantized_matrix matrix = {copy, bias, outputs, inputs, type};
  bool is_first = true;
  for (int dot = SK_DOT_PORTABLE; dot <= SK_DOT_AVX512_VNNI; dot++) {
    if (!sk_supports_dot((sk_dot)dot) || (is_portable_only && dot)) continue;
    quantized q = {(sk_dot)dot, &matrix, packed, stride, rows, false, y, y_stride};
    run(multiply_quantized, &q);
    for (size_t r = 0; r < rows; r++) {
      float *line = y + r * y_stride, *known = first + r * y_stride;
      if (is_first) memcpy(known, line, outputs * sizeof *line);
      else if (memcmp(known, line, outputs * sizeof *line)) fail("integer products");
    }
    is_first = false;
    q.accumulate = true;
    run(multiply_quantized, &q);
    for (size_t r = 0; r < rows; r++) note(isa, y + r * y_stride, outputs);
  }
  free(memory), free(chosen), free(copy), free(packed), free(x), free(bias), free(y), free(first);
}

typedef struct {
  sk_dot dot;
  const sk_matrix *matrix;
  const void *x;
  size_t stride, rows;
  bool accumulate;
  float *y;
  size_t y_stride;
} block_product;

static void multiply_blocks(const void *call, sk_team *team, int thread) {
  const block_product *b = call;
  sk_block_matmul(
    b->dot, b->matrix, b->x, b->stride, b->rows, b->accumulate, b->y, b->y_stride, team, thread);
}

/// Bytes of any kind as blocks of a GGUF file, at any address: scales are numbers unless `wild`.
static unsigned char *blocks(
  sk_type type, size_t outputs, size_t inputs, bool wild, void **memory) {
  const bool is_super = type >= SK_Q4_K;
  const size_t count = outputs * inputs / (is_super ? 256 : 32), shift = any(0, 3);
  const size_t size = sk_row_bytes(type, is_super ? 256 : 32);
  unsigned char *bytes = malloc(count * size + shift), *w = bytes + shift;
  for (size_t i = 0; i < count * size; i++) w[i] = (unsigned char)next();
  for (size_t i = 0; !wild && i < count; i++) {
    unsigned char *block = w + i * size;
    // The upper bytes of halves.
    if (type == SK_Q6_K) block[209] = 0x20;
    else block[1] = 0x20;
    if (type == SK_Q4_1 || type == SK_Q5_1 || type == SK_Q4_K || type == SK_Q5_K) block[3] = 0x24;
  }
  *memory = bytes;
  return w;
}

static void file_blocks(sk_isa isa) {
  const sk_type type = (sk_type)any(SK_Q8_0, SK_Q6_K);
  const size_t unit = type >= SK_Q4_K ? 256 : 32, outputs = any(1, 70);
  const size_t inputs = unit * any(1, any(0, 9) ? 4 : 2048 / unit), rows = any(1, 20);
  const size_t y_stride = outputs + any(0, 3), stride = sk_split_row_bytes(inputs) + 4 * any(0, 2);
  const bool wild = any(0, 3) == 0;
  void *memory;
  const unsigned char *w = blocks(type, outputs, inputs, wild, &memory);
  float *bias = any(0, 1) ? floats(outputs) : NULL;
  const sk_matrix matrix = {w, bias, outputs, inputs, type};
  char *packed = malloc((rows - 1) * stride + sk_split_row_bytes(inputs));
  for (size_t r = 0; r < rows; r++) {
    float *row = floats(inputs);
    sk_split_row(isa, row, inputs, packed + r * stride);
    free(row);
  }
  const size_t count = (rows - 1) * y_stride + outputs;
  float *y = floats(count), *first = malloc(count * sizeof *first);
  bool is_first = true;
  for (int dot = SK_DOT_PORTABLE; dot <= SK_DOT_AVX512_VNNI; dot++) {
    if (!sk_supports_dot((sk_dot)dot) || (is_portable_only && dot)) continue;
    block_product b = {(sk_dot)dot, &matrix, packed, stride, rows, false, y, y_stride};
    run(multiply_blocks, &b);
    for (size_t r = 0; r < rows && !wild; r++) {
      float *line = y + r * y_stride, *known = first + r * y_stride;
      if (is_first) memcpy(known, line, outputs * sizeof *line);
      else if (memcmp(known, line, outputs * sizeof *line)) fail("products of blocks");
    }
    is_first = false;
    b.accumulate = true;
    run(multiply_blocks, &b);
    for (size_t r = 0; r < rows; r++) note(isa, y + r * y_stride, outputs);
  }
  // A part of a row as floats, and a copy in fewer bits.
  const size_t start = unit * any(0, inputs / unit - 1), n = inputs - start;
  float *wide = malloc(n * sizeof *wide);
  const size_t row_bytes = sk_row_bytes(type, inputs);
  sk_dequantize(type, w + any(0, outputs - 1) * row_bytes, start, n, wide);
  note(isa, wide, n);
  const sk_quantized_type copy_type = (sk_quantized_type)any(0, 1);
  void *copy = aligned_alloc(64, sk_quantized_bytes(copy_type, outputs, inputs));
  sk_quantize(
    copy_type, &matrix, NULL, outputs, 0,
    (outputs + SK_QUANTIZED_GROUP - 1) / SK_QUANTIZED_GROUP, copy);
  free(memory), free(bias), free(packed), free(y), free(first), free(wide), free(copy);
}

static void attention(sk_isa isa) {
  const size_t count = any(0, 9) ? any(1, 400) : any(1, 3 * SK_SEGMENT);
  const size_t width = SK_WIDTH * any(1, 8), queries = any(1, SK_QUERIES);
  const size_t blocks = (count + SK_POSITIONS - 1) / SK_POSITIONS, rounded = blocks * SK_POSITIONS;
  float *q = floats(queries * width), *keys = floats(rounded * width);
  float *values = floats(count * width), *scores = floats(queries * SK_CHUNK);
  float *out = floats(queries * width), *parts = floats(queries * width);
  sk_span spans[SK_QUERIES];
  void *own[2 * SK_QUERIES] = {0};
  for (size_t i = 0; i < queries; i++) {
    const size_t end = any(1, count), first = any(0, end - 1);
    spans[i] = (sk_span){first, end, any(0, 2) ? end + any(0, 5) : any(0, end), NULL, NULL};
    if (spans[i].own >= end) continue;
    const size_t left = end - spans[i].own;
    const size_t mine = (left + SK_POSITIONS - 1) / SK_POSITIONS * SK_POSITIONS;
    own[2 * i] = floats(mine * width), own[2 * i + 1] = floats(left * width);
    spans[i].own_keys = own[2 * i], spans[i].own_values = own[2 * i + 1];
  }
  const float cap = any(0, 1) ? 5 : 0;
  sk_attend(isa, q, queries, keys, values, width, spans, 0.125f, cap, scores, parts, out);
  note(isa, out, queries * width);
  // One query, segment by segment.
  const size_t i = any(0, queries - 1), first = spans[i].first / SK_SEGMENT;
  float *alone = floats(width);
  sk_sums sums, part_sums;
  for (size_t segment = first; sk_has_segment(spans[i], segment); segment++) {
    sk_attend_segment(
      isa, q + i * width, 1, keys, values, width, spans + i, segment, 0.125f, cap, scores,
      segment == first ? &sums : &part_sums, segment == first ? alone : parts);
    if (segment > first) sk_merge_segment(isa, &part_sums, parts, width, &sums, alone);
  }
  sk_end_attention(isa, &sums, width, alone);
  if (memcmp(alone, out + i * width, width * sizeof *alone)) fail("attention by segments");
  free(alone), free(parts);
  for (size_t i = 0; i < 2 * queries; i++) free(own[i]);
  free(q), free(keys), free(values), free(scores), free(out);
}

static void elementwise(sk_isa isa) {
  const size_t n = any(1, 300), half = any(1, 64), stride = any(1, 20);
  float *x = floats(n), *y = floats(n), *w = floats(n);
  sk_rms_norm(isa, x, w, 1e-5f, n, y);
  note(isa, y, n);
  sk_silu_multiply(isa, x, w, n, y);
  note(isa, y, n);
  sk_gelu_multiply(isa, x, w, n, y);
  note(isa, y, n);
  sk_soft_cap(isa, y, n, 3);
  note(isa, y, n);
  if (sk_all_finite(x, n)) sk_exp_sum(isa, x, n, x[sk_argmax(x, n)], 1, any(0, 1) ? y : NULL);
  float *r = floats(2 * half), *c = floats(half), *s = floats(half);
  float *turned = floats((2 * half - 1) * stride + 1);
  sk_rope(r, c, s, half, turned, stride);
  void *memory;
  const sk_type type = (sk_type)any(0, 2);
  sk_widen(type, weights(type, n, &memory), n, y);
  sk_read(memory, n, (size_t)1 << any(0, 3));
  free(memory), free(x), free(y), free(w), free(r), free(c), free(s), free(turned);
}

static void map_files(void) {
  int numbers[8];
  char path[] = "some file";
  const size_t count = any(1, 8);
  for (size_t i = 0; i < count; i++) numbers[i] = sk_mapping_add(&state, any(1, 100), path);
  for (size_t i = 0; i < count; i++) sk_mapping_remove(numbers[i]);
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  const double seconds = argc > 2 ? atof(argv[2]) : 10;
  const long turns = argc > 3 ? atol(argv[3]) : 0;
  const time_t end = time(NULL) + (time_t)seconds;
  is_portable_only = turns > 0;
  team = sk_team_create(3);
  long shapes = 0;
  for (long turn = 0; turns ? turn < turns : time(NULL) < end; turn++) {
    for (int isa = SK_PORTABLE; isa <= (turns ? SK_PORTABLE : SK_AMX); isa++) {
      if (!sk_supports((sk_isa)isa)) continue;
      products((sk_isa)isa), low_precision((sk_isa)isa), attention((sk_isa)isa);
      elementwise((sk_isa)isa), file_blocks((sk_isa)isa);
      shapes += 5;
    }
    map_files();
  }
  sk_team_destroy(team);
  printf("%ld shapes\n", shapes);
  if (turns) printf("results %016llx\n", (unsigned long long)sum);
}
