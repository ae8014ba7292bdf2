/// A noisy value of the unknown function at one point.
///
/// Its noise variance is `noiseVariance` + `noiseShare`·τ², where τ² is what the process infers
/// beyond the known part. Observations of one point merge into their weighted mean, so the
/// covariance matrix never has two equal rows.
///
/// Where the value was measured on known chunks of a population, the known part of its noise is
/// shared with other observations on the same chunks (`SharedNoise`).
public struct Observation<Point: Sendable>: Sendable {
  /// Where.
  public let point: Point
  /// What was observed.
  public private(set) var value: Double
  /// The known part of the variance of its noise.
  public private(set) var noiseVariance: Double
  /// The share of the inferred noise that it carries: 1 for a single observation, Σw² for a mean
  /// with weights w.
  public private(set) var noiseShare: Double
  /// What the value was measured on; nil where that is not known, or where observations on
  /// different chunks were merged: then its noise is taken as independent.
  public private(set) var chunks: SharedChunks?
  /// The single observations that were merged into this one.
  public private(set) var history: [(value: Double, noiseVariance: Double)]

  /// A single observation.
  ///
  /// - Precondition: `value` is finite; `noiseVariance` is finite and not negative.
  public init(
    _ point: Point, value: Double, noiseVariance: Double = 0, chunks: SharedChunks? = nil
  ) {
    self.point = point
    self.value = value
    self.noiseVariance = noiseVariance
    self.chunks = chunks
    noiseShare = 1
    history = []
    merge(value: value, noiseVariance: noiseVariance, chunks: chunks)
  }

  /// A value known exactly: it carries no inferred noise either.
  init(certain point: Point, value: Double) {
    self.init(point, value: value)
    noiseShare = 0
  }

  /// Adds another observation of the same point.
  ///
  /// Weights are inversely proportional to the known variances, and equal where one of those is
  /// zero. With equal variances nothing is lost: the posterior is that of the separate rows.
  /// Measured on the same chunks again, a point errs by the same amount, and the known
  /// variance stays.
  ///
  /// - Precondition: as for `init`.
  public mutating func merge(value: Double, noiseVariance: Double, chunks: SharedChunks? = nil) {
    precondition(value.isFinite, "an observed value must be finite, not \(value)")
    precondition(
      noiseVariance.isFinite && noiseVariance >= 0,
      "a noise variance must be finite and not negative, not \(noiseVariance)")
    history.append((value, noiseVariance))
    let known = history.allSatisfy { $0.noiseVariance > 0 }
    let raw = history.map { known ? noiseVariance / $0.noiseVariance : 1 }
    let total = raw.reduce(0, +)
    let weights = raw.map { $0 / total }
    self.value = zip(weights, history).reduce(0) { $0 + $1.0 * $1.1.value }
    if chunks != self.chunks { self.chunks = nil }
    let isRepeated = self.chunks != nil
    self.noiseVariance = zip(weights, history).reduce(0) {
      $0 + $1.0 * (isRepeated ? 1 : $1.0) * $1.1.noiseVariance
    }
    noiseShare = weights.reduce(0) { $0 + $1 * $1 }
  }

  /// The same observation of (f − `offset`)/`scale`.
  func standardized(offset: Double, scale: Double) -> Observation {
    var copy = self
    copy.value = (value - offset) / scale
    // Bounded, so that noise beyond all proportion to the values stays a number.
    copy.noiseVariance = min(noiseVariance / scale / scale, 1e100)
    return copy
  }
}
