import DraftEvaluation
import Files

/// Everything that a study found, and what it was found with: the result file.
public struct StudyResult: Hashable, Sendable {
  /// `schema` of the file.
  public static let schema = "skip-search/result/2"
  /// That of version 0.1.0, whose searches were over skip sets alone.
  static let oldSchema = "skip-search/result/1"

  /// Seconds spent, by phase; those of a resumed journal's trials included.
  public struct Seconds: Hashable, Sendable {
    /// All phases, with what lies between them.
    public var total = 0.0
    /// Plain decoding.
    public var baseline = 0.0
    /// Ranking sub-layers beforehand.
    public var screening = 0.0
    /// Trials.
    public var evaluation = 0.0
    /// Proposals and updates of the model.
    public var optimizer = 0.0
    /// Measuring the best few again.
    public var validation = 0.0

    /// All zero.
    public init() {}

    /// The sums, phase by phase.
    static func + (one: Seconds, other: Seconds) -> Seconds {
      var sum = one
      sum.total += other.total
      sum.baseline += other.baseline
      sum.screening += other.screening
      sum.evaluation += other.evaluation
      sum.optimizer += other.optimizer
      sum.validation += other.validation
      return sum
    }
  }

  /// ISO 8601, UTC.
  public var createdAt: String
  /// What the study was about.
  public var subject: StudySubject
  /// How it was set.
  public var settings: StudySettings
  /// Plain decoding.
  public var baseline: Baseline
  /// The best few and the front, by rank.
  public var sets: [ResultEntry]
  /// What the best draft's ingredients give.
  public var ablations: [Ablation]
  /// All trials.
  public var trials: [Trial]
  /// Other stop rules that the best few sets tried on the calibration prompts.
  public var draftTrials: [Evaluation]
  /// Time spent.
  public var seconds: Seconds
  /// What a reader of the figures should know, a sentence each.
  public var warnings: [String]
  /// Whether the search was interrupted.
  public var isInterrupted: Bool
  /// What passes cost; nil where it was not measured.
  public var costs: CostModel?
  /// What is possible at all; nil where costs are not known.
  public var bound: SpeedupBound?
  /// How much each sub-layer matters, attention first; empty where the optimiser has no model.
  public var importances: [SublayerImportance]
  /// The mean total variation distance of the draft's distribution of the next token from the full
  /// model's where a sub-layer alone is skipped, attention first; nil where there was no screen.
  public var screen: [Double]?

  package init(
    createdAt: String, subject: StudySubject, settings: StudySettings, baseline: Baseline,
    sets: [ResultEntry], trials: [Trial], draftTrials: [Evaluation] = [],
    seconds: Seconds, warnings: [String],
    isInterrupted: Bool, ablations: [Ablation] = [], costs: CostModel? = nil,
    bound: SpeedupBound? = nil,
    importances: [SublayerImportance] = [], screen: [Double]? = nil
  ) {
    self.createdAt = createdAt
    self.subject = subject
    self.settings = settings
    self.baseline = baseline
    self.sets = sets
    self.trials = trials
    self.draftTrials = draftTrials
    self.seconds = seconds
    self.warnings = warnings
    self.isInterrupted = isInterrupted
    self.ablations = ablations
    self.costs = costs
    self.bound = bound
    self.importances = importances
    self.screen = screen
  }

  /// The first set by rank that beats plain decoding beyond doubt; nil where there is none. Where
  /// sets were measured on held-out prompts, one of those.
  public var best: ResultEntry? {
    let measured = sets.filter { $0.heldOut != nil }
    return (measured.isEmpty ? sets : measured).first(where: \.beatsPlainDecoding)
  }

  /// Uniform skipping, where it was measured: the baseline that a search must beat.
  public var uniform: ResultEntry? {
    let uniform = settings.uniformSkipping(of: subject.model)
    return sets.first { $0.calibration.draft.model == uniform }
  }

  /// What the best draft (the first measured, where none beats plain decoding) is worth on the
  /// held-out prompts of each kind; empty where there are no kinds, or nothing was measured.
  public var kinds: [KindFigures] {
    let kinds = subject.calibration.heldOutKinds
    let measured = (best ?? sets.first { $0.heldOut != nil })?.heldOut
    guard let samples = measured?.samples,
      samples.allSatisfy({ kinds.indices.contains($0.prompt) })
    else { return [] }
    return KindFigures.byKind(samples, kinds: kinds)
  }

  /// Writes the result file atomically.
  ///
  /// - Throws: `inputOutput`.
  public func write(to path: String) throws(InputError) {
    try writeAtomically(json.pretty, to: path)
  }
}
