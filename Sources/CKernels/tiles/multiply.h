#pragma once
#include "tiles.h"

// What the matrix unit does: sums of outputs × columns over steps of inputs. Eight registers hold a
// tile each; a product adds to a tile of sums after 52 cycles and can begin every 16, so that four
// chains of sums hide it.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

/// Weights of one or several tiles of outputs, and the columns that they meet.
typedef struct {
  /// The first tile's weights, and bytes from one output to the next and from tile to tile.
  const char *weights;
  size_t row_bytes;
  size_t tile_bytes;
  /// Columns, and bytes from pair to pair of inputs and from step to step.
  const char *columns;
  size_t pair_bytes;
  size_t step_bytes;
  size_t steps;
  /// How far behind a tile's weights lies what is asked for with them, in the order of memory; 0
  /// for nothing.
  size_t lead;
} sk_walk;

/// Shapes of the registers. One tile of columns: 4 to 6 are weights; all others are sums and
/// columns, no wider than the columns are. More: whole tiles.
INLINE void configure(size_t width) {
  struct {
    _Alignas(64) uint8_t palette;
    uint8_t start_row;
    uint8_t reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shapes = {.palette = 1};
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = TILE;
    shapes.row_bytes[i] = width >= TILE || (i >= 4 && i < 7) ? 64 : 4 * width;
  }
  _tile_loadconfig(&shapes);
}

#define SUMS(tile, column) (sums + (tile) * TILE * (pair_bytes / 4) + TILE * (column))
#define BEGIN(sum, tile, column)                                                                   \
  if (continues) _tile_loadd(sum, SUMS(tile, column), pair_bytes);                                 \
  else _tile_zero(sum);
#define END(sum, tile, column) _tile_stored(sum, SUMS(tile, column), pair_bytes);

#define COLUMNS(to, column) _tile_loadd(to, x + 64 * (column), pair_bytes);
#define WEIGHTS_AGAIN(to, tile) _tile_loadd(to, w + (tile) * walk.tile_bytes, walk.row_bytes);
#define WEIGHTS(to, tile)                                                                          \
  WEIGHTS_AGAIN(to, tile)                                                                          \
  if (walk.lead)                                                                                   \
    for (int line = 0; line < TILE; line++)                                                        \
      __builtin_prefetch(ahead + (tile) * walk.tile_bytes + 64 * line, 0, 2);
#define ADD _tile_dpbf16ps

/// DEFINE(name, X, BODY): sums[tiles][TILE][pair_bytes / 4] ← or += weights · columns. X: what is
/// done with each sum (register, tile of outputs, tile of columns).
#define DEFINE(NAME, X, ...)                                                                       \
  static __attribute__((noinline)) void NAME(const sk_walk walk, bool continues, float *sums) {    \
    const char *w = walk.weights, *x = walk.columns, *ahead = w + walk.lead;                       \
    const size_t pair_bytes = walk.pair_bytes;                                                     \
    X(BEGIN)                                                                                       \
    for (size_t step = 0; step < walk.steps; step++) {                                             \
      __VA_ARGS__                                                                                  \
      w += 2 * STEP;                                                                               \
      ahead += 2 * STEP * TILE;                                                                    \
      x += walk.step_bytes;                                                                        \
    }                                                                                              \
    X(END)                                                                                         \
  }

#define SUMS_1_1(X) X(0, 0, 0)
DEFINE(multiply_1_1, SUMS_1_1, COLUMNS(7, 0) WEIGHTS(4, 0) ADD(0, 4, 7);)

#define SUMS_4_1(X) X(0, 0, 0) X(1, 1, 0) X(2, 2, 0) X(3, 3, 0)
DEFINE(
  multiply_4_1, SUMS_4_1,
  COLUMNS(7, 0)
  WEIGHTS(4, 0) ADD(0, 4, 7);
  WEIGHTS(5, 1) ADD(1, 5, 7);
  WEIGHTS(6, 2) ADD(2, 6, 7);
  WEIGHTS(4, 3) ADD(3, 4, 7);)

#define SUMS_1_2(X) X(0, 0, 0) X(1, 0, 1)
DEFINE(
  multiply_1_2, SUMS_1_2,
  WEIGHTS(4, 0)
  COLUMNS(6, 0) ADD(0, 4, 6);
  COLUMNS(7, 1) ADD(1, 4, 7);)

#define SUMS_2_2(X) X(0, 0, 0) X(1, 0, 1) X(2, 1, 0) X(3, 1, 1)
DEFINE(
  multiply_2_2, SUMS_2_2,
  COLUMNS(6, 0) WEIGHTS(4, 0) ADD(0, 4, 6);
  COLUMNS(7, 1) ADD(1, 4, 7);
  WEIGHTS(5, 1) ADD(2, 5, 6);
  ADD(3, 5, 7);)

#define SUMS_1_3(X) X(0, 0, 0) X(1, 0, 1) X(2, 0, 2)
DEFINE(
  multiply_1_3, SUMS_1_3,
  WEIGHTS(6, 0)
  COLUMNS(7, 0) ADD(0, 6, 7);
  COLUMNS(3, 1) ADD(1, 6, 3);
  COLUMNS(4, 2) ADD(2, 6, 4);)

// Six sums leave two registers: weights come from the first cache again.
#define SUMS_2_3(X) X(0, 0, 0) X(1, 0, 1) X(2, 0, 2) X(3, 1, 0) X(4, 1, 1) X(5, 1, 2)
DEFINE(
  multiply_2_3, SUMS_2_3,
  COLUMNS(7, 0) WEIGHTS(6, 0) ADD(0, 6, 7);
  WEIGHTS(6, 1) ADD(3, 6, 7);
  COLUMNS(7, 1) ADD(4, 6, 7);
  WEIGHTS_AGAIN(6, 0) ADD(1, 6, 7);
  COLUMNS(7, 2) ADD(2, 6, 7);
  WEIGHTS_AGAIN(6, 1) ADD(5, 6, 7);)

/// Tiles of outputs that are multiplied at once, and the functions for so many and for one.
/// [tiles of columns − 1]
static const struct {
  size_t tiles;
  void (*several)(const sk_walk, bool, float *);
  void (*one)(const sk_walk, bool, float *);
} multiplications[TERMS] = {
  {4, multiply_4_1, multiply_1_1}, {2, multiply_2_2, multiply_1_2},
  {2, multiply_2_3, multiply_1_3}};

#pragma clang attribute pop
#endif
