#pragma once
#include "../half.h"
#include "../team.h"

// Where the parts of a matrix in low precision lie; see sk_quantized_matrix.

#define BLOCK SK_QUANTIZED_BLOCK
#define GROUP SK_QUANTIZED_GROUP
/// Inputs per step of a dot product, and steps of a block.
#define STEP 4
#define STEPS (BLOCK / STEP)
#define INLINE static inline __attribute__((always_inline))

/// A block of a row of activations.
typedef struct {
  float scale;
  int32_t start;
  int8_t values[BLOCK];
} sk_row_block;

INLINE size_t blocks_of(size_t inputs) { return (inputs + BLOCK - 1) / BLOCK; }
INLINE size_t groups_of(size_t outputs) { return (outputs + GROUP - 1) / GROUP; }
/// Bytes of a block's integers in a group.
INLINE size_t block_bytes(sk_quantized_type type) {
  return type == SK_Q8 ? BLOCK * GROUP : BLOCK * GROUP / 2;
}
/// Bytes of a group's scales.
INLINE size_t scale_bytes(size_t inputs) {
  return (blocks_of(inputs) * GROUP * sizeof(uint16_t) + 63) / 64 * 64;
}
INLINE size_t group_bytes(sk_quantized_type type, size_t inputs) {
  return scale_bytes(inputs) + blocks_of(inputs) * block_bytes(type);
}

/// The values of sk_q4_grid, where the compiler has to see them.
static const int8_t grid[16] = {-127, -97, -74, -57, -43, -30, -19, -8,
                                2,    11,  21,  33,  46,  61,  79,  103};

/// sk_q4_grid as it is multiplied: 128 larger.
extern const _Alignas(16) uint8_t sk_stored_grid[16];
