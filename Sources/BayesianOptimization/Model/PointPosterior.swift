import LinearAlgebra

/// What a process says of the function at one point: it is normally distributed.
public struct PointPosterior: Sendable, Equatable {
  /// The mean.
  public let mean: Double
  /// The variance of the function, not of an observation of it; 0 where the function is known, as a
  /// sample from the posterior is.
  public let variance: Double
  /// The covariance with the difference that a contrast asks about; 0 where none does.
  var contrastCovariance = 0.0
}

/// What a process says of the function at several points.
public struct JointPosterior: Sendable {
  /// One per point.
  public let means: [Double]
  /// A row and a column per point.
  public let covariance: Matrix
}
