import DraftEvaluation
import Files
import Inference

/// The finished trials of a study, and what its optimiser learnt from them.
struct Search {
  private(set) var trials: [Trial] = []
  private(set) var proposer: Proposer
  private(set) var seconds = StudyResult.Seconds()
  /// Seconds that the trials of a resumed journal took.
  private(set) var journalSeconds = 0.0
  fileprivate(set) var warnings: [String] = []

  /// A search that goes on from the trials of a journal.
  ///
  /// - Parameter space: has the tokens of the vocabularies that a journal names.
  init(_ proposer: Proposer, _ space: DraftSpace, journal: [Trial]) {
    self.proposer = proposer
    for var trial in journal {
      if !trial.isLookupAlone, let point = space.point(of: trial.model) {
        trial.evaluation.draft.model = space.model(at: point)
      }
      add(trial) { trial.optimizerSeconds }
      _ = self.proposer.note(trial.predicted)
    }
    journalSeconds = seconds.evaluation + seconds.optimizer
  }

  /// What to try next, or why there is nothing more to try.
  mutating func propose() -> Step {
    guard let proposal = proposer.ask() else { return .exhausted }
    if let reason = proposer.note(proposal.predicted) { return .converged(reason) }
    return .evaluate(proposal)
  }

  /// Why the search may end before its last trial; nil where it goes on.
  var end: String? { SearchEnd.reason(after: trials.count, proposer) }

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
  /// - Parameter optimizerSeconds: what proposal and update took, asked after the update.
  mutating func add(_ trial: Trial, optimizerSeconds: () -> Double) {
    if !trial.isLookupAlone { proposer.tell(trial) }
    var trial = trial
    trial.optimizerSeconds = optimizerSeconds()
    trials.append(trial)
    seconds.evaluation += trial.evaluation.seconds
    seconds.optimizer += trial.optimizerSeconds
  }
}

extension Study {
  /// Takes over the journal's trials and goes on until there are as many as wanted, or something
  /// speaks against more.
  func search(
    with preparation: Preparation, until deadline: Deadline
  ) throws(StudyError) -> Search {
    let space = preparation.space
    if let stranger = journal.trials.first(where: {
      !$0.isLookupAlone && space.point(of: $0.model) == nil
    }) {
      throw .file(
        InputError(
          file: journal.path, field: "trial \(stranger.index)",
          "its draft is none of this search's; start a new search without --resume"))
    }
    var search = Search(preparation.proposer, space, journal: journal.trials)
    if !journal.trials.isEmpty { progress(.resumed(trials: search.trials.count)) }
    guard preparation.isWorthSearching else { return search }
    let stop = interruption.or { deadline.isPassed }
    if search.trials.isEmpty { try lookUp(&search, with: preparation, stop) }
    trials: while search.trials.count < settings.trials {
      let done = search.trials.count
      guard !stop.isRaised else { break }
      let asked = clock()
      if settings.stopsEarly, let reason = search.end {
        warn(
          "the search ended after \(done) of at most \(settings.trials) trials: \(reason)",
          in: &search.warnings)
        return search
      }
      switch search.propose() {
      case .exhausted:
        warn("all \(done) drafts of this model have been evaluated", in: &search.warnings)
        return search
      case .converged(let reason):
        warn(
          "the search ended after \(done) of at most \(settings.trials) trials: \(reason)",
          in: &search.warnings)
        return search
      case .evaluate(let proposal):
        guard try run(proposal, of: &search, with: preparation, asked: asked, stop) else {
          break trials
        }
      }
    }
    if search.trials.count < settings.trials {
      let what =
        interruption.isRaised ? "the search was interrupted" : "the time limit ended the search"
      warn(
        "\(what) after \(search.trials.count) of \(settings.trials) trials",
        in: &search.warnings)
    }
    return search
  }

  /// Runs one trial; false where it was stopped: then it does not count.
  private func run(
    _ proposal: Proposer.Proposal, of search: inout Search, with preparation: Preparation,
    asked: Double, _ stop: StopSignal
  ) throws(StudyError) -> Bool {
    let index = search.trials.count
    let origin =
      preparation.initial.name(of: proposal.point).map(TrialOrigin.known) ?? proposal.origin
    progress(.proposed(index: index, origin: origin, model: proposal.model))
    let proposed = clock()
    let incumbent = search.trials.incumbent?.evaluation
    guard
      let outcome = try measured({ () throws(EvaluationError) in
        try preparation.benches.trials.evaluate(
          proposal.model, against: incumbent, until: stop)
      })
    else { return false }
    let evaluated = clock()
    search.add(
      Trial(
        index: index, origin: origin, evaluation: outcome.evaluation,
        objective: outcome.objective, predicted: proposal.predicted, optimizerSeconds: 0)
    ) { proposed - asked + clock() - evaluated }
    let trial = search.trials[index]
    try record { journal throws(InputError) in try journal.append(trial) }
    progress(
      .trial(trial, best: search.trials.best, count: search.trials.count, of: settings.trials))
    return true
  }

  /// The first trial: what the context drafts without any model, which a draft has to beat.
  private func lookUp(
    _ search: inout Search, with preparation: Preparation, _ stop: StopSignal
  ) throws(StudyError) {
    let outcome = try measured { () throws(EvaluationError) in
      try preparation.benches.trials.evaluateLookup(until: stop)
    }
    guard let outcome = outcome ?? nil else { return }
    let trial = Trial(
      index: 0, origin: .known("lookup alone"), evaluation: outcome.evaluation,
      objective: outcome.objective, predicted: nil, optimizerSeconds: 0)
    search.add(trial) { 0 }
    try record { journal throws(InputError) in try journal.append(trial) }
    progress(.trial(trial, best: trial, count: 1, of: settings.trials))
  }
}
