#include "multiply.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)

double sk_tile_multiply_adds(size_t turns) {
  configure(TILE);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(7);
  for (size_t t = 0; t < turns; t += 4) {
    ADD(0, 4, 7);
    ADD(1, 4, 7);
    ADD(2, 4, 7);
    ADD(3, 4, 7);
  }
  _tile_release();
  return (double)((turns + 3) / 4 * 4) * 2 * TILE * TILE * STEP / TERMS;
}

#pragma clang attribute pop
#else
double sk_tile_multiply_adds(size_t turns) { return 0; }
#endif
