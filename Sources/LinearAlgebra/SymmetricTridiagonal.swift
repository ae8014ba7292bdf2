import CLAPACKE

/// The eigenvalues of a symmetric tridiagonal matrix, ascending, and the first element of each
/// eigenvector of length one (LAPACK's dstev): what turns a Jacobi matrix into a Gauss rule (Golub
/// and Welsch, *Calculation of Gauss Quadrature Rules*, 1969).
///
/// - Parameters:
///   - diagonal: at least one element.
///   - offDiagonal: as many; the last is not looked at.
public func tridiagonalEigensystem(
  diagonal: [Double], offDiagonal: [Double]
) -> (values: [Double], firstElements: [Double]) {
  let order = diagonal.count
  precondition(order >= 1 && offDiagonal.count == order, "shapes do not match")
  _ = blasIsSingleThreaded
  var (values, off) = (diagonal, offDiagonal)
  var vectors = [Double](repeating: 0, count: order * order)
  let info = LAPACKE_dstev(
    LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), Int32(order), &values, &off, &vectors,
    Int32(order))
  precondition(info == 0, "dstev stopped with \(info)")
  return (values, (0..<order).map { vectors[$0 * order] })
}
