extension KernelRows {
  /// Writes the row of a neighbour, and returns its prior variance and its features.
  func write(
    _ move: Move, from row: Row, to target: UnsafeMutableBufferPointer<Double>
  ) -> (variance: Double, features: [Double]) {
    var features = row.features
    var variance = row.priorVariance
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
        variance += priorChange(of: feature, by: amount, from: row)
      }
    }
    addHamming(move, from: row, to: target)
    for bit in move.bits {
      variance += priorChange(of: bit, by: row.point[bit] ? -1 : 1, from: row)
    }
    if case .exchange(let one, let zero) = move {
      let signs = row.point[one] == row.point[zero] ? 2.0 : -2.0
      variance += signs * covariance[one, zero]
    }
    return (variance, features)
  }

  private func addHamming(
    _ move: Move, from row: Row, to target: UnsafeMutableBufferPointer<Double>
  ) {
    bits.elements.withUnsafeBufferPointer { bits in
      /// Where a bit's column starts, its factors, and its value in the point.
      func flip(_ bit: Int) -> (column: Int, near: Double, far: Double, value: Double) {
        (bit * count, nearer[bit], farther[bit], row.point[bit] ? 1 : 0)
      }
      switch move {
      case .flip(let bit):
        let (column, near, far, value) = flip(bit)
        for index in 0..<count {
          target[index] += row.hamming[index] * (bits[column + index] == value ? far : near)
        }
      case .exchange(let one, let zero):
        let (first, second) = (flip(one), flip(zero))
        for index in 0..<count {
          target[index] +=
            row.hamming[index]
            * (bits[first.column + index] == first.value ? first.far : first.near)
            * (bits[second.column + index] == second.value ? second.far : second.near)
        }
      }
    }
  }

  /// What a move changes a quadratic feature by.
  private func change(ofQuadratic index: Int, by move: Move, from row: Row) -> Double {
    let coupling = row.couplings[index]
    func sign(_ bit: Int) -> Double { row.point[bit] ? -1 : 1 }
    switch move {
    case .flip(let bit): return sign(bit) * coupling[bit]
    case .exchange(let one, let zero):
      return sign(one) * coupling[one] + sign(zero) * coupling[zero]
        + sign(one) * sign(zero) * structure.quadratics[index][one, zero]
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
