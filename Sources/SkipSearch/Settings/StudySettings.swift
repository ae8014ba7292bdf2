import BayesianOptimization
import DraftEvaluation
import Inference

/// What a study does.
public struct StudySettings: Hashable, Sendable {
  /// The most drafts to evaluate, those of a resumed journal included; at least 1.
  public var trials = 200
  /// Decides all that is random.
  public var seed: UInt64 = 0
  /// Who proposes sets.
  public var optimizer = OptimizerKind.gp
  /// Sub-layers that no set may skip.
  public var frozen = SkipSet.none
  /// Sets to try before all others.
  public var enqueued: [SkipSet] = []
  /// What drafts may consist of beside what they skip.
  public var policy = DraftPolicy()
  /// Whether the search may end before its last trial because further ones are unlikely to pay.
  public var stopsEarly = true
  /// How trials are evaluated.
  public var evaluator = EvaluatorKind.auto
  /// The most tokens to emit per prompt; at least 2.
  public var maximumTokens = 64
  /// The most prompts of the search; at least 1.
  public var promptsPerTrial = StudySettings.promptCount(for: .auto)
  /// About how many places a replayed trial looks at; at least 1.
  public var trialPositions = 384
  /// Whether to search though the cost model says that nothing can pay.
  public var force = false
  /// The most tokens that a round drafts; at least 1.
  public var draftMaximum = 8
  /// When a round stops drafting. Nil: a replayed trial has the rule that suits its set; decoded
  /// ones draft with `StopRuleGrid.trialRule`, and the best few sets try the whole `StopRuleGrid`.
  public var draftStop: StopCriterion?
  /// Seconds that the study may take, the measurements on held-out prompts included; nil: any.
  public var timeLimit: Double?
  /// Draft models measured again on held-out prompts, besides uniform skipping; at least 1.
  public var finalists = 2
  /// Repetitions of those measurements; at least 1.
  public var validationRepetitions = 2
  /// Passes of plain decoding over the calibration prompts; at least 1.
  public var baselineRepetitions = 3

  /// The defaults.
  public init() {}

  /// What `trials` may be.
  public static let trialRange = 1...1_000_000
  /// What `maximumTokens` may be.
  public static let tokenRange = 2...(1 << 20)
  /// What `promptsPerTrial` may be.
  public static let promptRange = 1...100_000
  /// What `trialPositions` may be.
  public static let positionRange = 1...100_000_000
  /// What `finalists` and the numbers of repetitions may be.
  static let repetitionRange = 1...1000

  /// The most prompts of a search unless it is told: decoding them all in every trial is dear,
  /// replaying some positions of each is not.
  public static func promptCount(for evaluator: EvaluatorKind) -> Int {
    switch evaluator {
    case .decode: 12
    case .auto, .replay: 48
    }
  }

  /// The prompts of a search that may take so many seconds: a fifth of them for decoding the prompts
  /// plainly.
  ///
  /// - Parameters:
  ///   - tokenSeconds: of a token of plain decoding, about.
  ///   - most: the prompts where there is time.
  public static func promptCount(
    within limit: Double, tokenSeconds: Double, atMost most: Int
  ) -> Int {
    // An answer, the prompt and the second look at both take about as long as a hundred tokens.
    let seconds = 100 * tokenSeconds
    let affordable = limit * 0.2 / max(seconds, 1e-9)
    return affordable >= Double(most) ? most : max(min(8, most), Int(affordable))
  }

  /// The stop rules of decoded trials.
  public var decodedRules: StopRuleGrid {
    StopRuleGrid(maximum: draftMaximum, wanted: draftStop, lookup: policy.lookup.standard)
  }
}
