#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The engine's inner loops. One template (kernels.inc.h) is compiled once per instruction set;
// every function here takes the instruction set to run and dispatches on it.
//
// The property that everything above rests on: what a row gets does not depend on how many rows are
// computed with it, on how outputs are cut among threads, or on where a row lies in a tile. Each
// output element has one order of accumulation per instruction set, whatever the call's shape.

typedef enum { SK_PORTABLE = 0, SK_AVX2 = 1, SK_AVX512 = 2, SK_AMX = 3 } sk_isa;
/// How weights are stored: numbers one by one, or, from SK_Q8_0 on, in the blocks of GGUF files.
typedef enum {
  SK_BF16 = 0, SK_F16 = 1, SK_F32 = 2,
  SK_Q8_0 = 3, SK_Q4_0, SK_Q4_1, SK_Q5_0, SK_Q5_1, SK_Q4_K, SK_Q5_K, SK_Q6_K
} sk_type;

/// Whether this machine can run the instruction set.
bool sk_supports(sk_isa isa);

/// Packed activations are padded to a multiple of this many floats.
#define SK_PACK 32

/// packed[ceil(n / SK_PACK) · SK_PACK] ← x[n], in the order in which weights of `type` come out of
/// their registers, zero-padded.
void sk_pack(sk_isa isa, sk_type type, const float *x, size_t n, float *packed);

/// w[outputs][inputs], row-major, any alignment; bias[outputs] or NULL.
typedef struct {
  const void *weights;
  const float *bias;
  size_t outputs;
  size_t inputs;
  sk_type type;
} sk_matrix;

typedef struct sk_team sk_team;

/// y[rows][outputs] (stride y_stride) ← or += w[outputs][inputs] · x[rows][inputs] + bias[outputs].
/// x: rows packed by sk_pack for the same type, x_stride floats apart. Each weight is read from
/// memory once, however many rows there are. Called by every thread of a running team, which share
/// the outputs, each with its own number and an x of the same values; or with NULL by one alone.
/// What a thread returns with is complete only after the next barrier.
void sk_matmul(
  sk_isa isa, const sk_matrix *matrix, const float *x, size_t x_stride, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread);

/// y[n] ← x[n] / sqrt(mean(x²) + epsilon) · weight[n]; y may be x.
void sk_rms_norm(
  sk_isa isa, const float *x, const float *weight, float epsilon, size_t n, float *y);

/// y[n] ← silu(gate[n]) · up[n]; y may be gate.
void sk_silu_multiply(sk_isa isa, const float *gate, const float *up, size_t n, float *y);

/// y[n] ← gelu(gate[n]) · up[n], with gelu's tanh approximation (Hendrycks and Gimpel 2016); y may be
/// gate.
void sk_gelu_multiply(sk_isa isa, const float *gate, const float *up, size_t n, float *y);

/// x[n] ← cap · tanh(x[n] / cap); cap > 0. Each element's bits are the same wherever it is cut.
void sk_soft_cap(sk_isa isa, float *x, size_t n, float cap);

/// Positions per block of the keys' layout, and the most queries that attend together.
#define SK_POSITIONS 16
#define SK_QUERIES 64
/// Positions that softmax takes at a time, a multiple of 64.
#define SK_CHUNK 128
/// Positions whose sums are one part of a query's, a multiple of SK_CHUNK.
#define SK_SEGMENT 1024
/// A head's dimensions are padded with zeros to a multiple of this many floats.
#define SK_WIDTH 16

/// The positions that a query sees: first ≤ t < end. Those from `own` on (≥ end for none) are not
/// the cache's but the query's own: key and value of position own + i are the i-th of own_keys and
/// own_values, laid out like keys and values. The result's bits are those of one cache that holds
/// all.
typedef struct {
  size_t first;
  size_t end;
  size_t own;
  const float *own_keys;
  const float *own_values;
} sk_span;

