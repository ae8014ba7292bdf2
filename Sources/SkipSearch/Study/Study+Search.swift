import DraftEvaluation
import Files
import Inference

extension Study {
  /// Failed trials in a row that end a study: then it is not the drafts that fail.
  static let mostFailures = 3

  /// Takes over the journal's trials and goes on until there are as many as wanted, or something
  /// speaks against more.
  func search(
    with preparation: Preparation, until deadline: Deadline
  ) throws(StudyError) -> Search {
    var search = try started(with: preparation)
    guard preparation.isWorthSearching else { return search }
    do throws(StudyError) {
      try goOn(&search, with: preparation, until: deadline)
    } catch {
      guard case .evaluation(let problem) = error, !search.trials.isEmpty else { throw error }
      // What was found is not lost for what comes to nothing now.
      search.problem = problem
      warn(
        "the search ended after \(search.trials.count) of \(settings.trials) trials"
          + (search.failuresInARow < Self.mostFailures
            ? ": \(problem)" : ", when \(search.failuresInARow) failed in a row: \(problem)"),
        in: &search.warnings)
    }
    if let words = search.failureWords { warn(words, in: &search.warnings) }
    return search
  }

  private func started(with preparation: Preparation) throws(StudyError) -> Search {
    let search = Search(preparation.proposer, preparation.space, journal: journal.content.entries)
    try checkDrafts(search)
    if !search.trials.isEmpty { progress(.resumed(trials: search.trials.count)) }
    return search
  }

  private func goOn(
    _ search: inout Search, with preparation: Preparation, until deadline: Deadline
  ) throws(StudyError) {
    let stop = interruption.or { deadline.isPassed }
    searching: while !stop.isRaised {
      let asked = clock()
      let next = try next(of: &search, with: preparation, stop)
      try checkDrafts(search)
      switch next {
      case .evaluate(let assignment):
        guard try run(assignment, of: &search, with: preparation, asked: asked, stop) else {
          break searching
        }
      case .wait(let claim): wait(for: claim)
      case .end(let reason):
        if let reason { warn(reason, in: &search.warnings) }
        return
      }
    }
    if search.trials.count < settings.trials {
      let what =
        interruption.isRaised ? "the search was interrupted" : StudyResult.timeIsOver
      warn(
        "\(what) after \(search.trials.count) of \(settings.trials) trials",
        in: &search.warnings)
    }
  }

  private func checkDrafts(_ search: Search) throws(StudyError) {
    guard let stranger = search.stranger else { return }
    throw .file(
      InputError(
        file: journal.path, field: stranger,
        journal.worker == nil
          ? "its draft is none of this search's; start a new search without --resume"
          : "its draft is none of this worker's: the model's plain output, of which the draft "
            + "vocabulary is made, is another here; give all workers the same SKIP_SEARCH_ISA"))
  }

  /// A trial that this process is to run.
  private struct Assignment {
    var plan: TrialPlan
    /// Of a shared study: the number under which it is claimed.
    var claim: Int?
  }

  private enum Next {
    case evaluate(Assignment)
    /// Nothing to do before another worker finishes.
    case wait(Claim)
    case end(reason: String?)
  }

  /// What to do next; in a shared study it is claimed.
  private func next(
    of search: inout Search, with preparation: Preparation, _ stop: StopSignal
  ) throws(StudyError) -> Next {
    try catchUp(&search)
    let next = try exchange(until: stop) { fresh throws(InputError) in
      for entry in fresh { search.take(entry) }
      var next = self.next(of: &search, with: preparation)
      guard let worker = journal.worker, case .evaluate(var assignment) = next else {
        return (next, [])
      }
      let claim = Claim(
        number: assignment.claim ?? journal.content.claimCount, worker: worker.name,
        task: .trial(assignment.plan))
      assignment.claim = claim.number
      next = .evaluate(assignment)
      search.begin(claim)
      return (next, [.claim(claim)])
    }
    return next ?? .end(reason: nil)
  }

  private func next(of search: inout Search, with preparation: Preparation) -> Next {
    let done = search.trials.count
    // What a dead worker left comes before anything new.
    if let worker = journal.worker,
      let orphan = search.begun.first(where: { !worker.isAlive($0.worker) }),
      let plan = orphan.plan
    {
      return .evaluate(Assignment(plan: plan, claim: orphan.number))
    }
    func end(_ reason: String?) -> Next {
      search.begun.first.map(Next.wait) ?? .end(reason: reason)
    }
    guard done + search.begun.count < settings.trials else { return end(nil) }
    if search.isUntouched, settings.policy.lookup != .off {
      return .evaluate(Assignment(plan: .lookupAlone))
    }
    let early = "the search ended after \(done) of at most \(settings.trials) trials: "
    if let reason = search.isOver { return end(reason) }
    if settings.stopsEarly, let reason = search.end {
      search.isOver = early + reason
      return end(search.isOver)
    }
    if let failure = search.dueRetry(besides: journal.worker?.nameInCompany) {
      return .evaluate(Assignment(plan: failure.plan))
    }
    switch search.propose() {
    case .exhausted:
      // With nothing else to do, nobody is waited for who might run it instead.
      if search.begun.isEmpty, let retry = search.retries.first {
        return .evaluate(Assignment(plan: retry.failure.plan))
      }
      search.isOver = "all \(done) drafts of this model have been evaluated"
    case .converged(let reason): search.isOver = early + reason
    case .evaluate(let proposal):
      let origin =
        preparation.initial.name(of: proposal.point).map(TrialOrigin.known) ?? proposal.origin
      return .evaluate(
        Assignment(
          plan: TrialPlan(
            origin: origin, model: proposal.model, predicted: proposal.predicted)))
    }
    return end(search.isOver)
  }

