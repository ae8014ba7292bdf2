/// A dense matrix in column-major order, the order that LAPACK takes without copying.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements: row `i` of column `j` at `i + j * rows`.
  public var elements: [Double]

  /// All elements equal to `value`.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: value, count: rows * columns)
  }

  /// The element in row `row` and column `column`.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row + column * rows] }
    set { elements[row + column * rows] = newValue }
  }

  /// The elements on the diagonal.
  public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// Copies the lower triangle onto the upper one.
  public mutating func mirrorLower() {
    precondition(rows == columns, "only a square matrix has triangles")
    let order = rows
    elements.withUnsafeMutableBufferPointer { elements in
      for column in 0..<order {
        for row in column + 1..<max(order, column + 1) {
          elements[column + row * order] = elements[row + column * order]
        }
      }
    }
  }
}
