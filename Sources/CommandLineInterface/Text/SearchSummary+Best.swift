import DraftEvaluation
import Report
import SkipSearch

extension SearchSummary {
  /// What the best draft is, and how far its figures can be trusted.
  func description(of best: ResultEntry) -> [String] {
    let draft = best.calibration.draft
    let layers = result.subject.model.layerCount
    let words = DraftWords(
      draft, layerCount: layers, vocabularySize: result.costs?.shape.vocabularySize ?? 0)
    guard !words.isLookupAlone else {
      let sentences = [words.lookup, replay(best), generalization(best)]
      return lines(
        "The best draft is lookup alone: the context drafts, and the model itself nothing.")
        + sentences.compactMap { $0 }.flatMap { lines($0) }
    }
    let sentences = [
      words.head, words.lookup, words.round, needs, replay(best), generalization(best),
      comparison(best),
    ]
    return lines("The best draft (trial \(best.trial)) \(words.sublayers(mark: " (#)")):")
      + DraftDrawing.lines(draft.model, layerCount: layers, width: width)
      + sentences.compactMap { $0 }.flatMap { lines($0) }
  }

  /// The sub-layers that the model is surest to need.
  private var needs: String? {
    let sure = result.importances.filter { $0.harm > 2 * $0.standardDeviation }
      .sorted { $0.harm > $1.harm }.prefix(5)
    return sure.isEmpty
      ? nil
      : "It can least do without \(sure.map(\.name).joined(separator: ", ")) "
        + "(more in the result's \"importance\")."
  }

  private func replay(_ best: ResultEntry) -> String? {
    best.replay?.speedup.map {
      "Replay expects \($0.words) of it on all prompts of the search."
    }
  }

  private func generalization(_ best: ResultEntry) -> String? {
    guard let held = best.heldOut?.speedup, let found = best.calibration.speedup else { return nil }
    return "Decoding the prompts of the search, its speedup is \(found.words); on held-out "
      + "prompts it is \(Self.change(from: found, to: held))."
  }

  private func comparison(_ best: ResultEntry) -> String? {
    guard let uniform = result.uniform, uniform.trial != best.trial,
      let its = uniform.decisive.speedup, let own = best.decisive.speedup
    else { return nil }
    return "Against uniform skipping it is \(Self.change(from: its, to: own))."
  }

  /// What no draft can exceed, beside what this one reaches.
  func limits(_ bound: SpeedupBound, _ best: ResultEntry) -> [String] {
    let free = bound.points[0].perfectSpeedup
    guard let costs = result.costs?.costs(of: best.calibration.draft.model),
      let own = best.decisive.speedup?.speedup
    else { return [] }
    guard best.calibration.draft.stop.maximum > 0 else {
      return lines(
        "The bound on this machine, with every draft accepted: \(fixed(free, 2))x. Lookups cost "
          + "next to nothing; lookup alone reaches \(fixed(100 * own / free, 0))% of that.")
    }
    let point = bound.point(at: costs.laterStepRatio)
    return lines(
      "The bound on this machine, with every draft accepted: \(fixed(free, 2))x if drafting were "
        + "free, \(fixed(point.perfectSpeedup, 2))x at this draft's cost of "
        + "\(fixed(point.draftCost, 2)) of a token's time. The draft reaches "
        + "\(fixed(100 * own / point.perfectSpeedup, 0))% of the latter.")
  }

  private static func change(from old: SpeedupEstimate, to new: SpeedupEstimate) -> String {
    let percent = 100 * (new.speedup / old.speedup - 1)
    return "\(fixed(abs(percent), 1))% \(percent < 0 ? "slower" : "faster")"
  }
}