  /// Runs one trial; false where it was stopped: then it does not count.
  private func run(
    _ assignment: Assignment, of search: inout Search, with preparation: Preparation,
    asked: Double, _ stop: StopSignal
  ) throws(StudyError) -> Bool {
    let plan = assignment.plan
    journal.worker?.show(doing: "trial")
    progress(.proposed(index: search.trials.count, plan))
    let proposed = clock()
    let bench = preparation.benches.trials
    let measured: TrialOutcome?
    do throws(EvaluationError) {
      measured =
        if let model = plan.model {
          try bench.evaluate(
            preparation.space.completed(model), against: search.trials.incumbent?.evaluation,
            until: stop)
        } else {
          try bench.evaluateLookup(until: stop)
        }
    } catch {
      if error == .interrupted { return false }
      guard error.isOfOneDraft else { throw .evaluation(error) }
      return try fail(
        TrialFailure(plan: plan, reason: "\(error)"), assignment.claim, &search, error)
    }
    guard let outcome = measured else {
      return try record(
        TrialFailure(plan: plan, reason: "nothing is looked up"), assignment.claim, &search)
    }
    let evaluated = clock()
    try record(
      Trial(
        index: 0, origin: plan.origin, evaluation: outcome.evaluation,
        objective: outcome.objective, predicted: plan.predicted, optimizerSeconds: 0),
      assignment.claim, &search
    ) { plan.model == nil ? 0 : proposed - asked + clock() - evaluated }
    return true
  }

  /// Records a finished trial, unless this worker was taken for dead and another has it.
  private func record(
    _ trial: Trial, _ claim: Int?, _ search: inout Search, optimizerSeconds: () -> Double
  ) throws(StudyError) {
    try catchUp(&search)
    let isOurs = try exchange { fresh throws(InputError) in
      for entry in fresh { search.take(entry) }
      guard owns(claim) else { return (false, []) }
      var trial = trial
      trial.index = search.trials.count
      search.noteOwn(isFailure: false)
      search.add(trial, claim, optimizerSeconds: optimizerSeconds)
      return (true, [.trial(search.trials[trial.index], claim: claim)])
    }
    guard isOurs == true else { return noteLoss() }
    progress(
      .trial(
        search.trials[search.trials.count - 1], best: search.trials.best,
        count: search.trials.count, of: settings.trials))
  }

  /// Records a trial that failed, and says so.
  ///
  /// - Throws: `error`, where it is not the drafts that fail.
  private func fail(
    _ failure: TrialFailure, _ claim: Int?, _ search: inout Search, _ error: EvaluationError
  ) throws(StudyError) -> Bool {
    search.noteOwn(isFailure: true)
    let count = search.failures.count
    _ = try record(failure, claim, &search)
    guard search.failuresInARow < Self.mostFailures else {
      progress(
        .notice(
          "\(search.failuresInARow) trials in a row failed: then it is not the drafts that fail"))
      throw .evaluation(error)
    }
    progress(
      .notice(
        (search.failures.count > count
          ? "a trial failed again and was left out: "
          : "a trial failed and is to be run once more, later: ") + failure.reason))
    return true
  }

  /// - Returns: true: the search goes on.
  private func record(
    _ failure: TrialFailure, _ claim: Int?, _ search: inout Search
  ) throws(StudyError) -> Bool {
    let failure = failure.of(journal.worker?.name)
    try catchUp(&search)
    let isOurs = try exchange { fresh throws(InputError) in
      for entry in fresh { search.take(entry) }
      guard owns(claim) else { return (false, []) }
      search.add(failure, claim)
      // That there is nothing to look up is known without a journal.
      let isNews = failure.plan.model != nil || claim != nil
      return (true, isNews ? [.failure(failure, claim: claim)] : [])
    }
    if isOurs != true { noteLoss() }
    return true
  }

  private func owns(_ claim: Int?) -> Bool {
    guard let worker = journal.worker else { return true }
    return journal.content.claims.contains { $0.number == claim && $0.worker == worker.name }
  }

  private func noteLoss() {
    progress(
      .notice(
        "this worker gave no sign of life for long, and another took its trial over: this result "
          + "of it does not count"))
  }

  /// Tells the optimiser what others found, before the lock is taken for it.
  private func catchUp(_ search: inout Search) throws(StudyError) {
    do throws(InputError) {
      for entry in try journal.fresh() { search.take(entry) }
    } catch { throw .file(error) }
  }
}

extension DraftSpace {
  /// A draft model with the tokens of its vocabulary, where a journal has only its name.
  fileprivate func completed(_ model: DraftModel) -> DraftModel {
    point(of: model).map(self.model(at:)) ?? model
  }
}
