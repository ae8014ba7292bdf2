import CLAPACKE
import Foundation

/// The lower Cholesky factor L of a symmetric positive definite matrix A + jitter·I = L·Lᵀ.
///
/// Storage has spare rows and columns, so that a bordered matrix costs O(n²) (`append`).
public struct Cholesky: Sendable {
  /// The number of rows of A.
  public private(set) var order: Int
  /// What had to be added to the diagonal of A; zero almost always.
  public let jitter: Double

  @usableFromInline var capacity: Int
  @usableFromInline var lower: [Double]

  /// The jitter tried first, relative to the mean of the diagonal; each further try takes ten
  /// times as much, up to a ten-thousandth.
  private static let firstJitter = 1e-10
  private static let jitterTries = 7
  /// A border whose last element's square is smaller, relative to the diagonal, has lost most of
  /// its digits.
  private static let leastRest = 1e-10

  /// Factorises the lower triangle of `matrix` (dpotrf), with growing jitter where it is needed.
  public init(_ matrix: Matrix) throws(CholeskyError) {
    precondition(matrix.rows == matrix.columns, "only a square matrix has a Cholesky factor")
    _ = blasIsSingleThreaded
    order = matrix.rows
    capacity = order
    guard matrix.elements.allSatisfy(\.isFinite) else { throw .notFinite }
    let scale = order == 0 ? 0 : matrix.diagonal.reduce(0, +) / Double(order)
    var jitter = 0.0
    var factor = matrix.elements
    for attempt in 0...Self.jitterTries {
      if attempt > 0 {
        jitter = Self.firstJitter * pow(10, Double(attempt - 1)) * scale
        factor = matrix.elements
        for index in 0..<order { factor[index * (order + 1)] += jitter }
      }
      let info = LAPACKE_dpotrf(
        LAPACK_COL_MAJOR, Self.lowerTriangle, Int32(order), &factor, Int32(max(1, order)))
      precondition(info >= 0, "dpotrf refused its argument \(-info)")
      if info == 0 {
        lower = factor
        self.jitter = jitter
        return
      }
    }
    throw .notPositiveDefinite(order: order, jitter: jitter)
  }

  /// The element of L in row `row` and column `column`, `column` ≤ `row`.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    precondition(column <= row && row < order, "the factor is lower triangular")
    return lower[row + column * capacity]
  }

  /// log det(A + jitter·I).
  public var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + log(lower[$1 * (capacity + 1)]) }
  }

  /// x of A·x = b (dpotrs).
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == order, "a right-hand side of \(b.count) for a matrix of \(order)")
    _ = blasIsSingleThreaded
    var x = b
    let info = LAPACKE_dpotrs(
      LAPACK_COL_MAJOR, Self.lowerTriangle, Int32(order), 1, lower, leadingDimension, &x,
      Int32(max(1, order)))
    precondition(info == 0, "dpotrs refused its argument \(-info)")
    return x
  }

  /// X of L·X = B, for every column of `b` (dtrsm).
  public func solveLower(_ b: Matrix) -> Matrix {
    var x = b
    x.elements.withUnsafeMutableBufferPointer { solveLower(in: $0, columns: b.columns) }
    return x
  }

  /// Replaces the first `columns` columns in `buffer` (each `order` long) by L⁻¹ times them.
  public func solveLower(in buffer: UnsafeMutableBufferPointer<Double>, columns: Int) {
    precondition(buffer.count >= order * columns, "too short for \(columns) columns of \(order)")
    _ = blasIsSingleThreaded
    // dtrtrs without its search for zeros on the diagonal, which a Cholesky factor has none of.
    if columns == 1 {
      cblas_dtrsv(
        CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, Int32(order), lower,
        leadingDimension, buffer.baseAddress, 1)
    } else {
      cblas_dtrsm(
        CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(order),
        Int32(columns), 1, lower, leadingDimension, buffer.baseAddress, Int32(max(1, order)))
    }
  }

  /// x of Lᵀ·x = b, in place (dtrsv).
  public func solveTransposed(in buffer: UnsafeMutableBufferPointer<Double>) {
    precondition(buffer.count >= order, "too short for a column of \(order)")
    _ = blasIsSingleThreaded
    cblas_dtrsv(
      CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, Int32(order), lower, leadingDimension,
      buffer.baseAddress, 1)
  }

  /// Lᵀ·x (dtrmv).
  public func transposedTimes(_ x: [Double]) -> [Double] {
    precondition(x.count == order, "\(x.count) values for a matrix of \(order)")
    _ = blasIsSingleThreaded
    var result = x
    cblas_dtrmv(
      CblasColMajor, CblasLower, CblasTrans, CblasNonUnit, Int32(order), lower, leadingDimension,
      &result, 1)
    return result
  }

  /// (A + jitter·I)⁻¹, both triangles (dpotri).
  public func inverse() -> Matrix {
    _ = blasIsSingleThreaded
    var result = Matrix(rows: order, columns: order)
    for column in 0..<order {
      for row in column..<order {
        result.elements[row + column * order] = lower[row + column * capacity]
      }
    }
    let info = LAPACKE_dpotri(
      LAPACK_COL_MAJOR, Self.lowerTriangle, Int32(order), &result.elements,
      Int32(max(1, order)))
    precondition(info == 0, "dpotri stopped with \(info)")
    result.mirrorLower()
    return result
  }

  /// Borders A by a row and a column in O(n²): the new row of L is l = L⁻¹·row, its last element
  /// √(diagonal + jitter − l·l).
  ///
  /// - Returns: false, with nothing changed, where that root would lose most of its digits (the new
  ///   row nearly depends on the others): factorise anew then.
  public mutating func append(row: [Double], diagonal: Double) -> Bool {
    precondition(row.count == order, "a row of \(row.count) for a matrix of \(order)")
    var border = row
    border.withUnsafeMutableBufferPointer { solveLower(in: $0, columns: 1) }
    let rest = diagonal + jitter - border.reduce(0) { $0 + $1 * $1 }
    guard rest > Self.leastRest * diagonal else { return false }
    if order == capacity { reserve(max(8, 2 * capacity)) }
    for column in 0..<order { lower[order + column * capacity] = border[column] }
    lower[order * (capacity + 1)] = rest.squareRoot()
    order += 1
    return true
  }

  private mutating func reserve(_ newCapacity: Int) {
    var wider = [Double](repeating: 0, count: newCapacity * newCapacity)
    for column in 0..<order {
      for row in column..<order {
        wider[row + column * newCapacity] = lower[row + column * capacity]
      }
    }
    lower = wider
    capacity = newCapacity
  }

  private var leadingDimension: Int32 { Int32(max(1, capacity)) }
  private static let lowerTriangle = CChar(UInt8(ascii: "L"))
}
