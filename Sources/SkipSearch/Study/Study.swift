import DraftEvaluation
import Files
import Foundation
import Inference

/// A search for draft models: baseline, trials proposed by an optimiser,
/// and the best few measured again on prompts that the search never used.
///
/// What it maximises is log(plain seconds / speculative seconds) over the calibration prompts.
/// Where trials are replayed, what passes cost is known first, and with it whether any draft can
/// pay; the best few are then replayed completely, and really decoded as a check. With the same
/// seed and the same measurements it proposes the same draft models, also when it was killed and
/// resumed in between. None is evaluated twice.
public struct Study {
  /// What the study is about.
  public let subject: StudySubject
  /// How it is set.
  public let settings: StudySettings
  let journal: Journal
  let makeBenches: Benches.Maker
  /// Whether this process may measure the best few, where other workers of a shared study can.
  let validates: Bool
  private(set) var interruption: StopSignal
  let progress: (StudyEvent) -> Void
  let clock: () -> Double

  /// A study that goes on from the trials in the journal.
  ///
  /// - Parameters:
  ///   - settings: those of this run, which may ask for more trials than the journal's.
  ///   - journal: where finished trials go; its header has subject and settings.
  ///   - makeBenches: makes what the study measures with.
  ///   - validates: whether this process may measure the best few; it leaves before where the study
  ///     is shared and this is false.
  ///   - interruption: asked between prompts and while decoding.
  ///   - progress: called as the study goes on.
  public init(
    subject: StudySubject, settings: StudySettings, journal: Journal,
    benches makeBenches: @escaping Benches.Maker, validates: Bool = true,
    interruption: StopSignal = .never,
    progress: @escaping (StudyEvent) -> Void = { _ in }
  ) {
    let stopwatch = Stopwatch()
    self.init(
      subject: subject, settings: settings, journal: journal, benches: makeBenches,
      validates: validates, interruption: interruption, progress: progress,
      clock: { stopwatch.seconds })
  }

  /// - Parameter clock: seconds; a test may have one of its own.
  package init(
    subject: StudySubject, settings: StudySettings, journal: Journal,
    benches makeBenches: @escaping Benches.Maker, validates: Bool = true,
    interruption: StopSignal,
    progress: @escaping (StudyEvent) -> Void, clock: @escaping () -> Double
  ) {
    precondition(settings.trials >= 1 && settings.finalists >= 1)
    self.subject = subject
    self.settings = settings
    self.journal = journal
    self.makeBenches = makeBenches
    self.validates = validates
    self.interruption = interruption
    self.progress = progress
    self.clock = clock
  }

  /// Runs the study. An interruption after the baseline ends it with the result of what was found;
  /// in a shared study it ends this worker's part.
  public func run() throws(StudyError) -> StudyOutcome {
    let start = clock()
    for notice in journal.notices { progress(.notice(notice)) }
    let schedule = StudySchedule(start: start, limit: settings.timeLimit, clock: clock)
    var preparation = try prepare(until: schedule.end)
    var search = try search(with: preparation, until: schedule.searchEnd)
    guard let problem = search.problem else {
      return try end(&search, &preparation, schedule, start)
    }
    // As where it is interrupted: nothing more is measured.
    var study = self
    study.interruption = StopSignal { true }
    switch try study.end(&search, &preparation, schedule, start) {
    case .result(let result): return .failed(result, .evaluation(problem))
    case .finished, .left, .failed: return .failed(nil, .evaluation(problem))
    }
  }

  /// What comes after the search.
  private func end(
    _ search: inout Search, _ preparation: inout Preparation, _ schedule: StudySchedule,
    _ start: Double
  ) throws(StudyError) -> StudyOutcome {
    switch try ending(of: &search) {
    case .finals: break
    case .finished: return .finished
    case .left: return .left(trials: search.trials.count)
    }
    try measureHere(&preparation)
    let finals = try finals(of: search, with: preparation, schedule)
    var seconds = preparation.seconds + search.seconds + finals.seconds
    seconds.total = clock() - start + search.journalSeconds
    return .result(
      StudyResult(
        createdAt: Date.now.formatted(.iso8601), subject: subject, settings: settings,
        baseline: preparation.baseline,
        sets: Ranking.entries(search.trials, finalists: finals.finalists), trials: search.trials,
        draftTrials: finals.draftTrials, seconds: seconds,
        warnings: preparation.warnings + search.warnings + finals.warnings,
        isInterrupted: interruption.isRaised, ablations: finals.ablations,
        costs: preparation.costs, bound: preparation.bound,
        importances: search.proposer.importances, screen: preparation.screen))
  }

  /// Says something that a reader of the figures should know, now and in the result.
  func warn(_ sentence: String, in warnings: inout [String]) {
    warnings.append(sentence)
    progress(.notice(sentence))
  }

  /// What a measurement gives; nil where it was told to stop, or failed for a reason that is one
  /// draft's: then a warning says so.
  func measured<Value>(
    warningIn warnings: inout [String], _ measure: () throws(EvaluationError) -> Value
  ) throws(StudyError) -> Value? {
    do throws(StudyError) {
      return try measured(measure)
    } catch {
      guard case .evaluation(let problem) = error, problem.isOfOneDraft else { throw error }
      warn("a measurement of the best drafts failed: \(problem)", in: &warnings)
      return nil
    }
  }

  /// What a measurement gives; nil where it was told to stop.
  func measured<Value>(
    _ measure: () throws(EvaluationError) -> Value
  ) throws(StudyError) -> Value? {
    do throws(EvaluationError) {
      return try measure()
    } catch {
      guard error == .interrupted else { throw .evaluation(error) }
      return nil
    }
  }
}
