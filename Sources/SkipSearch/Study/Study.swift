import BayesianOptimization
import DraftEvaluation
import Files
import Foundation
import Inference

/// A search for skip sets: baseline, trials proposed by a Gaussian process over the log speedup, and
/// the best few measured again on prompts that the search never used.
///
/// What it maximises is log(plain seconds / speculative seconds) over the calibration prompts. Where the
/// evaluator replays (`CompleteEvaluator`), what passes cost is known first, and with it whether any skip
/// set can pay; the best few sets are then replayed completely, and really decoded as a check. With
/// the same seed and the same measurements it proposes the same sets, also when it was killed and
/// resumed in between. No set is evaluated twice.
public struct Study {
  /// What the study is about.
  public let subject: StudySubject
  /// How it is set.
  public let settings: StudySettings
  let evaluator: any Evaluator
  let runoff: (any Validator)?
  let validator: any Validator
  private let journal: Journal
  let clock: () -> Double
  let isInterrupted: () -> Bool
  let progress: (StudyEvent) -> Void

  var proposer: Proposer
  private var screen: [Double]?
  private let design: [BitVector]
  private let known: [BitVector: String]
  var trials: [Trial] = []
  var draftTrials: [Evaluation] = []
  var seconds = StudyResult.Seconds()
  private var warnings: [String] = []

  /// Prepares a study that goes on from the trials in the journal.
  ///
  /// - Parameters:
  ///   - evaluator: measures trials on the calibration prompts.
  ///   - runoff: measures the best few again on the calibration prompts, to rank them or to check their
  ///     replay; nil: what the search measured stands.
  ///   - validator: measures them on held-out prompts.
  ///   - journal: where finished trials go; its header has subject and settings.
  ///   - settings: those of this run, which may ask for more trials than the journal's.
  ///   - isInterrupted: asked between prompts and while decoding.
  ///   - progress: called as the study goes on.
  public init(
    subject: StudySubject, settings: StudySettings, evaluator: any Evaluator,
    runoff: (any Validator)?, validator: any Validator, journal: Journal,
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
    runoff: (any Validator)?, validator: any Validator, journal: Journal,
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
    var design: [BitVector] = []
    var known: [BitVector: String] = [:]
    let sets =
      settings.enqueued.map { KnownSkipSets.Named(name: "enqueued", skip: $0) }
      + KnownSkipSets.all(layerCount: layerCount)
    for set in sets {
      let point = set.skip.without(settings.frozen).bits(layerCount: layerCount)
      guard known[point] == nil, !point.ones.isEmpty else { continue }
      known[point] = set.name
      design.append(point)
    }
    self.design = design
    self.known = known
    proposer = Proposer(
      settings, layerCount: layerCount, knowing: Proposer.Knowledge(design: design))
  }

  /// Runs the study. An interruption after the baseline ends it with the result of what was found.
  public mutating func run() throws(StudyError) -> StudyResult {
    let start = clock()
    if let notice = journal.notice { progress(.notice(notice)) }
    progress(.measuringBaseline)
    let baseline = try measureBaseline()
    progress(.baseline(baseline))
    let bound = try judgeBeforehand()
    let isHopeless = bound.map { !$0.canPay } ?? false && !settings.force
    if !isHopeless { try learnBeforehand() }
    takeOverTrials()
    let spentBefore = seconds.evaluation + seconds.optimiser

    let plan = ValidationPlan(settings, subject.calibration, baseline)
    let end = settings.timeLimit.map { start + $0 }
    let reserve = settings.timeLimit.map(plan.reserve)
    if !isHopeless { try search(until: both(end, reserve.map(\.total)).map { $0 - $1 }) }

    var finalists = finalists.map {
      Ranking.Finalist(trial: $0.index, calibration: $0.evaluation, heldOut: nil)
    }
    try tuneDrafts(&finalists, until: both(end, reserve.map(\.validation)).map { $0 - $1 })
    try remeasure(&finalists, repetition: 0)
    try validate(&finalists, plan, remaining: end.map { $0 - clock() })
    try remeasure(&finalists, repetition: 1)
    checkAgreement(finalists)
    seconds.total = clock() - start + spentBefore
    return StudyResult(
      createdAt: Date.now.formatted(.iso8601), subject: subject, settings: settings, baseline: baseline,
      sets: Ranking.entries(trials, finalists: finalists), trials: trials,
      draftTrials: draftTrials, seconds: seconds, warnings: warnings,
      isInterrupted: isInterrupted(), costs: completeEvaluator?.costs, bound: bound,
      importances: proposer.importances ?? [], screen: screen)
  }

  /// The evaluator, if it replays.
  var completeEvaluator: (any CompleteEvaluator)? { evaluator as? any CompleteEvaluator }

