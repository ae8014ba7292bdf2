import LinearAlgebra

/// Why a Gaussian process could not be computed.
public enum GaussianProcessError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The covariance matrix has no Cholesky factor, not even with the largest jitter tried.
  case notPositiveDefinite(order: Int, jitter: Double)
  /// The covariance matrix has an element that is no finite number.
  case notFinite

  init(_ error: CholeskyError) {
    switch error {
    case .notPositiveDefinite(let order, let jitter):
      self = .notPositiveDefinite(order: order, jitter: jitter)
    case .notFinite: self = .notFinite
    }
  }

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order, let jitter):
      """
      the covariance matrix of \(order) observations is not positive definite even with \(jitter) \
      added to its diagonal; a larger noise variance is needed
      """
    case .notFinite:
      "the covariance matrix has elements that are not finite; check the hyper-parameters"
    }
  }
}
