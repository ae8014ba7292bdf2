// Part of the template: decoded blocks times rows of activations in the matrix unit, in place of
// multiply.inc.h. Rows are the rows of tiles, high and low integers apart; a tile of weights is a
// block's steps, four bytes of each output: as they are decoded.
//
// The unit adds integers, so that bits are those of every other way.

/// Rows of a tile. Registers: 0 weights; 1 to 3 rows, high and low sums of so many; 4 to 6 of what
/// is left over.
#define TILE_ROWS 8

INLINE void configure(size_t rows) {
  struct {
    _Alignas(64) uint8_t palette;
    uint8_t start_row;
    uint8_t reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shapes = {.palette = 1};
  shapes.rows[0] = STEPS;
  shapes.row_bytes[0] = STEP * LANES;
  for (int i = 1; i < 7; i++) {
    const size_t left = rows % TILE_ROWS ? rows % TILE_ROWS : TILE_ROWS;
    shapes.rows[i] = (uint8_t)(i < 4 ? TILE_ROWS : left);
    shapes.row_bytes[i] = (uint16_t)(i % 3 == 1 ? BLOCK : STEP * LANES);
  }
  _tile_loadconfig(&shapes);
}

// High and low sums of a block for rows at x.
typedef struct {
  _Alignas(64) vi high[TILE_ROWS], low[TILE_ROWS];
} tile_sums;

#define PRODUCTS(ROWS, HIGH, LOW)                                                                  \
  _tile_loadd(0, w, sizeof(vi));                                                                   \
  _tile_zero(HIGH);                                                                                \
  _tile_loadd(ROWS, x->high, x_stride);                                                            \
  _tile_dpbssd(HIGH, ROWS, 0);                                                                     \
  _tile_stored(HIGH, to->high, sizeof(vi));                                                        \
  _tile_zero(LOW);                                                                                 \
  _tile_loadd(ROWS, x->low, x_stride);                                                             \
  _tile_dpbssd(LOW, ROWS, 0);                                                                      \
  _tile_stored(LOW, to->low, sizeof(vi));
INLINE void tile_products(
  const bool is_whole, const void *w, const sk_split_block *x, size_t x_stride, tile_sums *to)
{
  if (is_whole) {
    PRODUCTS(1, 2, 3)
  } else {
    PRODUCTS(4, 5, 6)
  }
}

// sums[rows ≤ TILE_ROWS] += … as multiply_rows. What a block's sums become is computed while the
// unit has the next one.
INLINE void NAME(multiply_rows)(
  const int kind, const size_t rows, const bool is_whole, const NAME(decoded) *w, size_t blocks,
  const char *x, size_t x_stride, sk_lead *lead, vf *sums)
{
#define X(r) ((const sk_split_block *)(x + (r) * x_stride))
  tile_sums products[2];
  vf kept[TILE_ROWS];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < TILE_ROWS; r++)
    if (r < rows) kept[r] = sums[r];
#define START(b) tile_products(is_whole, w->steps[b], X(0) + (b), x_stride, &products[(b) % 2]);
  START(0)
  for (size_t b = 0; b < blocks; b++) {
    look_ahead(lead);
    if (b + 1 < blocks) START(b + 1)
    const tile_sums *own = &products[b % 2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < TILE_ROWS; r++) {
      if (r >= rows) continue;
      const vi dots = (own->high[r] << 7) + own->low[r];
      kept[r] += __builtin_convertvector(dots, vf) * (w->scales[b] * X(r)[b].scale);
    }
    if (kind == A_LEAST) {
#pragma clang loop unroll(full)
      for (size_t r = 0; r < TILE_ROWS; r++)
        if (r < rows) kept[r] += w->least[b] * X(r)[b].sum;
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < TILE_ROWS; r++)
    if (r < rows) sums[r] = kept[r];
#undef START
#undef X
}

#define DEFINE_MULTIPLY(KIND)                                                                      \
  static __attribute__((noinline)) void NAME(multiply_##KIND)(                                     \
    const NAME(decoded) *w, size_t blocks, const char *x, size_t x_stride, size_t rows,            \
    sk_lead lead, vf *sums)                                                                        \
  {                                                                                                \
    for (; rows >= TILE_ROWS; rows -= TILE_ROWS, x += TILE_ROWS * x_stride, sums += TILE_ROWS) {   \
      NAME(multiply_rows)(KIND, TILE_ROWS, true, w, blocks, x, x_stride, &lead, sums);             \
      lead.bytes = 0;                                                                              \
    }                                                                                              \
    if (rows) NAME(multiply_rows)(KIND, rows, false, w, blocks, x, x_stride, &lead, sums);         \
  }
DEFINE_MULTIPLY(NO_MORE)
DEFINE_MULTIPLY(A_LEAST)