  /// Screens the sub-layers, and sets up the optimiser with all that is known. The screen is a function
  /// of model and prompts alone: a resumed search makes the same one.
  private mutating func learnBeforehand() throws(StudyError) {
    var knowledge = Proposer.Knowledge(design: design)
    let layerCount = subject.model.layerCount
    if let evaluator = completeEvaluator, let costs = evaluator.costs {
      knowledge.costs = (costs, settings.draftMaximum)
      let start = clock()
      do throws(EvaluationError) {
        screen = try evaluator.screen(layerCount: layerCount, isStopped: isInterrupted)
        knowledge.importance = screen
      } catch {
        guard error == .interrupted else { throw .evaluation(error) }
      }
      seconds.screening = clock() - start
    }
    proposer = Proposer(settings, layerCount: layerCount, knowing: knowledge)
  }

  /// What is possible at all, from what passes cost; nil where that is not known.
  private mutating func judgeBeforehand() throws(StudyError) -> SpeedupBound? {
    guard let costs = completeEvaluator?.costs else { return nil }
    if journal.costs == nil {
      do throws(InputError) { try journal.append(costs) } catch { throw .file(error) }
    }
    let bound = SpeedupBound(costs, maximum: settings.draftMaximum)
    progress(.bound(bound))
    if !bound.canPay {
      warn(
        "no skip set can pay on this machine: drafting with nothing but the head, and with every "
          + String(format: "draft accepted, would reach %.2fx", bound.least.perfectSpeedup)
          + (settings.force ? "" : "; --force searches all the same"))
    }
    return bound
  }

  private func both(_ one: Double?, _ other: Double?) -> (Double, Double)? {
    guard let one, let other else { return nil }
    return (one, other)
  }

  private mutating func takeOverTrials() {
    guard !journal.trials.isEmpty else { return }
    for trial in journal.trials {
      tell(trial)
      _ = proposer.reasonToStop(trial.predicted)
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

  mutating func warn(_ sentence: String) {
    warnings.append(sentence)
    progress(.notice(sentence))
  }

  // MARK: Trials

  private mutating func search(until deadline: Double?) throws(StudyError) {
    let isInterrupted = isInterrupted
    let clock = clock
    let isStopped = { isInterrupted() || deadline.map { clock() >= $0 } ?? false }
    var isFinished = false
    while trials.count < settings.trials, !isStopped() {
      let asked = clock()
      let isInformed = proposer.isInformed
      guard let point = proposer.ask() else {
        warn("all \(trials.count) skip sets of this model have been evaluated")
        break
      }
      let predicted = trials.isEmpty ? nil : proposer.prediction(at: point)
      if let reason = proposer.reasonToStop(predicted) {
        warn("the search ended after \(trials.count) of \(settings.trials) trials: \(reason)")
        isFinished = true
        break
      }
      let candidate = Draft(skip: SkipSet(point), stop: settings.trialDraft)
      let origin = known[point] ?? self.origin(isInformed: isInformed)
      progress(.proposed(index: trials.count, origin: origin, skip: candidate.model.skip))
      let proposed = clock()
      let incumbent = bestTrial?.evaluation
      guard let evaluation = try evaluate(candidate, incumbent, isStopped) else { break }
      guard let objective = evaluator.objective(of: evaluation, incumbent: incumbent) else {
        throw .evaluation(.nothingToMeasure)
      }
      let evaluated = clock()
      var trial = Trial(
        index: trials.count, origin: origin, evaluation: evaluation, objective: objective,
        predicted: predicted, optimiserSeconds: 0)
      tell(trial)
      trial.optimiserSeconds = proposed - asked + clock() - evaluated
      trials[trials.count - 1] = trial
      seconds.optimiser += trial.optimiserSeconds
      seconds.evaluation += evaluation.seconds
      do throws(InputError) { try journal.append(trial) } catch { throw .file(error) }
      progress(.trial(trial, best: bestTrial, count: trials.count, of: settings.trials))
    }
    if trials.count < settings.trials, !isFinished {
      if isInterrupted() {
        warn("the search was interrupted after \(trials.count) of \(settings.trials) trials")
      } else if isStopped() {
        warn("the time limit ended the search after \(trials.count) of \(settings.trials) trials")
      }
    }
  }

  private func origin(isInformed: Bool) -> String {
    guard settings.optimiser == .gp else { return settings.optimiser.rawValue }
    return isInformed ? "model" : "design"
  }

  /// Nil where the evaluation was stopped: a trial that is not finished does not count.
  func evaluate(
    _ candidate: Draft, _ incumbent: Evaluation?, _ isStopped: @escaping () -> Bool
  ) throws(StudyError) -> Evaluation? {
    do throws(EvaluationError) {
      return try evaluator.evaluate(candidate, incumbent: incumbent, isStopped: isStopped)
    } catch {
      if error == .interrupted { return nil }
      throw .evaluation(error)
    }
  }

  private mutating func tell(_ trial: Trial) {
    proposer.tell(
      trial.evaluation.draft.model.skip.bits(layerCount: subject.model.layerCount), trial.objective)
    trials.append(trial)
  }

  /// The complete trial whose objective less one standard error is largest: not the luckiest.
  private var bestTrial: Trial? {
    func cautious(_ trial: Trial) -> Double {
      trial.objective.logSpeedup - trial.objective.variance.squareRoot()
    }
    return trials.filter { !$0.evaluation.stoppedEarly }.max { cautious($0) < cautious($1) }
  }
}
