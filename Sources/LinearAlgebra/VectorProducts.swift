import CLAPACKE

/// a·b, summed by BLAS in an order of its own: fast for long vectors (ddot).
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "a product of \(a.count) and \(b.count) values")
  _ = blasIsSingleThreaded
  return cblas_ddot(Int32(a.count), a, 1, b, 1)
}

/// The same of a column that lies in a larger buffer.
public func dot(_ a: UnsafeBufferPointer<Double>, _ b: [Double]) -> Double {
  precondition(a.count == b.count, "a product of \(a.count) and \(b.count) values")
  _ = blasIsSingleThreaded
  return cblas_ddot(Int32(a.count), a.baseAddress, 1, b, 1)
}

/// a·a of a column that lies in a larger buffer (ddot).
public func squaredNorm(_ a: UnsafeBufferPointer<Double>) -> Double {
  _ = blasIsSingleThreaded
  return cblas_ddot(Int32(a.count), a.baseAddress, 1, a.baseAddress, 1)
}

/// a·b, summed from the first element to the last: the same bits wherever BLAS's order differs, and
/// as fast for short vectors.
@inlinable
public func orderedDot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "a product of \(a.count) and \(b.count) values")
  return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

/// y + factor·x, in place of y (daxpy).
public func add(_ factor: Double, times x: [Double], to y: inout [Double]) {
  precondition(x.count == y.count, "a sum of \(x.count) and \(y.count) values")
  _ = blasIsSingleThreaded
  cblas_daxpy(Int32(x.count), factor, x, 1, &y, 1)
}
