import LinearAlgebra

extension GaussianProcess {
  /// log p(y) (Rasmussen and Williams, equation 2.30).
  public var logMarginalLikelihood: Double {
    let fit = zip(observations, weights).reduce(0) { $0 + $1.0.value * $1.1 }
    return -0.5 * fit - 0.5 * factor.logDeterminant
      - Double(observations.count) * NormalDistribution.halfLogTwoPi
  }

  /// The gradient of `logMarginalLikelihood` by the logarithms of the hyper-parameters (equation
  /// 5.9).
  ///
  /// - Parameter pairwise: the kernel's preparation of the observed points.
  public func logMarginalLikelihoodGradient(_ pairwise: K.Pairwise) -> Hyperparameters<Double> {
    // ½(αα' − K⁻¹), in place of the inverse.
    var contraction = factor.inverse()
    let count = observations.count
    contraction.elements.withUnsafeMutableBufferPointer { elements in
      for column in 0..<count {
        for row in 0..<count {
          let index = row + column * count
          elements[index] = 0.5 * (weights[row] * weights[column] - elements[index])
        }
      }
    }
    let noise = inferredNoiseVariance
    return Hyperparameters(
      kernel: kernel.gradient(pairwise, weights: contraction),
      noise: observations.indices.reduce(0) {
        $0 + contraction[$1, $1] * observations[$1].noiseShare * noise
      },
      sharedLengthscale: hyperparameters.sharedLengthscale.map { _ in
        sharedNoise.pairs.reduce(0) {
          $0 + 2 * contraction[$1.row, $1.column] * $1.gradient(hyperparameters)
        }
      })
  }
}
