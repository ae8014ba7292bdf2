import LinearAlgebra
import Statistics
import Testing

@Suite("Cholesky factors")
struct CholeskyTests {
  /// B·Bᵀ + 0.1·I of a random B, scaled like a covariance matrix.
  private func covariance(_ order: Int, _ random: inout RandomSource) -> Matrix {
    let b = (0..<order).map { _ in (0..<20).map { _ in random.normal() / 20.0.squareRoot() } }
    var matrix = Matrix(rows: order, columns: order)
    for row in 0..<order {
      for column in 0..<order {
        matrix[row, column] = zip(b[row], b[column]).reduce(0) { $0 + $1.0 * $1.1 }
      }
      matrix[row, row] += 0.1
    }
    return matrix
  }

  @Test(
    "the inverse times the matrix is the identity, and the factor times its transpose the matrix")
  func choleskyAgainstProducts() throws {
    var random = RandomSource(seed: 8)
    let matrix = covariance(30, &random)
    let factor = try Cholesky(matrix)
    let inverse = factor.inverse()
    for row in 0..<30 {
      for column in 0..<30 {
        let product = (0..<30).reduce(0) { $0 + matrix[row, $1] * inverse[$1, column] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-10)
        let square = (0...min(row, column)).reduce(0) {
          $0 + factor[row, $1] * factor[column, $1]
        }
        #expect(abs(square - matrix[row, column]) < 1e-12)
      }
    }
  }

  @Test("a matrix that no jitter helps gives a typed error, and so does one that is not finite")
  func typedErrors() {
    var indefinite = Matrix(rows: 2, columns: 2, repeating: 1)
    indefinite[1, 0] = 2
    #expect {
      try Cholesky(indefinite)
    } throws: { error in
      guard case .notPositiveDefinite(order: 2, let jitter)? = error as? CholeskyError else {
        return false
      }
      return jitter > 0
    }
    indefinite[1, 0] = .nan
    #expect(throws: CholeskyError.notFinite) { try Cholesky(indefinite) }
  }

  @Test("solving undoes multiplying, with the factor, its transpose and the matrix")
  func solving() throws {
    var random = RandomSource(seed: 9)
    let matrix = covariance(25, &random)
    let factor = try Cholesky(matrix)
    let x = (0..<25).map { _ in random.normal() }
    func product(_ element: (Int, Int) -> Double) -> [Double] {
      (0..<25).map { row in (0..<25).reduce(0) { $0 + element(row, $1) * x[$1] } }
    }
    func lower(_ row: Int, _ column: Int) -> Double { column <= row ? factor[row, column] : 0 }
    func error(_ solution: [Double]) -> Double {
      zip(solution, x).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    #expect(error(factor.solve(product { matrix[$0, $1] })) < 1e-10)
    var half = product(lower)
    half.withUnsafeMutableBufferPointer { factor.solveLower(in: $0, columns: 1) }
    #expect(error(half) < 1e-11)
    let transposed = product { lower($1, $0) }
    #expect(zip(factor.transposedTimes(x), transposed).allSatisfy { abs($0 - $1) < 1e-13 })
    half = transposed
    half.withUnsafeMutableBufferPointer { factor.solveTransposed(in: $0) }
    #expect(error(half) < 1e-11)
  }

  @Test("bordering equals factorising anew, and refuses a row that repeats another")
  func append() throws {
    var random = RandomSource(seed: 10)
    let matrix = covariance(40, &random)
    func leading(_ order: Int) -> Matrix {
      var part = Matrix(rows: order, columns: order)
      for row in 0..<order {
        for column in 0..<order { part[row, column] = matrix[row, column] }
      }
      return part
    }
    var grown = try Cholesky(leading(3))
    for order in 3..<40 {
      let appended = grown.append(
        row: (0..<order).map { matrix[order, $0] }, diagonal: matrix[order, order])
      #expect(appended)
    }
    let fresh = try Cholesky(matrix)
    for row in 0..<40 {
      for column in 0...row { #expect(abs(grown[row, column] - fresh[row, column]) < 1e-12) }
    }
    #expect(abs(grown.logDeterminant - fresh.logDeterminant) < 1e-10)
    let repeated = (0..<40).map { matrix[7, $0] }
    let appended = grown.append(row: repeated, diagonal: matrix[7, 7])
    #expect(!appended && grown.order == 40)
  }
}
