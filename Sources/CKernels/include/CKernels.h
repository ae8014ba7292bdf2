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

typedef enum { SK_PORTABLE = 0, SK_AVX2 = 1, SK_AVX512 = 2 } sk_isa;
typedef enum { SK_BF16 = 0, SK_F16 = 1, SK_F32 = 2 } sk_type;

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

/// y[n] ← x[n] / sqrt(mean(x²) + epsilon) · weight[n]
void sk_rms_norm(
  sk_isa isa, const float *x, const float *weight, float epsilon, size_t n, float *y);

/// y[n] ← silu(gate[n]) · up[n]; y may be gate.
void sk_silu_multiply(sk_isa isa, const float *gate, const float *up, size_t n, float *y);

/// Positions per block of the keys' layout, and the most queries that attend together.
#define SK_POSITIONS 16
#define SK_QUERIES 4
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

/// out[queries][width] ← softmax(scale · q[queries][width] · keysᵀ) · values, over each query's
/// span. width: the head dimension padded with zeros to a multiple of 16; queries ≤ SK_QUERIES,
/// each with a span that is not empty. keys: [position / 16][width][position % 16]; values:
/// [position][width]. scores: scratch, scores_stride ≥ the spans' ends rounded up to 16, a row per
/// query.
void sk_attend(
  sk_isa isa, const float *q, size_t queries, const float *keys, const float *values,
  size_t width, const sk_span *spans, float scale, float *scores, size_t scores_stride, float *out);

/// Half-split (rotate_half) rotary embedding of x[2 · half], written y_stride floats apart:
/// (y[i], y[i + half]) ← (x[i]·cos[i] − x[i + half]·sin[i], x[i + half]·cos[i] + x[i]·sin[i])
void sk_rope(
  const float *x, const float *cosines, const float *sines, size_t half, float *y,
  size_t y_stride);

/// y[n] ← x[n] widened to float; exact.
void sk_widen(sk_type type, const void *x, size_t n, float *y);

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
/// floating-point operations done, two for a multiply-add: the arithmetic probe.
double sk_multiply_adds(sk_isa isa, size_t turns);

// MARK: Threads

// A team of threads runs one body together; the caller is thread 0. Between bodies and at barriers
// a thread spins for a while, then sleeps in the kernel. At most 8 loops (sk_matmul) lie between
// two barriers.

/// A team of `threads` ≥ 1; NULL where the system gives no thread.
sk_team *sk_team_create(int threads);
void sk_team_destroy(sk_team *team);
/// Runs body(context, thread) on every thread, and returns when all have ended. Not reentrant.
void sk_team_run(sk_team *team, void (*body)(void *context, int thread), void *context);
/// Waits until every thread of the running body has arrived; what they wrote before is visible.
/// `thread`: the caller's number.
void sk_team_barrier(sk_team *team, int thread);
