import BayesianOptimization
import Files
import Foundation
import Inference

/// A search for skip sets: baseline, trials proposed by a Gaussian process over the log speedup, and
/// the best few measured again on prompts that the search never used.
///
/// What it maximises is log(plain seconds / speculative seconds) over the calibration prompts. With
/// the same seed and the same measurements it proposes the same sets, also when it was killed and
/// resumed in between. No set is evaluated twice.
public struct Study {
  /// What the study is about.
  public let subject: StudySubject
  /// How it is set.
  public let settings: StudySettings
  private let evaluator: any Evaluator
  private let runoff: any Validator
  private let validator: any Validator
  private let journal: Journal
  private let clock: () -> Double
  private let isInterrupted: () -> Bool
  private let progress: (StudyEvent) -> Void

  private var optimizer: GaussianProcessOptimizer
  private let known: [BitVector: String]
  private var trials: [Trial] = []
  private var draftTrials: [Evaluation] = []
  private var seconds = StudyResult.Seconds()
  private var warnings: [String] = []

  /// Prepares a study that goes on from the trials in the journal.
  ///
  /// - Parameters:
  ///   - evaluator: measures trials on the calibration prompts.
  ///   - runoff: measures the best few again on the calibration prompts, to rank them.
  ///   - validator: measures them on held-out prompts.
  ///   - journal: where finished trials go; its header has subject and settings.
  ///   - settings: those of this run, which may ask for more trials than the journal's.
  ///   - isInterrupted: asked between prompts and while decoding.
  ///   - progress: called as the study goes on.
  public init(
    subject: StudySubject, settings: StudySettings, evaluator: any Evaluator,
    runoff: any Validator, validator: any Validator, journal: Journal,
    isInterrupted: @escaping () -> Bool = { false },
    progress: @escaping (StudyEvent) -> Void = { _ in }
  ) {
    let stopwatch = Stopwatch()
    self.init(
      subject: subject, settings: settings, evaluator: evaluator, runoff: runoff,
      validator: validator, journal: journal, isInterrupted: isInterrupted, progress: progress,
      clock: { stopwatch.seconds })
  }

  init(
    subject: StudySubject, settings: StudySettings, evaluator: any Evaluator,
    runoff: any Validator, validator: any Validator, journal: Journal,
    isInterrupted: @escaping () -> Bool,
    progress: @escaping (StudyEvent) -> Void, clock: @escaping () -> Double
  ) {
    precondition(settings.trials >= 1 && settings.finalists >= 1)
    self.subject = subject
    self.settings = settings
    self.evaluator = evaluator
    self.runoff = runoff
    self.validator = validator
    self.journal = journal
    self.isInterrupted = isInterrupted
    self.progress = progress
    self.clock = clock
    let layerCount = subject.model.layerCount
    let sets = KnownSkipSets.all(layerCount: layerCount)
    let points = sets.map { $0.skip.bits(layerCount: layerCount) }
    known = Dictionary(uniqueKeysWithValues: zip(points, sets.map(\.name)))
    optimizer = GaussianProcessOptimizer(
      dimension: 2 * layerCount, seed: settings.seed, initialDesign: points)
  }

  /// Runs the study. An interruption after the baseline ends it with the result of what was found.
  public mutating func run() throws(StudyError) -> StudyResult {
    let start = clock()
    if let notice = journal.notice { progress(.notice(notice)) }
    takeOverTrials()
    let spentBefore = seconds.evaluation + seconds.optimiser

    progress(.measuringBaseline)
    let baseline = try measureBaseline()
    progress(.baseline(baseline))

    let plan = ValidationPlan(settings, subject.calibration, baseline)
    let end = settings.timeLimit.map { start + $0 }
    let reserve = settings.timeLimit.map(plan.reserve)
    try search(until: both(end, reserve.map(\.total)).map { $0 - $1 })

    var finalists = finalists.map {
      Ranking.Finalist(trial: $0.index, calibration: $0.evaluation, heldOut: nil)
    }
    try tuneDrafts(&finalists, until: both(end, reserve.map(\.validation)).map { $0 - $1 })
    try remeasure(&finalists)
    try validate(&finalists, plan, remaining: end.map { $0 - clock() })
    seconds.total = clock() - start + spentBefore
    return StudyResult(
      createdAt: UTCTime.now.iso8601, subject: subject, settings: settings, baseline: baseline,
      sets: Ranking.entries(trials, finalists: finalists), trials: trials,
      draftTrials: draftTrials, seconds: seconds, warnings: warnings,
      isInterrupted: isInterrupted())
  }

