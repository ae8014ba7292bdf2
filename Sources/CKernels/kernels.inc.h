// The template. The including file defines
//   NAME(f)   the function's name for its instruction set
//   LANES     floats per vector: 4, 8 or 16
//   FMA(a, b, c)  a·b + c on vectors, fused or not, but always the same
//   MAX_ROWS, OUTPUTS(rows)   the register tile of a matrix product
//   HALF_TO_FLOAT(p)   LANES half floats at p, widened
// Vectors are the compiler's portable ones; only FMA and half floats need an instruction's name.

#include "vectors.inc.h"
#include "elementwise.inc.h"
#include "matmul.inc.h"
#include "attention.inc.h"
