import DraftEvaluation
import Inference

/// A draft that leaves out layers as a whole, so that what is left is a model of its own.
public struct WholeLayerDraft: Hashable, Sendable {
  /// The layers that are left out, ascending.
  public let skipped: [Int]
  /// The layers that are left, ascending, at least one.
  public let kept: [Int]
  /// What was measured with exactly these layers skipped, on held-out prompts where that was; nil
  /// where nothing was. It is of a draft that reads the full model's KV cache, and with the
  /// precisions and lookups of its own draft.
  public let evaluation: Evaluation?

  /// The best trial of that kind; where there is none, or a set is given, the whole layers among
  /// those that the set skips.
  ///
  /// - Parameters:
  ///   - entry: nil for the best trial.
  /// - Returns: nil where no layer is skipped as a whole.
  public init?(_ result: StudyResult, of entry: ResultEntry? = nil) {
    func isWhole(_ trial: Trial) -> Bool {
      let skip = trial.model.skip
      return !trial.isLookupAlone && !skip.isEmpty && skip.attention == skip.mlp
        && skip.attention.count < result.subject.model.layerCount
    }
    let best = entry == nil ? result.trials.filter(isWhole).best : nil
    let chosen = best?.model ?? (entry ?? result.best ?? result.sets.first)?.decisive.draft.model
    guard let chosen else { return nil }
    let skipped = chosen.skip.attention.filter(chosen.skip.mlp.contains)
    kept = (0..<result.subject.model.layerCount).filter { !skipped.contains($0) }
    guard !skipped.isEmpty, !kept.isEmpty else { return nil }
    self.skipped = skipped
    let set = SkipSet(attention: skipped, mlp: skipped)
    let measured = result.trials.filter { $0.model.skip == set && !$0.isLookupAlone }
    let trial = best ?? measured.best
    let sets = result.sets.filter { $0.trial == trial?.index }
    evaluation = trial.map { trial in sets.first?.decisive ?? trial.evaluation }
  }

  /// A sentence about the acceptance rate to expect.
  public var expectation: String {
    guard let evaluation, let rate = evaluation.acceptanceRate else {
      return "Expected acceptance rate: not measured with exactly these layers."
    }
    let draft = evaluation.draft
    var besides = draft.omissions(exportingRounds: true).isEmpty ? [] : ["in fewer bits or tokens"]
    if draft.stop.lookup != nil { besides.append("with lookups") }
    let details = ([draft.stop.criterion.argument] + besides).joined(separator: ", ")
    let percent = (rate * 1000).rounded() / 10
    return "Expected acceptance rate: \(percent)% (\(details)), measured on the full model's KV "
      + "cache; a model of its own has its own, and may be accepted less often."
  }
}
