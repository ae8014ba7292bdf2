import CLAPACKE

/// OpenBLAS starts threads for matrices of a few hundred rows and loses time by it, and its results
/// may differ with their number. Process-wide, set once, before the first call.
public let blasIsSingleThreaded: Void = openblas_set_num_threads(1)
