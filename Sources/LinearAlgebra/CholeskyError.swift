/// Why a matrix has no Cholesky factor.
public enum CholeskyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Not even with the largest jitter tried.
  case notPositiveDefinite(order: Int, jitter: Double)
  /// It has an element that is no finite number.
  case notFinite

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order, let jitter):
      "the matrix of \(order) rows is not positive definite even with \(jitter) on its diagonal"
    case .notFinite: "the matrix has elements that are not finite"
    }
  }
}
