import DraftEvaluation
import Files
import Foundation

extension Study {
  /// Seconds between two looks at what another worker is doing.
  private static let waitingInterval = 0.2

  /// `Journal.exchange` with the study's notices and errors.
  func exchange<Result>(
    until stop: StopSignal = .never,
    _ body: ([JournalEntry]) throws(InputError) -> (result: Result, entries: [JournalEntry])
  ) throws(StudyError) -> Result? {
    do throws(InputError) {
      return try journal.exchange(until: stop, notice: { progress(.notice($0)) }, body)
    } catch { throw .file(error) }
  }

  /// Waits a little for another worker.
  func wait(for claim: Claim) {
    journal.worker?.show(doing: "waits")
    progress(.waiting(for: claim))
    if let worker = journal.worker, worker.isNewlySilent(claim.worker) {
      progress(
        .notice(
          "\(claim.worker), which \(claim.doing): "
            + Worker.silenceWords(claim.worker, for: worker.silence(of: claim.worker))))
    }
    Thread.sleep(forTimeInterval: Self.waitingInterval)
  }

  /// What passes cost, as whoever measured it wrote down; nil where this process is to measure it:
  /// in a shared study, with nobody else doing so.
  func sharedCosts() throws(StudyError) -> CostModel? {
    guard let worker = journal.worker, settings.evaluator != .decode else { return journal.costs }
    guard try claim(.costs, for: worker, isDone: { _ in journal.costs != nil }) != nil else {
      throw .interrupted
    }
    return journal.costs
  }

  private enum Turn {
    /// This worker does it.
    case ours
    /// It is done.
    case done
  }

  /// Claims a task that one worker does while the others wait for it: also where a worker died
  /// that had claimed it. Returns when it is this worker's, or done; nil where it is interrupted.
  ///
  /// - Parameter isDone: whether it is done, given what others appended.
  private func claim(
    _ task: Claim.Task, for worker: Worker, isDone: ([JournalEntry]) -> Bool
  ) throws(StudyError) -> Turn? {
    while !interruption.isRaised {
      enum Step { case turn(Turn), wait(Claim) }
      let step = try exchange(until: interruption) {
        fresh throws(InputError) -> (Step, [JournalEntry]) in
        if isDone(fresh) { return (.turn(.done), []) }
        let claim = journal.content.claims.first { $0.task == task }
        if let claim, worker.isAlive(claim.worker), claim.worker != worker.name {
          return (.wait(claim), [])
        }
        let number = claim?.number ?? journal.content.claimCount
        return (
          .turn(.ours), [.claim(Claim(number: number, worker: worker.name, task: task))]
        )
      }
      switch step {
      case .turn(let turn)?: return turn
      case .wait(let claim)?: wait(for: claim)
      case nil: break
      }
    }
    return nil
  }

  /// What is left to do for this worker when the search is over.
  enum Ending {
    /// To measure the best few again; nobody else does.
    case finals
    /// Nothing: another worker wrote the result.
    case finished
    /// Nothing: others go on.
    case left
  }

  /// Whether this worker is to measure the best few again: one does, when all trials are done.
  ///
  /// Where time is over before they are, the last worker to leave does it.
  func ending(of search: inout Search) throws(StudyError) -> Ending {
    guard let worker = journal.worker else { return .finals }
    let isCutShort = !search.begun.isEmpty || search.isUnfinished(settings.trials)
    if isCutShort || !validates || interruption.isRaised {
      // Under the lock, so that of two that leave at once the second sees that it is the last.
      let leaves = try exchange { fresh throws(InputError) -> (Bool, [JournalEntry]) in
        for entry in fresh { search.take(entry) }
        // Who is stopped leaves no result: where time is over, nobody waits for it.
        let hasCompany = interruption.isRaised ? worker.hasCompany : worker.hasLivelyCompany
        guard !validates || hasCompany else { return (false, []) }
        worker.leave()
        return (true, [])
      }
      if leaves == true { return .left }
      // Nobody else is there: what was found is saved, as in a search alone.
      if interruption.isRaised { return .finals }
    }
    let turn = try claim(.finals, for: worker) { fresh in
      for entry in fresh { search.take(entry) }
      return journal.content.finishedTrials.map { $0 >= search.trials.count } ?? false
    }
    switch turn {
    case .ours:
      worker.show(doing: "measures the best drafts")
      return .finals
    case .done: return .finished
    case nil: return .left
    }
  }
}

extension Search {
  /// Whether more trials were wanted, and nothing speaks against them.
  fileprivate func isUnfinished(_ wanted: Int) -> Bool { trials.count < wanted && isOver == nil }
}
