#pragma once
#include <cblas.h>
#include <lapacke.h>

// Exported by every OpenBLAS, but only declared in its own cblas.h, which another BLAS's header of
// the same name may hide.
extern void openblas_set_num_threads(int num_threads);
