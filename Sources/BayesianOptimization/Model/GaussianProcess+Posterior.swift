import LinearAlgebra

extension GaussianProcess {
  /// The covariances of the observed points with one more, and its prior variance: in one value, as
  /// a kernel prepares much for the first entry.
  struct KernelRow {
    let values: [Double]
    let prior: Double
  }

  func kernelRow(_ point: K.Input) -> KernelRow {
    let row = kernel.cross(observations.map(\.point) + [point], [point]).elements
    return KernelRow(values: Array(row.dropLast()), prior: row[row.count - 1])
  }

  /// What is known of the function at `point`. The variance is at least 1e-12 of the prior's, as
  /// acquisition functions divide by it.
  public func posterior(at point: K.Input) -> PointPosterior { posterior(kernelRow(point)) }

  /// The same with the kernel row of the point.
  func posterior(_ row: KernelRow) -> PointPosterior {
    var half = row.values
    half.withUnsafeMutableBufferPointer { factor.solveLower(in: $0, columns: 1) }
    let variance = row.prior - half.reduce(0) { $0 + $1 * $1 }
    return PointPosterior(
      mean: orderedDot(row.values, weights), variance: max(variance, 1e-12 * row.prior))
  }

  /// What is known of the function at several points at once.
  public func jointPosterior(at points: [K.Input]) -> JointPosterior {
    let cross = kernel.cross(observations.map(\.point), points)
    let half = factor.solveLower(cross)
    var covariance = kernel.gram(kernel.pairwise(points))
    let count = observations.count
    var means = [Double](repeating: 0, count: points.count)
    for column in points.indices {
      for index in 0..<count { means[column] += cross[index, column] * weights[index] }
      for row in column..<points.count {
        var explained = 0.0
        for index in 0..<count { explained += half[index, row] * half[index, column] }
        covariance[row, column] -= explained
      }
    }
    covariance.mirrorLower()
    return JointPosterior(means: means, covariance: covariance)
  }

  /// The posterior means at the observed points, without the kernel: K·w = y − N·w.
  public var meansAtObservations: [Double] {
    let noise = inferredNoiseVariance
    var means = zip(observations, weights).map { observation, weight in
      observation.value
        - (observation.noiseVariance + observation.noiseShare * noise + factor.jitter) * weight
    }
    for pair in sharedNoise.pairs {
      let shared = pair.covariance(hyperparameters)
      means[pair.row] -= shared * weights[pair.column]
      means[pair.column] -= shared * weights[pair.row]
    }
    return means
  }
}
