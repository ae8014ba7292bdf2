import DraftEvaluation
import Files
import Foundation
import Inference

/// What a study reports while it runs.
public enum StudyEvent: Sendable {
  /// Plain decoding is being measured.
  case measuringBaseline
  /// Plain decoding was measured.
  case baseline(Baseline)
  /// What is possible at all, from what passes cost.
  case bound(SpeedupBound)
  /// Trials of a resumed journal were taken over.
  case resumed(trials: Int)
  /// A trial begins; so many are finished.
  case proposed(index: Int, TrialPlan)
  /// There is nothing to do before another worker has finished.
  case waiting(for: Claim)
  /// A trial is finished; `best` is the best complete trial so far.
  case trial(Trial, best: Trial?, count: Int, of: Int)
  /// The best few are finding the stop rules that suit them.
  case settling(done: Int, of: Int)
  /// The best few are being measured again on the prompts of the search.
  case remeasuring(done: Int, of: Int, drafts: Int)
  /// The best few are being measured on held-out prompts.
  case validating(done: Int, of: Int, drafts: Int)
  /// Something that the user should know, one sentence.
  case notice(String)
}

/// Why a study has no result.
public enum StudyError: Error, Sendable, CustomStringConvertible {
  /// It was interrupted before anything was found.
  case interrupted
  /// The time limit was over before plain decoding was measured.
  case timeIsOver(seconds: Double)
  /// A measurement failed.
  case evaluation(EvaluationError)
  /// The journal cannot be written.
  case file(InputError)

  /// One sentence.
  public var description: String {
    switch self {
    case .interrupted: "interrupted before anything was measured"
    case .timeIsOver(let seconds):
      "the time limit of \(String(format: "%g", seconds)) s is shorter than measuring plain "
        + "decoding takes; give --time-limit more, or fewer prompts with --trial-prompts"
    case .evaluation(let error): error.description
    case .file(let error): error.description
    }
  }
}