/// Whether a query sees positions of a segment: SK_SEGMENT · segment and those that follow.
static inline bool sk_has_segment(sk_span span, size_t segment) {
  return span.first < (segment + 1) * SK_SEGMENT && segment * SK_SEGMENT < span.end;
}

/// out[queries][width] ← softmax(scale · q[queries][width] · keysᵀ) · values, over each query's
/// span; where cap > 0, each scaled score s becomes cap · tanh(s / cap) first. width: the head
/// dimension padded with zeros to a multiple of 16; queries ≤ SK_QUERIES, each with a span that is
/// not empty. keys: [position / 16][width][position % 16]; values: [position][width]. Scratch:
/// scores [queries][SK_CHUNK], parts [queries][width].
///
/// The bits are those of the three functions below: sk_attend_segment for each segment that a query
/// sees, its first the query's sums, sk_merge_segment for the others in order, sk_end_attention.
void sk_attend(
  sk_isa isa, const float *q, size_t queries, const float *keys, const float *values,
  size_t width, const sk_span *spans, float scale, float cap, float *scores, float *parts,
  float *out);

/// What softmax divides by, over some positions: the sum of exp(score − largest).
typedef struct {
  float largest;
  float total;
} sk_sums;

/// A segment's part of sk_attend: sums[queries], and out[queries][width] before it is divided by
/// them. Of no meaning for queries that see nothing of it.
void sk_attend_segment(
  sk_isa isa, const float *q, size_t queries, const float *keys, const float *values,
  size_t width, const sk_span *spans, size_t segment, float scale, float cap, float *scores,
  sk_sums *sums, float *out);

/// A query's sums and out[width] ← those over its positions and the part's.
void sk_merge_segment(
  sk_isa isa, const sk_sums *part_sums, const float *part, size_t width, sk_sums *sums,
  float *out);

/// out[width] ← out / its sums' total
void sk_end_attention(sk_isa isa, const sk_sums *sums, size_t width, float *out);

/// Half-split (rotate_half) rotary embedding of x[2 · half], written y_stride floats apart:
/// (y[i], y[i + half]) ← (x[i]·cos[i] − x[i + half]·sin[i], x[i + half]·cos[i] + x[i]·sin[i])
void sk_rope(
  const float *x, const float *cosines, const float *sines, size_t half, float *y,
  size_t y_stride);

/// The same for neighbours: (y[2i], y[2i + 1]) of (x[2i], x[2i + 1]).
void sk_rope_neighbors(
  const float *x, const float *cosines, const float *sines, size_t half, float *y,
  size_t y_stride);

/// y[n] ← x[n] widened to float; exact. Not for blocks.
void sk_widen(sk_type type, const void *x, size_t n, float *y);

/// Whether every one of x[n] is a finite number.
bool sk_all_finite(const float *x, size_t n);

/// The index of the largest of x[n]; the lowest among equals. NaN never wins. n ≥ 1.
size_t sk_argmax(const float *x, size_t n);

/// y[n] ← exp((x[n] − maximum) · scale); returns the sum. y may be NULL. Finite arguments.
/// An exponent below −87 counts as −87: about 1e-38, where a probability is zero for all purposes.
float sk_exp_sum(
  sk_isa isa, const float *x, size_t n, float maximum, float scale, float *y);

/// Reads the bytes in 1, 2, 4 or 8 sequential streams, and returns something that depends on all of
/// them: the bandwidth probe.
uint64_t sk_read(const void *bytes, size_t count, size_t streams);

/// Multiplies and adds in registers only, a vector of floats per chain; the number of
/// floating-point operations done, two for a multiply-add: the arithmetic probe. SK_AMX: of tiles,
/// and the operations of products of floats, each of which takes three of the unit's.
double sk_multiply_adds(sk_isa isa, size_t turns);

// MARK: Matrix units

