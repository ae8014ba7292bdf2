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
  init(_ proposer: Proposer, journal: [Trial]) {
    self.proposer = proposer
    for trial in journal {
      self.proposer.tell(trial)
      add(trial)
      _ = self.proposer.reasonToStop(trial.predicted)
    }
    journalSeconds = seconds.evaluation + seconds.optimizer
  }

  /// What to try next; nil when everything has been tried.
  mutating func propose() -> Proposer.Proposal? { proposer.ask(isFirst: trials.isEmpty) }

  /// Why the search may end before its last trial, if it may: to be asked after each proposal.
  mutating func reasonToStop(_ proposal: Proposer.Proposal) -> String? {
    proposer.reasonToStop(proposal.predicted)
  }

  /// Tells the optimiser of a trial.
  mutating func tell(_ trial: Trial) { proposer.tell(trial) }

  /// Takes up a trial that the optimiser was told of.
  mutating func add(_ trial: Trial) {
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
    var search = Search(preparation.proposer, journal: journal.trials)
    if !journal.trials.isEmpty { progress(.resumed(trials: search.trials.count)) }
    guard preparation.isWorthSearching else { return search }
    let initial = InitialDrafts(settings, subject.model)
    let stop = interruption.or { deadline.isPassed }
    while search.trials.count < settings.trials {
      let done = search.trials.count
      guard !stop.isRaised else { break }
      let asked = clock()
      guard let proposal = search.propose() else {
        warn("all \(done) skip sets of this model have been evaluated", in: &search.warnings)
        return search
      }
      if let reason = search.reasonToStop(proposal) {
        warn(
          "the search ended after \(done) of \(settings.trials) trials: \(reason)",
          in: &search.warnings)
        return search
      }
      let origin = initial.name(of: proposal.point).map(TrialOrigin.known) ?? proposal.origin
      guard
        try run(proposal, origin, of: &search, preparation.benches.trials, asked: asked, stop)
      else { break }
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
    _ proposal: Proposer.Proposal, _ origin: TrialOrigin, of search: inout Search,
    _ bench: any Bench, asked: Double, _ stop: StopSignal
  ) throws(StudyError) -> Bool {
    let index = search.trials.count
    progress(.proposed(index: index, origin: origin, model: proposal.model))
    let proposed = clock()
    let incumbent = search.trials.best?.evaluation
    guard
      let outcome = try measured({ () throws(EvaluationError) in
        try bench.evaluate(proposal.model, against: incumbent, until: stop)
      })
    else { return false }
    let evaluated = clock()
    var trial = Trial(
      index: index, origin: origin, evaluation: outcome.evaluation,
      objective: outcome.objective, predicted: proposal.predicted, optimizerSeconds: 0)
    search.tell(trial)
    trial.optimizerSeconds = proposed - asked + clock() - evaluated
    search.add(trial)
    try record { journal throws(InputError) in try journal.append(trial) }
    progress(
      .trial(trial, best: search.trials.best, count: search.trials.count, of: settings.trials))
    return true
  }
}
