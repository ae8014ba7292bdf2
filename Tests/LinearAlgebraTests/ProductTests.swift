import LinearAlgebra
import Statistics
import Testing

@Suite("Products")
struct ProductTests {
  private func random(_ count: Int, _ random: inout RandomSource) -> [Double] {
    (0..<count).map { _ in random.normal() }
  }

  private func matrix(_ rows: Int, _ columns: Int, _ source: inout RandomSource) -> Matrix {
    var matrix = Matrix(rows: rows, columns: columns)
    matrix.elements = random(rows * columns, &source)
    return matrix
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  @Test("vectors", arguments: [0, 1, 5, 33, 400])
  func vectors(count: Int) {
    var source = RandomSource(seed: 71)
    let (a, b) = (random(count, &source), random(count, &source))
    var expected = 0.0
    for index in 0..<count { expected += a[index] * b[index] }
    #expect(abs(dot(a, b) - expected) < 1e-11)
    #expect(orderedDot(a, b) == expected)
    #expect(abs(a.withUnsafeBufferPointer { dot($0, b) } - expected) < 1e-11)
    #expect(abs(a.withUnsafeBufferPointer { squaredNorm($0) } - dot(a, a)) < 1e-11)
    var sum = b
    add(-2, times: a, to: &sum)
    #expect(distance(sum, zip(a, b).map { $1 - 2 * $0 }) < 1e-14)
  }

  @Test("matrices", arguments: [(0, 3), (1, 1), (4, 7), (30, 11)])
  func matrices(rows: Int, columns: Int) {
    var source = RandomSource(seed: 72)
    let a = matrix(rows, columns, &source)
    let (x, y) = (random(columns, &source), random(rows, &source))
    func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
      (0..<count).reduce(0) { $0 + term($1) }
    }
    let expected = (0..<rows).map { row in sum(columns) { a[row, $0] * x[$0] } }
    #expect(distance(a.times(x), expected) < 1e-12)
    let transposed = (0..<columns).map { column in sum(rows) { a[$0, column] * y[$0] } }
    #expect(distance(a.transposedTimes(y), transposed) < 1e-12)
    // Only the lower triangle counts.
    var symmetric = matrix(columns, columns, &source)
    let lower = symmetric
    symmetric.mirrorLower()
    #expect(symmetric[0, columns - 1] == lower[columns - 1, 0])
    let product = (0..<columns).map { row in sum(columns) { symmetric[row, $0] * x[$0] } }
    #expect(distance(lower.symmetricTimes(x), product) < 1e-12)
    let both = a.times(symmetric: lower)
    for row in 0..<rows {
      for column in 0..<columns {
        let element = sum(columns) { a[row, $0] * symmetric[$0, column] }
        #expect(abs(both[row, column] - element) < 1e-12)
      }
    }
  }

  @Test("the eigenvalues of a Jacobi matrix are the nodes of its Gauss rule")
  func eigensystem() {
    // Gauss–Legendre with three nodes: 0 and ±√(3/5), weights 8/9 and 5/9 of a total of 2.
    let off = [1 / 3.0.squareRoot(), 2 / 15.0.squareRoot(), 0]
    let (nodes, first) = tridiagonalEigensystem(diagonal: [0, 0, 0], offDiagonal: off)
    #expect(distance(nodes, [-0.6.squareRoot(), 0, 0.6.squareRoot()]) < 1e-14)
    #expect(distance(first.map { 2 * $0 * $0 }, [5.0 / 9, 8.0 / 9, 5.0 / 9]) < 1e-14)
  }
}
