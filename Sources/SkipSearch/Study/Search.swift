import DraftEvaluation
import Inference

/// The trials of a study, finished and begun, and what its optimiser learnt from them.
struct Search {
  private(set) var trials: [Trial] = []
  /// Trials without a result.
  private(set) var failures: [TrialFailure] = []
  /// Trials that workers have begun, in order; empty where one process writes the journal.
  private(set) var begun: [Claim] = []
  private(set) var proposer: Proposer
  private(set) var seconds = StudyResult.Seconds()
  /// Seconds that the trials took which were in the journal before.
  private(set) var journalSeconds = 0.0
  /// Failures since the last trial that this process saw finish.
  private(set) var failuresInARow = 0
  var warnings: [String] = []
  /// Why there is nothing more to propose; nil where there may be.
  var isOver: String?
  /// Whether something showed that there is nothing to look up.
  private(set) var lookupFailed = false
  /// A line whose draft is none of this search's, as an error names it; nil where there is none.
  private(set) var stranger: String?
  private let space: DraftSpace

  /// A search that goes on from the lines of a journal.
  ///
  /// - Parameter space: has the tokens of the vocabularies that a journal names.
  init(_ proposer: Proposer, _ space: DraftSpace, journal: [JournalEntry]) {
    self.proposer = proposer
    self.space = space
    for entry in journal { take(entry) }
    failuresInARow = 0
    journalSeconds = seconds.evaluation + seconds.optimizer
  }

  /// Takes up a line that this process did not write.
  mutating func take(_ entry: JournalEntry) {
    switch entry {
    case .costs, .finished: break
    case .claim(let claim): take(claim)
    case .failure(let failure, let claim):
      guard knows(failure.plan.model, "a failed trial") else { return }
      add(failure, claim)
    case .trial(let trial, let claim):
      guard trial.isLookupAlone || knows(trial.model, "trial \(trial.index)") else { return }
      let trial = completed(trial)
      // Expectations of claimed trials were noted when they were claimed.
      if claim == nil { note(trial.predicted) }
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
    note(plan.predicted)
    begun.append(claim)
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
  var isUntouched: Bool { trials.isEmpty && begun.isEmpty && failures.isEmpty && !lookupFailed }

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
    failuresInARow = 0
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
    proposer.discard(model)
    failures.append(failure)
    failuresInARow += 1
  }
}
