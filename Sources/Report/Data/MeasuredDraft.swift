import DraftEvaluation
import SkipSearch

/// A draft that a search measured again, by the name that people call it.
package struct MeasuredDraft: Sendable {
  /// `trial 64`, `uniform skipping`, `lookup alone`, …
  package let name: String
  /// Whether it is the best one.
  package let isBest: Bool
  /// The measurement that counts: on held-out prompts where there is one.
  package let evaluation: Evaluation
}

extension StudyResult {
  /// The sets measured again, or the best of the search where none was.
  package var shownSets: [ResultEntry] {
    let measured = sets.filter { $0.heldOut != nil }
    guard measured.isEmpty else { return measured }
    let uniform = uniform.map(\.trial)
    return Array(sets.prefix(3)) + sets.dropFirst(3).filter { $0.trial == uniform }
  }

  /// The drafts measured again, then those with some of the best one's ingredients.
  package var measuredDrafts: [MeasuredDraft] {
    // An ablation may be one of the drafts shown: lookup alone.
    let others = ablations.filter { ablation in
      !shownSets.contains { $0.decisive.draft == ablation.draft }
    }
    return shownSets.map { set in
      let name =
        set.trial == uniform?.trial
        ? "uniform skipping"
        : set.decisive.draft.stop.maximum == 0
          ? Ablation.Name.lookupAlone.rawValue : "trial \(set.trial)"
      return MeasuredDraft(
        name: name, isBest: set.trial == best?.trial, evaluation: set.decisive)
    }
      + others.map {
        MeasuredDraft(name: $0.name.rawValue, isBest: false, evaluation: $0.heldOut)
      }
  }
}
