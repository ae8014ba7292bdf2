/// What a method with a model believes of the function.
public protocol Beliefs {
  /// The number of different points told.
  var observationCount: Int { get }

  /// The posterior at any point; before the first observation, the prior of standardised values.
  func belief(at point: BitVector) -> Belief

  /// The importance of every bit around a reference point, the recommended one where that is nil
  /// (the zero vector before the first observation).
  func importances(around reference: BitVector?) -> [Importance]

  /// The told points that no other beats in both cost and posterior mean latent, by ascending cost;
  /// without a composition only the best point.
  var paretoFront: [Belief] { get }
}

extension Beliefs {
  /// The importance of every bit around the recommended point.
  public func importances() -> [Importance] { importances(around: nil) }
}

/// How much a bit matters.
public struct Importance: Sendable, Equatable {
  /// The bit.
  public let bit: Int
  /// The posterior mean of what the latent loses where the bit is set, all others as in the
  /// reference point, but what it requires one, and what requires it zero.
  public let harm: Double
  /// The posterior standard deviation of that.
  public let standardDeviation: Double
}