// Products of BF16 weights with SK_AMX. The unit multiplies BF16 with BF16 and adds in floats; a
// float is the sum of three BF16, exactly, so that a row is three columns of the product. Weights
// are read where they are. An output is summed over the inputs in order, for each of the terms,
// then over these: the same bits for any rows and threads.

/// Whether products with weights of `type` are sk_tile_matmul's, of rows packed by sk_pack_tiles;
/// otherwise they are sk_matmul's.
bool sk_uses_tiles(sk_isa isa, sk_type type);

/// Bytes of `rows` packed rows of n floats.
size_t sk_tiles_bytes(size_t rows, size_t n);

/// packed ← the terms of the inputs begin ≤ k < end of x[rows][n], x_stride floats apart, in tiles
/// filled up with zeros. begin: a multiple of SK_PACK; end: another, or n. Threads may share the
/// inputs. packed: fastest at a multiple of 64 bytes; where anything lies depends on `rows`.
void sk_pack_tiles(
  const float *x, size_t x_stride, size_t rows, size_t n, size_t begin, size_t end, void *packed);

/// As sk_matmul, for x: all of `rows` packed by sk_pack_tiles.
void sk_tile_matmul(
  const sk_matrix *matrix, const void *x, size_t rows, bool accumulate, float *y, size_t y_stride,
  sk_team *team, int thread);

/// What sk_multiply_adds does for SK_AMX.
double sk_tile_multiply_adds(size_t turns);

// MARK: Blocks of GGUF files

// Weights in the block formats of ggml (ggml-common.h), where they are, multiplied with activations
// in 15 bits: two integers of 8 bits each, for with one alone logits are off by some percent. Dot
// products of a block, or of the part of it that has a scale, are integers and exact; what is summed
// in floats has one order, and multiplication and addition are rounded apart: the same bits for any
// rows, threads and instructions.

/// Whether weights of `type` are blocks, whose products are sk_block_matmul's.
bool sk_is_block(sk_type type);

/// Bytes of a row of n weights; n: a multiple of the type's block.
size_t sk_row_bytes(sk_type type, size_t n);

/// y[n] ← the weights first … first + n of a row, as floats. first: a multiple of 32, and of blocks
/// n too. What ggml computes, each step rounded.
void sk_dequantize(sk_type type, const void *row, size_t first, size_t n, float *y);

/// Which integer dot products: all give the same bits.
typedef enum {
  SK_DOT_PORTABLE = 0,
  SK_DOT_AVX2,
  SK_DOT_AVX_VNNI,
  SK_DOT_AVX512,
  SK_DOT_AVX512_VNNI,
  /// The matrix unit's, for the blocks of GGUF files and several rows.
  SK_DOT_AMX
} sk_dot;

/// Bytes of a row of n activations; as sk_quantized_row_bytes.
size_t sk_split_row_bytes(size_t n);

/// packed ← x[n], n a multiple of 32, in 15 bits with a scale per block of 32, whose largest
/// magnitude becomes 16256 (0 where it is below 2⁻¹⁰⁰). The same bits for every instruction set.
/// packed: aligned to 4 bytes.
void sk_split_row(sk_isa isa, const float *x, size_t n, void *packed);

/// y[rows][outputs] ← or += matrix · x[rows] + bias, x: rows packed by sk_split_row, x_stride_bytes
/// apart, a multiple of 4. Otherwise as sk_matmul, for a matrix of blocks: any alignment; nothing
/// past its end is read.
void sk_block_matmul(
  sk_dot dot, const sk_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread);

// MARK: Low precision, for drafts

// Copies of weights in 8 or 4 bits, multiplied with activations in 8 bits. Dot products of a block
// are integers and exact; what is summed in floats has one order, and multiplication and addition
// are rounded apart. So the bits are the same for any rows, threads and instructions.

/// How a weight is stored: as an integer −127 … 127, or as the number of one of 16 such integers
/// (sk_q4_grid). A block of SK_QUANTIZED_BLOCK inputs of an output has one scale, a half float:
/// weight ≈ integer · scale.
typedef enum { SK_Q8 = 0, SK_Q4 = 1 } sk_quantized_type;

