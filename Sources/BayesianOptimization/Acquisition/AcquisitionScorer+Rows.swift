extension AcquisitionScorer {
  /// What a draft step costs after a move.
  func cost(_ move: Move, _ parent: Scored) -> Double {
    guard let costs else { return 0 }
    func change(_ bit: Int) -> Double { (parent.point[bit] ? 1 : -1) * costs.costs[bit] }
    return parent.prediction.cost + change(move.first)
      + (move.second >= 0 ? change(move.second) : 0)
  }

  /// Writes a neighbour's kernel row, and returns its prior variance and its features.
  func fill(
    _ target: UnsafeMutableBufferPointer<Double>, _ move: Move, _ parent: Scored
  ) -> (variance: Double, features: [Double]) {
    var features = parent.features
    let flipped = move.second < 0 ? [move.first] : [move.first, move.second]
    var variance = parent.priorVariance
    for index in 0..<count { target[index] = parent.row[index] - parent.hamming[index] }
    images.withUnsafeBufferPointer { images in
      for bit in flipped {
        let sign = parent.point[bit] ? -1.0 : 1.0
        features[bit] += sign
        for index in 0..<count { target[index] += sign * images[bit * count + index] }
      }
      for feature in structure.dimension..<structure.featureCount {
        let amount = change(feature - structure.dimension, move, parent)
        features[feature] += amount
        for index in 0..<count { target[index] += amount * images[feature * count + index] }
        variance += priorChange(feature, by: amount, parent)
      }
    }
    bits.withUnsafeBufferPointer { bits in
      let first = move.first * count
      let (nearFirst, farFirst) = (up[move.first], down[move.first])
      let firstIsOne: Double = parent.point[move.first] ? 1 : 0
      if move.second < 0 {
        for index in 0..<count {
          target[index] +=
            parent.hamming[index] * (bits[first + index] == firstIsOne ? farFirst : nearFirst)
        }
      } else {
        let second = move.second * count
        let (nearSecond, farSecond) = (up[move.second], down[move.second])
        let secondIsOne: Double = parent.point[move.second] ? 1 : 0
        for index in 0..<count {
          target[index] +=
            parent.hamming[index]
            * (bits[first + index] == firstIsOne ? farFirst : nearFirst)
            * (bits[second + index] == secondIsOne ? farSecond : nearSecond)
        }
      }
    }
    for bit in flipped {
      variance += priorChange(bit, by: parent.point[bit] ? -1 : 1, parent)
    }
    if move.second >= 0 {
      let signs = parent.point[move.first] == parent.point[move.second] ? 2.0 : -2.0
      variance += signs * covariance[move.first, move.second]
    }
    return (variance, features)
  }

  /// What a move changes a quadratic feature by.
  private func change(_ quadratic: Int, _ move: Move, _ parent: Scored) -> Double {
    let coupling = parent.couplings[quadratic]
    let first = parent.point[move.first] ? -1.0 : 1.0
    if move.second < 0 { return first * coupling[move.first] }
    let second = parent.point[move.second] ? -1.0 : 1.0
    return first * coupling[move.first] + second * coupling[move.second]
      + first * second * structure.quadratics[quadratic][move.first, move.second]
  }

  /// What a change of one feature adds to the prior variance: 2Δᵀ(M·features) + ΔᵀMΔ.
  private func priorChange(_ feature: Int, by amount: Double, _ parent: Scored) -> Double {
    amount * (2 * parent.image[feature] + amount * covariance[feature, feature])
  }

  /// The same for a flip, with all that it changes. The quadratic features' weights are independent
  /// of the others.
  func priorChange(_ bit: Int, _ parent: Scored) -> Double {
    let sign = parent.point[bit] ? -1.0 : 1.0
    return parent.couplings.enumerated().reduce(priorChange(bit, by: sign, parent)) {
      $0 + priorChange(structure.dimension + $1.offset, by: sign * $1.element[bit], parent)
    }
  }
}
