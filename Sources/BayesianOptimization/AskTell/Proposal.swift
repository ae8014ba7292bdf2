/// A point to evaluate, and why.
public struct Proposal: Sendable, Equatable {
  /// The point.
  public let point: BitVector
  /// Where it comes from.
  public let origin: Origin

  /// Where a proposal comes from.
  public enum Origin: Sendable, Equatable {
    /// The caller had it proposed (`AskTellOptimizer.enqueue`).
    case queue
    /// It is of the design that is evaluated before observations decide: the caller's points, a
    /// screen's, or random ones from light to heavy.
    case design
    /// It maximises the expected improvement, which is `expected`, relative to the incumbent; nil
    /// where the incumbent is zero.
    case improvement(expected: Double?)
    /// It tells most of the difference between the incumbent and a rival.
    case contrast
    /// It is near a point that was observed to be good.
    case neighbor
    /// It is random: by the method, or where a search led to no point that has not been tried.
    case random

    /// Whether it was settled before observations decide: by the caller or by the design. What is
    /// not is the method's own.
    public var isOfDesign: Bool {
      switch self {
      case .queue, .design: true
      case .improvement, .contrast, .neighbor, .random: false
      }
    }
  }

  /// A proposal of an optimizer.
  public init(point: BitVector, origin: Origin) {
    self.point = point
    self.origin = origin
  }

  /// The largest expected improvement that the search for this point found, relative to the
  /// incumbent; nil where it looked for something else. For a `StoppingRule`.
  public var expectedImprovement: Double? {
    if case .improvement(let expected) = origin { expected } else { nil }
  }
}
