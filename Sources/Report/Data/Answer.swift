import DraftEvaluation
import Inference
import SkipSearch

/// What a search found, as far as it is known.
enum Answer: Sendable {
  /// A draft that beats plain decoding beyond doubt.
  case found(Answer.Best)
  /// The search is over, and this is its best: not above 1 beyond doubt.
  case notBeyondDoubt(Answer.Best)
  /// The search has not ended, and this is the best of its trials so far.
  case soFar(Answer.Best)
  /// No draft can pay on this machine, so that none was tried.
  case nothingCanPay
  /// No trial is finished.
  case nothingYet

  /// A draft with its measurements.
  struct Best: Sendable {
    /// The trial's number.
    let trial: Int
    /// What counts: on held-out prompts where there are any.
    let decisive: Evaluation
    /// Whether `decisive` is of held-out prompts.
    let isHeldOut: Bool
    /// Its measurements on prompts of the search, the most trusted first, by name.
    let others: [(name: String, evaluation: Evaluation)]

    /// The draft.
    var draft: Draft { decisive.draft }
  }

  /// The best draft that is known; nil where none is.
  var best: Best? {
    switch self {
    case .found(let best), .notBeyondDoubt(let best), .soFar(let best): best
    case .nothingCanPay, .nothingYet: nil
    }
  }

  /// What a result says.
  init(_ result: StudyResult) {
    if let best = result.best {
      self = .found(Best(best, sharesPrompts: result.subject.calibration.sharesPrompts))
    } else if let first = result.shownSets.first {
      self = .notBeyondDoubt(Best(first, sharesPrompts: result.subject.calibration.sharesPrompts))
    } else if result.bound?.canPay == false {
      self = .nothingCanPay
    } else {
      self = .nothingYet
    }
  }

  /// What the trials of a journal say.
  init(_ trials: [Trial]) {
    self =
      trials.best.map {
        .soFar(
          Best(trial: $0.index, decisive: $0.evaluation, isHeldOut: false, others: []))
      } ?? .nothingYet
  }
}

extension Answer.Best {
  fileprivate init(_ set: ResultEntry, sharesPrompts: Bool) {
    trial = set.trial
    decisive = set.decisive
    isHeldOut = set.heldOut != nil && !sharesPrompts
    let replay = set.replay.map { [("prompts of the search, replayed", $0)] } ?? []
    others =
      replay + (set.heldOut == nil ? [] : [("prompts of the search, decoded", set.calibration)])
  }
}
