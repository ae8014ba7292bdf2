#pragma once
#include "../half.h"
#include "../blocks/formats.h"
#include "../team.h"

// Where the parts of a matrix in low precision lie; see sk_quantized_matrix.

#define BLOCK SK_QUANTIZED_BLOCK
#define GROUP SK_QUANTIZED_GROUP
/// Inputs that one instruction multiplies for an output, and such steps in a block.
#define STEP 4
#define STEPS (BLOCK / STEP)

#define INLINE static inline __attribute__((always_inline))

INLINE size_t blocks_of(size_t inputs) { return (inputs + BLOCK - 1) / BLOCK; }
INLINE size_t groups_of(size_t outputs) { return (outputs + GROUP - 1) / GROUP; }

/// Bytes of a group's integers in one block.
INLINE size_t block_bytes(sk_quantized_type type) {
  return type == SK_Q8 ? BLOCK * GROUP : BLOCK * GROUP / 2;
}
/// Bytes of a group's scales, which come first.
INLINE size_t scale_bytes(size_t inputs) {
  return (blocks_of(inputs) * GROUP * sizeof(uint16_t) + 63) / 64 * 64;
}
INLINE size_t group_bytes(sk_quantized_type type, size_t inputs) {
  return scale_bytes(inputs) + blocks_of(inputs) * block_bytes(type);
}

/// A block of a row of activations.
typedef struct {
  float scale;
  /// What the sums of a block start from where weights are multiplied as they are stored, 128 too
  /// large.
  int32_t start;
  int8_t integers[BLOCK];
} sk_row_block;

/// A block of a row of activations as GGUF's blocks meet it: integers −16256 … 16256, each
/// 128 · high + low.
typedef struct {
  float scale;
  /// The sum of what the integers stand for.
  float sum;
  /// −128 times the sum of the integers, of all and of the first 16.
  int32_t start, first;
  int8_t high[BLOCK], low[BLOCK];
} sk_split_block;

/// The grid of SK_Q4, everything larger by `offset`: what has the least squared error over normal,
/// heavier-tailed and real weights. Found by Experiments/engine-speed/grid.py.
#define Q4_GRID(offset)                                                                            \
  {(offset) - 127, (offset) - 96, (offset) - 75, (offset) - 58,                                    \
   (offset) - 43, (offset) - 30, (offset) - 19, (offset) - 8,                                      \
   (offset) + 2, (offset) + 11, (offset) + 22, (offset) + 33,                                      \
   (offset) + 46, (offset) + 61, (offset) + 79, (offset) + 103}
/// As it is multiplied where weights are 128 too large.
extern const _Alignas(16) uint8_t sk_q4_stored[16];

/// Bit 4 of each of four bytes by four bits.
extern const _Alignas(64) uint32_t sk_fifth_bits[16];
