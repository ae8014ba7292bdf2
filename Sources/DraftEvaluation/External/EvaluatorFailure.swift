import Foundation

/// Why a question to an evaluator has no answer.
enum EvaluatorFailure: Error, Hashable {
  /// Nobody waited for it.
  case interrupted
  /// The command failed; with the last line that it wrote to its standard error.
  case process(ChildProcess.Failure, lastWords: String?)
  /// It answered, but not what was asked.
  case nonsense(String)
  /// It answered that it cannot; the command goes on.
  case refused(String)
  /// Started again, it was another one.
  case changed(String)

  /// Whether the same question may be answered by the command started again.
  var isWorthRepeating: Bool {
    switch self {
    case .interrupted, .refused, .changed, .process(.cannotStart, _): false
    case .process, .nonsense: true
    }
  }

  /// What happened, one sentence without its full stop.
  ///
  /// - Parameters:
  ///   - question: what was asked.
  ///   - seconds: how long was waited.
  func sentence(_ question: String, waiting seconds: Double) -> String {
    let asked = "\"\(question)\""
    switch self {
    case .interrupted: return "nobody waited for the evaluator's answer to \(asked)"
    case .refused(let reason): return "the evaluator says to \(asked): \(reason)"
    case .changed(let what): return "started again, the evaluator has another \(what)"
    case .nonsense(let problem): return "the evaluator answered nonsense to \(asked): \(problem)"
    case .process(let failure, let words):
      let ending = words.map { " (\($0))" } ?? ""
      switch failure {
      case .interrupted: return "nobody waited for the evaluator's answer to \(asked)"
      case .cannotStart(let reason): return "the evaluator cannot be started: \(reason)"
      case .ended(let how): return "the evaluator \(how) instead of answering \(asked)\(ending)"
      case .closedOutput:
        return "the evaluator closed its standard output instead of answering \(asked)\(ending)"
      case .timedOut:
        return "the evaluator did not answer \(asked) within "
          + String(format: "%g", seconds) + " s\(ending); --evaluator-timeout gives it longer"
      case .tooLong(let bytes):
        return "the evaluator answered \(asked) with a line of more than \(bytes >> 20) MiB"
      }
    }
  }
}
