import BayesianOptimization
import DraftEvaluation
import Files
import Inference
import Statistics

/// What drafting could gain on this machine with this model at the very best, from the costs of its
/// passes alone: before any skip set is known, and beside the best one found.
///
/// The speedup at an acceptance rate and a draft cost is `SpeculativeSpeedup`'s.
public struct SpeedupBound: Hashable, Sendable {
  /// What is possible at one draft cost.
  public struct Point: Hashable, Sendable {
    /// c, seconds of a draft step over a plain token's.
    public var draftCost: Double
    /// The speedup if every draft is accepted, with the best length.
    public var perfectSpeedup: Double
    /// The acceptance rate above which drafting gains; nil where even perfect acceptance does not.
    public var breakEvenAcceptance: Double?
  }

  /// At zero cost, at tenths of a plain token, and at the least cost that a draft step can have
  /// here.
  public let points: [Point]
  /// The least: every sub-layer skipped, the cheapest head and the embedding alone.
  public let least: Point
  /// Whether the context may draft too, which costs nothing.
  private let looksUp: Bool
  /// [d − 1]: what verifying d drafted tokens takes, in plain tokens' time.
  private let verification: [Double]

  /// What the costs allow for rounds of at most `maximum` drafts.
  ///
  /// - Parameter policy: what drafts may consist of.
  public init(_ model: CostModel, _ policy: DraftPolicy, maximum: Int) {
    let context = model.meanContext
    let plain = model.plainSeconds(context: context)
    let verification = (1...maximum).map {
      model.verificationSeconds(rows: $0 + 1, context: context) / plain
    }
    self.verification = verification
    func point(_ cost: Double) -> Point { Self.point(cost, verification) }
    points = (0...9).map { point(Double($0) / 10) }
    looksUp = policy.lookup != .off
    least = point(
      model.costs(
        of: DraftModel(
          skip: .everything(layerCount: model.layerCount),
          head: policy.cheapestHead(of: model.shape))
      ).laterStepRatio)
  }

  /// What is possible at a draft cost.
  public func point(at cost: Double) -> Point { Self.point(cost, verification) }

  /// Whether any draft can pay: perfect acceptance at the least cost gains more than measurements
  /// can tell from nothing.
  public var canPay: Bool { (looksUp ? points[0] : least).perfectSpeedup > 1.02 }

  private static func point(_ cost: Double, _ verification: [Double]) -> Point {
    func speedup(_ acceptance: Double) -> Double {
      SpeculativeSpeedup.best(
        acceptance: acceptance, cost: cost, verificationCosts: verification
      ).speedup
    }
    let perfect = speedup(1)
    guard perfect > 1 else {
      return Point(draftCost: cost, perfectSpeedup: perfect, breakEvenAcceptance: nil)
    }
    let breakEven = bisection(0...1, steps: 40) { speedup($0) > 1 }.high
    return Point(draftCost: cost, perfectSpeedup: perfect, breakEvenAcceptance: breakEven)
  }

  /// `bound` of a result file.
  public var json: JSON {
    [
      "least_draft_cost": least.json,
      "by_draft_cost": .array(points.map(\.json)),
    ]
  }
}

extension SpeedupBound.Point {
  var json: JSON {
    [
      "draft_cost_ratio": .double(draftCost), "perfect_acceptance_speedup": .double(perfectSpeedup),
      "break_even_acceptance_rate": .number(breakEvenAcceptance),
    ]
  }
}
