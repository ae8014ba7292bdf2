import CLAPACKE

/// Linear least squares, min ‖A·x − b‖₂, by complete orthogonal factorisation (LAPACK's dgelsy):
/// where columns depend on one another, of all minimisers the shortest.
///
/// - Parameters:
///   - rows: the rows of A, all of the same length ≥ 1; finite.
///   - targets: b, one for each row; finite.
/// - Returns: x, one for each column.
/// - Precondition: at least one row.
public func leastSquares(_ rows: [[Double]], _ targets: [Double]) -> [Double] {
  precondition(!rows.isEmpty && rows.count == targets.count)
  let columns = rows[0].count
  precondition(columns >= 1 && rows.allSatisfy { $0.count == columns })
  _ = blasIsSingleThreaded
  var matrix = (0..<columns).flatMap { column in rows.map { $0[column] } }
  // dgelsy leaves x where b was, so b has room for the longer of the two.
  var solution = targets + Array(repeating: 0, count: max(0, columns - rows.count))
  var pivots = [Int32](repeating: 0, count: columns)
  var rank: Int32 = 0
  let info = LAPACKE_dgelsy(
    LAPACK_COL_MAJOR, Int32(rows.count), Int32(columns), 1, &matrix,
    Int32(rows.count), &solution, Int32(solution.count), &pivots, 1e-10, &rank)
  precondition(info == 0, "dgelsy: argument \(-info) is not finite")
  return Array(solution.prefix(columns))
}
