import DraftEvaluation
import Files
import Inference

extension StudyResult {
  /// The result file, keys in the contract's order.
  public var json: JSON {
    [
      "schema": .string(Self.schema), "created_at": .string(createdAt),
      "version": .string(subject.version),
      "command": .array(subject.command.map(JSON.string)),
      "model": subject.model.json, "machine": subject.machine.json,
      "calibration": subject.calibration.json(tokens: baseline.tokenCount),
      "settings": settings.json,
      "baseline": [
        "tokens_per_second": .double(baseline.tokensPerSecond),
        "samples": JSON(baseline.samples),
        "looping_prompts": .integer(baseline.loopingPromptCount),
        "seconds_per_prompt": .double(baseline.secondsPerPrompt),
      ],
      "skip_layer_ids": (best?.calibration.draft.model.skip ?? .none).json,
      "best": best?.json ?? .null,
      "sets": .array(sets.map(\.json)),
      "trials": .array(trials.map(\.json)),
      "search_seconds": [
        "total": .double(seconds.total), "baseline": .double(seconds.baseline),
        "screening": .double(seconds.screening), "evaluation": .double(seconds.evaluation),
        "optimiser": .double(seconds.optimiser), "validation": .double(seconds.validation),
      ],
      "cost_model": costs?.json ?? .null,
      "bound": bound?.json ?? .null,
      "importance": .array(importances.map(\.json)),
      "screen": screen.map { JSON($0) } ?? .null,
      "draft_trials": .array(
        draftTrials.map { trial in
          trial.json.adding([
            JSON.Member("stopped_early", .bool(trial.stoppedEarly)),
            JSON.Member("samples", DecodingSample.json(trial.samples)),
          ])
        }),
      "warnings": .array(warnings.map(JSON.string)),
      "interrupted": .bool(isInterrupted),
    ]
  }

  /// Reads a result file. Figures that follow from raw samples are computed again from them.
  public init(file path: String) throws(InputError) {
    try self.init(try JSONField.read(path))
  }

  /// Reads a parsed result file.
  public init(_ root: JSONField) throws(InputError) {
    let schema = try root.required("schema")
    guard try schema.string() == Self.schema else {
      throw schema.error("this is no result of skip-search (\"\(Self.schema)\" was expected)")
    }
    let subject = try StudySubject(root)
    let baseline = try root.required("baseline")
    let calibration = try root.required("calibration")
    let seconds = try root.required("search_seconds")
    let samples = try baseline.numbers("samples")
    guard !samples.isEmpty else {
      throw InputError(file: root.file, field: "baseline.samples", "there are no samples")
    }
    var trials: [Trial] = []
    for field in try root.required("trials").elements() {
      trials.append(try Trial(field, layerCount: subject.model.layerCount))
    }
    var sets: [ResultEntry] = []
    for field in try root.required("sets").elements() {
      sets.append(try ResultEntry(field, layerCount: subject.model.layerCount))
    }
    var draftTrials: [Evaluation] = []
    for field in try root.required("draft_trials").elements() {
      draftTrials.append(
        Evaluation(
          draft: Draft(
            skip: try SkipSet(
              try field.required("skip_layer_ids"), layerCount: subject.model.layerCount),
            stop: try StopRule(try field.required("draft"))),
          samples: try DecodingSample.samples(try field.required("samples")),
          stoppedEarly: try field.required("stopped_early").bool(),
          seconds: try field.required("seconds").nonnegative()))
    }
    let settings = try StudySettings(try root.required("settings"))
    let costs = try root.optional("cost_model") { field throws(InputError) in
      try CostModel(field)
    }
    var importances: [SublayerImportance] = []
    for field in try root.required("importance").elements() {
      importances.append(try SublayerImportance(field, layerCount: subject.model.layerCount))
    }
    var warnings: [String] = []
    for field in try root.required("warnings").elements() {
      warnings.append(try field.string())
    }
    self.init(
      createdAt: try root.required("created_at").string(), subject: subject,
      settings: settings,
      baseline: Baseline(
        samples: samples, promptCount: subject.calibration.promptCount,
        tokenCount: try calibration.required("tokens").integer(in: 0 ... .max),
        loopingPromptCount: try baseline.required("looping_prompts").integer(in: 0 ... .max),
        seconds: try seconds.required("baseline").nonnegative(),
        secondsPerPrompt: try baseline.required("seconds_per_prompt").nonnegative()),
      sets: sets, trials: trials, draftTrials: draftTrials, seconds: try Seconds(seconds),
      warnings: warnings,
      isInterrupted: try root.required("interrupted").bool(), costs: costs,
      bound: costs.map { SpeedupBound($0, maximum: settings.draftMaximum) },
      importances: importances,
      screen: try root.optional("screen") { field throws(InputError) in
        try Self.screen(field, layerCount: subject.model.layerCount)
      })
  }

  private static func screen(
    _ field: JSONField, layerCount: Int
  ) throws(InputError) -> [Double] {
    var harms: [Double] = []
    for element in try field.elements() { harms.append(try element.nonnegative()) }
    guard harms.count == 2 * layerCount else {
      throw field.error("expected \(2 * layerCount) numbers, one per sub-layer")
    }
    return harms
  }
}

extension StudyResult.Seconds {
  init(_ field: JSONField) throws(InputError) {
    total = try field.required("total").nonnegative()
    baseline = try field.required("baseline").nonnegative()
    screening = try field.required("screening").nonnegative()
    evaluation = try field.required("evaluation").nonnegative()
    optimiser = try field.required("optimiser").nonnegative()
    validation = try field.required("validation").nonnegative()
  }
}