/// Inputs per scale.
#define SK_QUANTIZED_BLOCK 32
/// Outputs that lie together; a matrix has ⌈outputs / 16⌉ groups.
#define SK_QUANTIZED_GROUP 16

/// Whether this machine has the instructions.
bool sk_supports_dot(sk_dot dot);
/// The fastest that this machine has and that needs no more than `isa`.
sk_dot sk_best_dot(sk_isa isa);

/// The 16 integers of SK_Q4, ascending.
extern const int8_t sk_q4_grid[16];

/// A matrix in low precision: groups of 16 outputs, the last filled up with zeros, each of B =
/// ⌈inputs / 32⌉ blocks, also filled up. A group is its scales, [B][output], padded to a multiple
/// of 64 bytes, then its integers. SK_Q8: [B][step of 4 inputs][output][input of the step], each
/// byte the integer + 128. SK_Q4: the same with one byte for steps 2i (low four bits) and 2i + 1
/// (high), each the integer's number in the grid. Aligned to 64 bytes; bias[outputs] or NULL.
typedef struct {
  const void *weights;
  const float *bias;
  size_t outputs;
  size_t inputs;
  sk_quantized_type type;
} sk_quantized_matrix;

size_t sk_quantized_bytes(sk_quantized_type type, size_t outputs, size_t inputs);

/// Writes the groups first ≤ g < end of a copy of `source` with `outputs` outputs to `target`, the
/// copy's beginning. Output o is row rows[o] of the source; NULL: row o. 8 bits: the nearest of 255
/// equal steps up to the block's largest weight. 4 bits: the nearest points of the grid for the
/// best of a few scales (quantized/weights.inc.h). Scales stay finite, so that what is beyond
/// 127 · 65504 is cut; a block with a NaN becomes something finite. The same bits on every machine.
/// Threads may share the groups.
void sk_quantize(
  sk_quantized_type type, const sk_matrix *source, const uint32_t *rows, size_t outputs,
  size_t first_group, size_t end_group, void *target);

/// Bytes of a row of n activations: an odd number of cache lines, so that rows one after another
/// share no set of the cache; no more than as many floats take, n rounded up to 32.
size_t sk_quantized_row_bytes(size_t n);

/// packed ← x[n] in 8 bits with a scale per block, whose largest magnitude becomes 127 (0 where it
/// is below 2⁻¹⁰⁰). The same bits for every instruction set. packed, aligned to 4 bytes, has per
/// block: a float, the scale; an int32, −128 times the sum of the integers; 32 int8.
void sk_quantize_row(sk_isa isa, const float *x, size_t n, void *packed);

/// y[rows][outputs] ← or += matrix · x[rows] + bias, x: rows packed by sk_quantize_row,
/// x_stride_bytes apart, a multiple of 4. Otherwise as sk_matmul.
void sk_quantized_matmul(
  sk_dot dot, const sk_quantized_matrix *matrix, const void *x, size_t x_stride_bytes, size_t rows,
  bool accumulate, float *y, size_t y_stride, sk_team *team, int thread);

// MARK: Threads

// A team of threads runs one body together; the caller is thread 0. Between bodies and at barriers
// a thread spins for a while, then sleeps in the kernel. At most 8 loops (sk_matmul,
// sk_quantized_matmul) lie between two barriers.

/// A team of `threads` ≥ 1; NULL where the system gives no thread.
sk_team *sk_team_create(int threads);
void sk_team_destroy(sk_team *team);
/// Runs body(context, thread) on every thread, and returns when all have ended. Not reentrant.
void sk_team_run(sk_team *team, void (*body)(void *context, int thread), void *context);
/// Waits until every thread of the running body has arrived; what they wrote before is visible.
/// `thread`: the caller's number.
void sk_team_barrier(sk_team *team, int thread);