  private func both(_ one: Double?, _ other: Double?) -> (Double, Double)? {
    guard let one, let other else { return nil }
    return (one, other)
  }

  private mutating func takeOverTrials() {
    guard !journal.trials.isEmpty else { return }
    for trial in journal.trials {
      tell(trial)
      seconds.evaluation += trial.evaluation.seconds
      seconds.optimiser += trial.optimiserSeconds
    }
    progress(.resumed(trials: trials.count))
  }

  private mutating func measureBaseline() throws(StudyError) -> Baseline {
    let baseline: Baseline
    do throws(EvaluationError) {
      baseline = try evaluator.baseline(
        repetitions: settings.baselineRepetitions, isStopped: isInterrupted)
    } catch {
      throw error == .interrupted ? .interrupted : .evaluation(error)
    }
    seconds.baseline = baseline.seconds
    if baseline.loopingPromptCount > 0 {
      warn(
        "\(baseline.loopingPromptCount) of \(baseline.promptCount) calibration prompts end in a "
          + "loop; drafting a loop is easy, so acceptance is flattered: prefer other prompts")
    }
    return baseline
  }

  private mutating func warn(_ sentence: String) {
    warnings.append(sentence)
    progress(.notice(sentence))
  }

  // MARK: Trials

  private mutating func search(until deadline: Double?) throws(StudyError) {
    let isInterrupted = isInterrupted
    let clock = clock
    let isStopped = { isInterrupted() || deadline.map { clock() >= $0 } ?? false }
    while trials.count < settings.trials, !isStopped() {
      let asked = clock()
      let isModel = optimizer.isDesignComplete
      guard let point = optimizer.ask() else {
        warn("all \(trials.count) skip sets of this model have been evaluated")
        break
      }
      let candidate = Candidate(skip: SkipSet(point), draft: settings.trialDraft)
      let belief = trials.isEmpty ? nil : optimizer.posterior(at: point)
      let origin = known[point] ?? (isModel ? "model" : "random")
      progress(.proposed(index: trials.count, origin: origin, skip: candidate.skip))
      let proposed = clock()
      let incumbent = bestTrial?.evaluation
      guard let evaluation = try evaluate(candidate, incumbent, isStopped) else { break }
      guard let objective = Racing.objective(evaluation, incumbent: incumbent) else {
        throw .evaluation(.nothingToMeasure)
      }
      let evaluated = clock()
      var trial = Trial(
        index: trials.count, origin: origin, evaluation: evaluation, objective: objective,
        predicted: belief.map {
          Trial.Prediction(logSpeedup: $0.mean, standardDeviation: $0.standardDeviation)
        }, optimiserSeconds: 0)
      tell(trial)
      trial.optimiserSeconds = proposed - asked + clock() - evaluated
      trials[trials.count - 1] = trial
      seconds.optimiser += trial.optimiserSeconds
      seconds.evaluation += evaluation.seconds
      do throws(InputError) { try journal.append(trial) } catch { throw .file(error) }
      progress(.trial(trial, best: bestTrial, count: trials.count, of: settings.trials))
    }
    if trials.count < settings.trials {
      if isInterrupted() {
        warn("the search was interrupted after \(trials.count) of \(settings.trials) trials")
      } else if isStopped() {
        warn("the time limit ended the search after \(trials.count) of \(settings.trials) trials")
      }
    }
  }

  /// Nil where the evaluation was stopped: a trial that is not finished does not count.
  private func evaluate(
    _ candidate: Candidate, _ incumbent: Evaluation?, _ isStopped: @escaping () -> Bool
  ) throws(StudyError) -> Evaluation? {
    do throws(EvaluationError) {
      return try evaluator.evaluate(candidate, incumbent: incumbent, isStopped: isStopped)
    } catch {
      if error == .interrupted { return nil }
      throw .evaluation(error)
    }
  }

  private mutating func tell(_ trial: Trial) {
    optimizer.tell(
      trial.evaluation.candidate.skip.bits(layerCount: subject.model.layerCount),
      value: trial.objective.logSpeedup, noiseVariance: trial.objective.variance)
    trials.append(trial)
  }

  /// The complete trial whose objective less one standard error is largest: not the luckiest.
  private var bestTrial: Trial? {
    func cautious(_ trial: Trial) -> Double {
      trial.objective.logSpeedup - trial.objective.variance.squareRoot()
    }
    return trials.filter { !$0.evaluation.stoppedEarly }.max { cautious($0) < cautious($1) }
  }

  // MARK: Held-out prompts

