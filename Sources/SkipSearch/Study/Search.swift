import BayesianOptimization
import DraftEvaluation
import Files
import Inference

/// The trials of a study, finished and begun, and what its optimiser learnt from them.
struct Search {
  private(set) var trials: [Trial] = []
  /// Drafts without a result whose trial failed for good.
  private(set) var failures: [TrialFailure] = []
  /// Drafts whose trial failed once, in that order, and is to be run once more.
  private(set) var retries: [Retry] = []
  /// What failed first; nil where nothing did.
  private(set) var firstFailure: TrialFailure?
  /// Trials that workers have begun, in order; empty where one process writes the journal.
  private(set) var begun: [Claim] = []
  private(set) var proposer: Proposer
  private(set) var seconds = StudyResult.Seconds()
  /// Seconds that the trials took which were in the journal before.
  private(set) var journalSeconds = 0.0
  /// This process's failures since the last trial that it finished.
  private(set) var failuresInARow = 0
  /// Whether the last trial that this process ran was no failure: then it may run again what
  /// failed.
  private(set) var isHealthy = false
  /// What ended the search before its time; nil where nothing did.
  var problem: EvaluationError?
  var warnings: [String] = []
  /// Why there is nothing more to propose; nil where there may be.
  var isOver: String?
  /// Whether something showed that there is nothing to look up.
  private(set) var lookupFailed = false
  /// A line whose draft is none of this search's, as an error names it; nil where there is none.
  private(set) var stranger: String?
  private let space: DraftSpace
  /// Whether a failed trial is run once more.
  private let isForgiving: Bool
  /// The drafts whose trial failed once.
  private var failedOnce: Set<BitVector> = []

  /// A draft whose trial failed once.
  struct Retry {
    let failure: TrialFailure
    /// Trials that were finished then.
    let trialCount: Int
  }

  /// A search that goes on from the lines of a journal.
  ///
  /// - Parameters:
  ///   - space: has the tokens of the vocabularies that a journal names.
  ///   - isForgiving: whether a failed trial is run once more.
  init(
    _ proposer: Proposer, _ space: DraftSpace, journal: [JournalEntry], isForgiving: Bool = true
  ) {
    self.isForgiving = isForgiving
    self.proposer = proposer
    self.space = space
    for entry in journal { take(entry) }
    journalSeconds = seconds.evaluation + seconds.optimizer
  }

  /// Takes up a line that this process did not write.
  mutating func take(_ entry: JournalEntry) {
    switch entry {
    case .costs, .finished: break
    case .claim(let claim): take(claim)
    case .failure(let failure, let claim):
      guard knows(failure.plan.model, "a failed trial") else { return }
      if claim == nil, failure.plan.model != nil {
        // One process writes this journal: whatever is in it was this search.
        isHealthy = false
        if !hasFailed(failure.plan.model) { note(failure.plan.predicted) }
      }
      add(failure, claim)
    case .trial(let trial, let claim):
      guard trial.isLookupAlone || knows(trial.model, "trial \(trial.index)") else { return }
      let trial = completed(trial)
      // Expectations of claimed trials were noted when they were claimed.
      if claim == nil {
        isHealthy = true
        if trial.isLookupAlone || !hasFailed(trial.model) { note(trial.predicted) }
      }
      add(trial, claim) { trial.optimizerSeconds }
    }
  }

  private mutating func take(_ claim: Claim) {
    guard let plan = claim.plan, knows(plan.model, "claim \(claim.number)") else { return }
    if let index = begun.firstIndex(where: { $0.number == claim.number }) {
      begun[index] = claim
      return
    }
    if let model = plan.model { proposer.reserve(model) }
    if !hasFailed(plan.model) { note(plan.predicted) }
    begin(claim)
  }

  private mutating func knows(_ model: DraftModel?, _ what: String) -> Bool {
    guard let model, space.point(of: model) == nil else { return true }
    stranger = stranger ?? what
    return false
  }

  /// Takes up what this process claims: the optimiser knows already.
  mutating func begin(_ claim: Claim) {
    begun.removeAll { $0.number == claim.number }
    begun.append(claim)
    forget(claim.plan?.model)
  }

