import CLAPACKE

extension Matrix {
  /// A·x (dgemv).
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "\(vector.count) values for \(columns) columns")
    return product(CblasNoTrans, vector, count: rows)
  }

  /// Aᵀ·x (dgemv).
  public func transposedTimes(_ vector: [Double]) -> [Double] {
    precondition(vector.count == rows, "\(vector.count) values for \(rows) rows")
    return product(CblasTrans, vector, count: columns)
  }

  private func product(
    _ transposition: CBLAS_TRANSPOSE, _ vector: [Double], count: Int
  ) -> [Double] {
    _ = blasIsSingleThreaded
    var result = [Double](repeating: 0, count: count)
    guard rows > 0 && columns > 0 else { return result }
    cblas_dgemv(
      CblasColMajor, transposition, Int32(rows), Int32(columns), 1, elements, Int32(rows), vector,
      1, 0, &result, 1)
    return result
  }

  /// A·x of a symmetric matrix, of which the lower triangle is read (dsymv).
  public func symmetricTimes(_ vector: [Double]) -> [Double] {
    precondition(rows == columns && vector.count == columns, "shapes do not match")
    _ = blasIsSingleThreaded
    var product = [Double](repeating: 0, count: rows)
    cblas_dsymv(
      CblasColMajor, CblasLower, Int32(rows), 1, elements, Int32(rows), vector, 1, 0, &product, 1)
    return product
  }

  /// A·S with a symmetric matrix S, of which the lower triangle is read (dsymm).
  public func times(symmetric matrix: Matrix) -> Matrix {
    precondition(
      matrix.rows == columns && matrix.columns == columns, "shapes do not match")
    _ = blasIsSingleThreaded
    var product = Matrix(rows: rows, columns: columns)
    guard rows > 0 else { return product }
    cblas_dsymm(
      CblasColMajor, CblasRight, CblasLower, Int32(rows), Int32(columns), 1, matrix.elements,
      Int32(columns), elements, Int32(rows), 0, &product.elements, Int32(rows))
    return product
  }
}