  /// The sets to measure again: the best by posterior mean, and uniform skipping.
  private var finalists: [Trial] {
    let layerCount = subject.model.layerCount
    let complete = trials.filter { !$0.evaluation.stoppedEarly }
    let ranked = complete.map { trial in
      let point = trial.evaluation.candidate.skip.bits(layerCount: layerCount)
      return (trial, optimizer.posterior(at: point).mean)
    }.sorted { ($1.1, $0.0.index) < ($0.1, $1.0.index) }.map(\.0)
    let uniform = KnownSkipSets.uniform(layerCount: layerCount)
    let best = ranked.prefix(settings.finalists)
    return best
      + ranked.dropFirst(settings.finalists).filter { $0.evaluation.candidate.skip == uniform }
  }

  /// Lets each finalist try other draft settings on the calibration prompts and keep the best, unless
  /// the user has chosen the settings.
  private mutating func tuneDrafts(
    _ finalists: inout [Ranking.Finalist], until deadline: Double?
  ) throws(StudyError) {
    guard settings.draftStop == nil else { return }
    let alternatives = DraftGrid.alternatives(maximum: settings.draftMaximum)
    let isInterrupted = isInterrupted
    let clock = clock
    let isStopped = { isInterrupted() || deadline.map { clock() >= $0 } ?? false }
    for index in finalists.indices {
      for (number, draft) in alternatives.enumerated() {
        guard !isStopped() else { return }
        progress(
          .tuning(
            done: index * alternatives.count + number,
            of: finalists.count * alternatives.count))
        let best = finalists[index].calibration
        let candidate = Candidate(skip: best.candidate.skip, draft: draft)
        guard let evaluation = try evaluate(candidate, best, isStopped) else { return }
        draftTrials.append(evaluation)
        seconds.evaluation += evaluation.seconds
        if !evaluation.stoppedEarly, let speedup = evaluation.speedup?.logarithm,
          speedup > best.speedup?.logarithm ?? -.infinity
        {
          finalists[index].calibration = evaluation
        }
      }
    }
  }

  /// Measures the finalists again on the calibration prompts, all in turn with plain decoding. The
  /// figures that made them finalists are the luckiest of many; these are not, and they decide the
  /// ranks.
  private mutating func remeasure(_ finalists: inout [Ranking.Finalist]) throws(StudyError) {
    guard !finalists.isEmpty, !isInterrupted() else { return }
    let start = clock()
    defer { seconds.evaluation += clock() - start }
    let progress = progress
    let count = finalists.count
    do throws(EvaluationError) {
      let evaluations = try runoff.validate(
        finalists.map(\.calibration.candidate), repetitions: ValidationPlan.runoffRepetitions,
        isStopped: isInterrupted,
        progress: { progress(.remeasuring(done: $0, of: $1, candidates: count)) })
      for index in finalists.indices { finalists[index].calibration = evaluations[index] }
    } catch {
      // What the search measured stands then; the validation says that it was interrupted.
      guard error == .interrupted else { throw .evaluation(error) }
    }
  }

  /// Measures the finalists on held-out prompts, unless there is no time for it.
  private mutating func validate(
    _ finalists: inout [Ranking.Finalist], _ plan: ValidationPlan, remaining: Double?
  ) throws(StudyError) {
    guard !finalists.isEmpty else { return }
    guard !isInterrupted() else {
      warn(
        "the best sets were not measured on held-out prompts: their speedups are those of the "
          + "search, and the best of many measurements is flattered")
      return
    }
    let repetitions = plan.repetitions(within: remaining)
    if repetitions < settings.validationRepetitions {
      warn(
        "to keep the time limit, the best sets were measured \(repetitions) instead of "
          + "\(settings.validationRepetitions) times on held-out prompts")
    }
    if subject.calibration.sharesPrompts {
      warn(
        "there are too few prompts to keep some back: the best sets were measured again on the "
          + "prompts of the search; give at least 3 with --prompts")
    }
    let start = clock()
    defer { seconds.validation = clock() - start }
    let progress = progress
    let count = finalists.count
    do throws(EvaluationError) {
      let evaluations = try validator.validate(
        finalists.map(\.calibration.candidate), repetitions: repetitions,
        isStopped: isInterrupted,
        progress: { progress(.validating(done: $0, of: $1, candidates: count)) })
      for index in finalists.indices { finalists[index].heldOut = evaluations[index] }
    } catch {
      guard error == .interrupted else { throw .evaluation(error) }
      warn(
        "interrupted while the best sets were measured on held-out prompts: their speedups are "
          + "those of the search, and the best of many measurements is flattered")
    }
  }
}
