import LinearAlgebra
import Statistics
import Testing

import LinearAlgebra
import Statistics

@Suite("Least squares")
struct LeastSquaresTests {
  /// Gaussian elimination with partial pivoting: the oracle's only tool.
  private func solve(_ matrix: [[Double]], _ target: [Double]) -> [Double] {
    var rows = zip(matrix, target).map { $0 + [$1] }
    let count = target.count
    for column in 0..<count {
      let pivot =
        (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in column + 1..<max(count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        for index in column...count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<max(count, row + 1)).reduce(0) { $0 + rows[row][$1] * solution[$1] }
      solution[row] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
  }

  private func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
  }

  private func times(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    transposed(transposed(b).map { times(a, $0) })
  }

  private func randomMatrix(
    _ rows: Int, _ columns: Int, _ random: inout RandomSource
  ) -> [[Double]] {
    (0..<rows).map { _ in (0..<columns).map { _ in random.normal() } }
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test("with independent columns the solution is that of the normal equations")
  func fullRank() {
    var random = RandomSource(seed: 31)
    for round in 0..<50 {
      let columns = 1 + round % 7
      let matrix = randomMatrix(columns + 5 + round, columns, &random)
      let targets = matrix.map { _ in 3 * random.normal() }
      let transpose = transposed(matrix)
      let expected = solve(product(transpose, matrix), times(transpose, targets))
      #expect(distance(leastSquares(matrix, targets), expected) < 1e-8)
    }
  }

  @Test("as many equations as unknowns are solved")
  func square() {
    var random = RandomSource(seed: 32)
    let matrix = randomMatrix(5, 5, &random)
    let expected = (0..<5).map { _ in random.normal() }
    #expect(distance(leastSquares(matrix, times(matrix, expected)), expected) < 1e-8)
    #expect(leastSquares([[4]], [2]) == [0.5])
  }

  @Test("of all minimisers the shortest is taken where columns depend on one another")
  func rankDeficient() {
    var random = RandomSource(seed: 33)
    for _ in 0..<20 {
      // A = B·C of rank 2: x = Cᵀ (C·Cᵀ)⁻¹ (Bᵀ·B)⁻¹ Bᵀ b.
      let b = randomMatrix(12, 2, &random)
      let c = randomMatrix(2, 5, &random)
      let targets = b.map { _ in random.normal() }
      let (bT, cT) = (transposed(b), transposed(c))
      let inner = solve(product(bT, b), times(bT, targets))
      let expected = times(cT, solve(product(c, cT), inner))
      #expect(distance(leastSquares(product(b, c), targets), expected) < 1e-8)
    }
    // A column of zeros has no say, and two equal columns share.
    let shared = leastSquares([[1, 1, 0], [2, 2, 0], [3, 3, 0]], [2, 4, 6])
    #expect(distance(shared, [1, 1, 0]) < 1e-12)
  }

  @Test("fewer equations than unknowns have the shortest solution")
  func underdetermined() {
    var random = RandomSource(seed: 34)
    let matrix = randomMatrix(2, 6, &random)
    let targets = [1.5, -0.5]
    let transpose = transposed(matrix)
    let expected = times(transpose, solve(product(matrix, transpose), targets))
    let solution = leastSquares(matrix, targets)
    #expect(solution.count == 6)
    #expect(distance(solution, expected) < 1e-9)
  }
}
