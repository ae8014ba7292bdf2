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
    Thread.sleep(forTimeInterval: Self.waitingInterval)
  }

  /// What passes cost, as whoever measured it wrote down; nil where this process is to measure it:
  /// in a shared study, with nobody else doing so.
  func sharedCosts() throws(StudyError) -> CostModel? {
    guard let worker = journal.worker, settings.evaluator != .decode else { return journal.costs }
    while !interruption.isRaised {
      enum Turn { case known, ours, others(Claim) }
      let turn = try exchange(until: interruption) {
        _ throws(InputError) -> (Turn, [JournalEntry]) in
        if journal.costs != nil { return (.known, []) }
        let claim = journal.content.claims.first { $0.task == .costs }
        if let claim, worker.isAlive(claim.worker), claim.worker != worker.name {
          return (.others(claim), [])
        }
        let number = claim?.number ?? journal.content.claimCount
        return (.ours, [.claim(Claim(number: number, worker: worker.name, task: .costs))])
      }
      switch turn {
      case .known?, .ours?: return journal.costs
      case .others(let claim)?: wait(for: claim)
      case nil: break
      }
    }
    throw .interrupted
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
        guard !validates || worker.hasCompany else { return (false, []) }
        worker.leave()
        return (true, [])
      }
      if leaves == true { return .left }
      // Nobody else is there: what was found is saved, as in a search alone.
      if interruption.isRaised { return .finals }
    }
    while !interruption.isRaised {
      enum Turn { case ours, finished, others(Claim) }
      let turn = try exchange(until: interruption) {
        fresh throws(InputError) -> (Turn, [JournalEntry]) in
        for entry in fresh { search.take(entry) }
        if let trials = journal.content.finishedTrials, trials >= search.trials.count {
          return (.finished, [])
        }
        let claim = journal.content.claims.first { $0.task == .finals }
        if let claim, worker.isAlive(claim.worker), claim.worker != worker.name {
          return (.others(claim), [])
        }
        let number = claim?.number ?? journal.content.claimCount
        return (.ours, [.claim(Claim(number: number, worker: worker.name, task: .finals))])
      }
      switch turn {
      case .ours?:
        worker.show(doing: "measures the best drafts")
        return .finals
      case .finished?: return .finished
      case .others(let claim)?: wait(for: claim)
      case nil: break
      }
    }
    return .left
  }
}

extension Search {
  /// Whether more trials were wanted, and nothing speaks against them.
  fileprivate func isUnfinished(_ wanted: Int) -> Bool { trials.count < wanted && isOver == nil }
}
