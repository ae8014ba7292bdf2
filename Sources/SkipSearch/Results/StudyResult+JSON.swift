import DraftEvaluation
import Files
import Inference

extension StudyResult: JSONRecord {
  /// The result file, keys in the contract's order.
  package static func record(
    _ member: JSONMembers<StudyResult>
  ) throws(InputError) -> StudyResult {
    try member.constant(
      "schema", schema, or: oldSchema,
      otherwise: "this is no result of skip-search (\"\(schema)\" was expected)")
    let createdAt = try member("created_at", \.createdAt, .string)
    let (subject, tokenCount) = try StudySubject.record(member, \.subject) {
      member throws(InputError) in
      try member("tokens", \.baseline.tokenCount, .integer(in: 0...(1 << 40)))
    }
    let layerCount = subject.model.layerCount
    let settings = try member(
      "settings", \.settings,
      StudySettings.codec.checked("a set names a layer beyond the \(layerCount) of the model") {
        $0.frozen.fits(layerCount: layerCount)
          && $0.enqueued.allSatisfy { $0.fits(layerCount: layerCount) }
      })
    var baseline = try member(
      "baseline", \.baseline,
      Baseline.codec(promptCount: subject.calibration.promptCount, tokenCount: tokenCount))
    member.derived("skip_layer_ids") {
      ($0.best?.calibration.draft.model.skip ?? .none).json
    }
    member.derived("best") { $0.best?.json ?? .null }
    // Sets are of trials: where both are damaged, the error names the trial.
    member.place(of: "sets")
    let trials = try member("trials", \.trials, .array(of: Trial.codec(layerCount: layerCount)))
    let sets = try member("sets", \.sets, .array(of: ResultEntry.codec(layerCount: layerCount)))
    let seconds = try member("search_seconds", \.seconds, Seconds.codec)
    let ablations = try member(
      "ablation", \.ablations,
      .array(of: Ablation.codec(layerCount: layerCount)).ifAbsent([]))
    member.derived("kinds") { .array($0.kinds.map(\.json)) }
    baseline.seconds = seconds.baseline
    let costs = try member(
      "cost_model", \.costs,
      .nullable(
        CostModel.codec.checked("the costs are of another number of layers than \(layerCount)") {
          $0.layerCount == layerCount
        }))
    member.derived("bound") { $0.bound?.json ?? .null }
    let importances = try member(
      "importance", \.importances,
      .array(of: SublayerImportance.codec(layerCount: layerCount)))
    let screen = try member(
      "screen", \.screen,
      .nullable(
        .array(of: .number(in: 0...1e9)).checked(
          "expected \(2 * layerCount) numbers, one per sub-layer"
        ) { $0.count == 2 * layerCount }))
    let draftTrials = try member(
      "draft_trials", \.draftTrials, .array(of: Evaluation.codec(layerCount: layerCount)))
    let warnings = try member("warnings", \.warnings, .array(of: .string))
    let isInterrupted = try member("interrupted", \.isInterrupted, .bool)
    return StudyResult(
      createdAt: createdAt, subject: subject, settings: settings, baseline: baseline,
      sets: sets, trials: trials, draftTrials: draftTrials, seconds: seconds,
      warnings: warnings, isInterrupted: isInterrupted, ablations: ablations, costs: costs,
      bound: costs.map { SpeedupBound($0, settings.policy, maximum: settings.draftMaximum) },
      importances: importances, screen: screen)
  }

  /// Reads a result file. Figures that follow from raw samples are computed again from them.
  public init(file path: String) throws(InputError) {
    try self.init(try JSONField.read(path, limit: SkipSetFile.byteLimit))
  }
}

extension StudyResult.Seconds: JSONRecord {
  package static func record(
    _ member: JSONMembers<StudyResult.Seconds>
  ) throws(InputError) -> StudyResult.Seconds {
    var seconds = StudyResult.Seconds()
    seconds.total = try member("total", \.total, .seconds)
    seconds.baseline = try member("baseline", \.baseline, .seconds)
    seconds.screening = try member("screening", \.screening, .seconds)
    seconds.evaluation = try member("evaluation", \.evaluation, .seconds)
    seconds.optimizer = try member("optimiser", \.optimizer, .seconds)
    seconds.validation = try member("validation", \.validation, .seconds)
    return seconds
  }
}

extension KindFigures {
  /// An element of a result's `kinds`.
  fileprivate var json: JSON {
    [
      "kind": kind.map(JSON.string) ?? .null, "prompts": .integer(promptCount),
      "acceptance_rate": .number(acceptanceRate), "speedup": .number(speedup?.speedup),
      "speedup_ci95": speedup?.interval.map { [.double($0.lowerBound), .double($0.upperBound)] }
        ?? .null,
    ]
  }
}