  /// Takes a draft from those to run again: somebody does, or did.
  private mutating func forget(_ model: DraftModel?) {
    guard let model else { return }
    let point = space.point(of: model)
    retries.removeAll { [space] retry in
      retry.failure.plan.model.flatMap(space.point(of:)) == point
    }
  }

  private func hasFailed(_ model: DraftModel?) -> Bool {
    model.flatMap(space.point(of:)).map(failedOnce.contains) ?? false
  }

  /// What this process may run again: what failed before the last trial was finished, where its own
  /// last one did not fail. All of it is a function of the journal where one process writes it.
  ///
  /// - Parameter worker: this one, where another one lives: what failed here is for that.
  func dueRetry(besides worker: String?) -> TrialFailure? {
    guard isHealthy else { return nil }
    return retries.first {
      $0.trialCount < trials.count && (worker == nil || $0.failure.worker != worker)
    }?.failure
  }

  private mutating func note(_ predicted: Trial.Prediction?) { _ = proposer.note(predicted) }

  /// A trial as this process knows its draft: with the tokens of its vocabulary.
  private func completed(_ trial: Trial) -> Trial {
    guard !trial.isLookupAlone, let point = space.point(of: trial.model) else { return trial }
    var trial = trial
    trial.evaluation.draft.model = space.model(at: point)
    return trial
  }

  /// What to try next, or why there is nothing more to try.
  mutating func propose() -> Step {
    guard let proposal = proposer.ask() else { return .exhausted }
    if let reason = proposer.note(proposal.predicted) { return .converged(reason) }
    return .evaluate(proposal)
  }

  /// Why the search may end before its last trial; nil where it goes on.
  var end: String? { SearchEnd.reason(after: trials.count, proposer) }

  /// Whether nothing was tried yet: then lookups alone come first.
  var isUntouched: Bool { trials.isEmpty && begun.isEmpty && firstFailure == nil && !lookupFailed }

  /// How a search goes on.
  enum Step {
    case evaluate(Proposer.Proposal)
    /// Everything has been tried.
    case exhausted
    /// Further trials are unlikely to pay.
    case converged(_ reason: String)
  }

  /// Tells the optimiser of a trial and takes it up.
  ///
  /// - Parameters:
  ///   - claim: the number of the claim that it fulfils.
  ///   - optimizerSeconds: what proposal and update took, asked after the update.
  mutating func add(_ trial: Trial, _ claim: Int?, optimizerSeconds: () -> Double) {
    if !trial.isLookupAlone { proposer.tell(trial) }
    var trial = trial
    trial.optimizerSeconds = optimizerSeconds()
    trials.append(trial)
    begun.removeAll { $0.number == claim }
    if !trial.isLookupAlone { forget(trial.model) }
    seconds.evaluation += trial.evaluation.seconds
    seconds.optimizer += trial.optimizerSeconds
  }

  /// Takes up a trial that has no result.
  mutating func add(_ failure: TrialFailure, _ claim: Int?) {
    begun.removeAll { $0.number == claim }
    guard let model = failure.plan.model else {
      lookupFailed = true
      return
    }
    firstFailure = firstFailure ?? failure
    guard isForgiving, let point = space.point(of: model), failedOnce.insert(point).inserted else {
      forget(model)
      proposer.discard(model)
      failures.append(failure)
      return
    }
    // It stays taken: nobody proposes it anew.
    proposer.reserve(model)
    retries.append(Retry(failure: failure, trialCount: trials.count))
  }

  /// Takes note of how a trial of this process ended.
  mutating func noteOwn(isFailure: Bool) {
    isHealthy = !isFailure
    failuresInARow = isFailure ? failuresInARow + 1 : 0
  }

  /// How many trials failed and why, for the reader of the result; nil where none did.
  var failureWords: String? {
    guard let firstFailure else { return nil }
    let count = isForgiving ? failedOnce.count : failures.count
    let measured = count - failures.count - retries.count
    return "\(counted(count, "trial")) failed, the first because: \(firstFailure.reason)"
      + (measured == 0 ? "" : "; \(measured) of \(count) gave a result when run again")
  }
}
