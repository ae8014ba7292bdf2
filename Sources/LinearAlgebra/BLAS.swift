import CLAPACKE

/// OpenBLAS starts threads for matrices of a few hundred rows and loses time by it, and its results
/// may differ with their number. Process-wide, set once: every function of this module that calls
/// BLAS or LAPACK asks for it first, and no other module calls them.
let blasIsSingleThreaded: Void = openblas_set_num_threads(1)
