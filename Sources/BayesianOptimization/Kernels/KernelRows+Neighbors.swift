extension KernelRows {
  /// Writes the row of a neighbour, and returns its prior variance and its features.
  func write(
    _ move: Move, from row: Row, to target: UnsafeMutableBufferPointer<Double>
  ) -> (variance: Double, features: [Double]) {
    var features = row.features
    var variance = row.priorVariance
    let hasVariance = !row.image.isEmpty
    for index in 0..<count { target[index] = row.values[index] - row.hamming[index] }
    images.elements.withUnsafeBufferPointer { images in
      for bit in move.bits {
        let sign = row.point[bit] ? -1.0 : 1.0
        features[bit] += sign
        for index in 0..<count { target[index] += sign * images[bit * count + index] }
      }
      for feature in structure.dimension..<structure.featureCount {
        let amount = change(ofQuadratic: feature - structure.dimension, by: move, from: row)
        features[feature] += amount
        for index in 0..<count { target[index] += amount * images[feature * count + index] }
        if hasVariance { variance += priorChange(of: feature, by: amount, from: row) }
      }
    }
    addHamming(move, from: row, to: target)
    guard hasVariance else { return (0, features) }
    for bit in move.bits {
      variance += priorChange(of: bit, by: row.point[bit] ? -1 : 1, from: row)
    }
    forPairs(move, of: row) { variance += 2 * $2 * covariance[$0, $1] }
    return (variance, features)
  }

  private func addHamming(
    _ move: Move, from row: Row, to target: UnsafeMutableBufferPointer<Double>
  ) {
    var hamming = row.hamming
    bits.elements.withUnsafeBufferPointer { bits in
      for bit in move.bits {
        let (column, value) = (bit * count, row.point[bit] ? 1.0 : 0)
        let (near, far) = (nearer[bit], farther[bit])
        for index in 0..<count { hamming[index] *= bits[column + index] == value ? far : near }
      }
    }
    for index in 0..<count { target[index] += hamming[index] }
  }

  /// What a move changes a quadratic feature by.
  private func change(ofQuadratic index: Int, by move: Move, from row: Row) -> Double {
    let (coupling, quadratic) = (row.couplings[index], structure.quadratics[index])
    var change = move.bits.reduce(0) { $0 + (row.point[$1] ? -1 : 1) * coupling[$1] }
    forPairs(move, of: row) { change += $2 * quadratic[$0, $1] }
    return change
  }

  /// The pairs of bits that a move changes, with 1 where both change alike, −1 where not.
  private func forPairs(_ move: Move, of row: Row, _ body: (Int, Int, Double) -> Void) {
    for (index, second) in move.bits.enumerated().dropFirst() {
      for first in move.bits[..<index] {
        body(first, second, row.point[first] == row.point[second] ? 1 : -1)
      }
    }
  }

  /// What a change of one feature adds to the prior variance: 2Δᵀ(M·features) + ΔᵀMΔ.
  private func priorChange(of feature: Int, by amount: Double, from row: Row) -> Double {
    amount * (2 * row.image[feature] + amount * covariance[feature, feature])
  }

  /// What a flip adds to the prior variance, with all that it changes. The quadratic features'
  /// weights are independent of the others.
  func priorChange(flipping bit: Int, of row: Row) -> Double {
    let sign = row.point[bit] ? -1.0 : 1.0
    return row.couplings.enumerated().reduce(priorChange(of: bit, by: sign, from: row)) {
      $0
        + priorChange(
          of: structure.dimension + $1.offset, by: sign * $1.element[bit], from: row)
    }
  }

  /// What each flip of a bit changes a functional Σ weight·k(x, z) by, given what one unit of each
  /// feature changes it by; exact.
  func changes(weights: [Double], slopes: [Double], of row: Row) -> [Double] {
    // Σ weight·Hamming part over all observations, and over those with a one at each bit.
    let vector = (0..<count).map { weights[$0] * row.hamming[$0] }
    let total = vector.reduce(0, +)
    let sums = bits.transposedTimes(vector)
    return (0..<structure.dimension).map { bit in
      let isOne = row.point[bit]
      var linear = slopes[bit]
      for (index, coupling) in row.couplings.enumerated() {
        linear += slopes[structure.dimension + index] * coupling[bit]
      }
      let same = isOne ? sums[bit] : total - sums[bit]
      return (isOne ? -linear : linear)
        + same * (farther[bit] - 1) + (total - same) * (nearer[bit] - 1)
    }
  }
}
