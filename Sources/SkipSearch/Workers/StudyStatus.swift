import DraftEvaluation
import Files
import Foundation

/// Where a study stands, as anyone may look without disturbing it.
public struct StudyStatus: Sendable {
  /// What is going on.
  public enum State: String, Sendable {
    /// Somebody works on it.
    case running
    /// The result is written.
    case finished
    /// Nobody works on it, and there is no result of all that was found.
    case idle
  }

  /// Somebody who works on the study.
  public struct WorkerState: Hashable, Sendable {
    /// Whether it is there.
    public enum Presence: String, Sendable {
      /// It works.
      case alive
      /// It went as it should, and what it had begun is others' to do.
      case left
      /// It went without a word: it was killed, or its machine was.
      case dead
    }

    /// `Worker.name`, or `process 123`.
    public var name: String
    /// Whether it is there.
    public var presence: Presence
    /// What it is doing, as far as is known, or what it left to do.
    public var doing: String
    /// Whether it is not there and left something to do.
    public var hasLeftWork = false

    /// Whether it works.
    public var isAlive: Bool { presence == .alive }
  }

  /// The study's first line.
  public let header: JournalHeader
  /// The journal's path; nil where there is a result alone.
  public let journal: String?
  /// Finished trials.
  public let trials: [Trial]
  /// Drafts whose trial failed, with the last failure of each; none that has a result.
  public let failures: [TrialFailure]
  /// What is begun.
  public let claims: [Claim]
  /// Who works on it, and whose claims are open.
  public let workers: [WorkerState]
  /// Where the result of all that was found is; nil where there is none yet.
  public let result: String?
  /// That result; nil where it cannot be read.
  public let found: StudyResult?
  /// The numbers under which finished trials were claimed or asked for, by their index; of a shared
  /// study.
  public let ids: [Int: Int]
  /// Whether the journal has a line that cannot be read, so that nobody can go on with it; what is
  /// before that line is here.
  public let isDamaged: Bool
  /// What the journal's reader should know.
  public let notices: [String]

  /// Looks at a study's directory, at a journal or at a result.
  ///
  /// - Throws: where there is none of them.
  public init(_ path: String) throws(InputError) {
    let files = try StudyFiles(path)
    if let journal = files.journal {
      try self.init(journal: journal)
    } else {
      try self.init(result: files.result ?? path)
    }
  }

  /// Where the search stands that wrote a result whose journal is not there.
  private init(result path: String) throws(InputError) {
    let result = try StudyResult(file: path)
    var header = JournalHeader(subject: result.subject, settings: result.settings)
    header.createdAt = result.createdAt
    self.header = header
    journal = nil
    trials = result.trials
    (failures, claims, workers, notices, ids) = ([], [], [], [], [:])
    isDamaged = false
    self.result = result.isInterrupted ? nil : path
    found = result
  }

  private init(journal: String) throws(InputError) {
    self.journal = journal
    let content = try JournalContent(journal, isToGoOn: false)
    header = content.header
    trials = content.trials
    claims = content.claims
    failures = Self.failures(content)
    notices = content.notices
    isDamaged = content.damage != nil
    let path = Journal.resultPath(of: journal, header)
    let isDone = content.finishedTrials.map { $0 >= content.trials.count } ?? !header.isShared
    result = isDone && Self.isComplete(path) ? path : nil
    found = result.flatMap { try? StudyResult(file: $0) }
    ids = Dictionary(
      content.entries.compactMap { entry in
        guard case .trial(let trial, let claim?) = entry else { return nil }
        return (trial.index, claim)
      }, uniquingKeysWith: { first, _ in first })
    workers =
      header.isShared
      ? Self.workers(in: StudyDirectory(containing: journal).workers, content.claims)
      : Self.writer(of: journal)
  }

  private static func failures(_ content: JournalContent) -> [TrialFailure] {
    var failures: [TrialFailure] = []
    for case .failure(let failure, _) in content.entries where failure.plan.model != nil {
      failures.removeAll { $0.plan.model == failure.plan.model }
      failures.append(failure)
    }
    let measured = Set(content.trials.filter { !$0.isLookupAlone }.map(\.model))
    return failures.filter { failure in
      failure.plan.model.map { !measured.contains($0) } ?? false
    }
  }

  /// Whether there is a result, of a search that was not interrupted.
  private static func isComplete(_ path: String) -> Bool {
    guard fileExists(path), let root = try? JSONField.read(path, limit: SkipSetFile.byteLimit),
      case .bool(let isInterrupted)? = root.value["interrupted"]
    else { return false }
    return !isInterrupted
  }

  private static func workers(in directory: String, _ claims: [Claim]) -> [WorkerState] {
    let names = Set(Worker.names(in: directory)).union(claims.map(\.worker)).sorted()
    return names.filter { $0 != ExternalStudy.worker }.map { name in
      let claim = claims.last { $0.worker == name }
      let file = "\(directory)/\(name).json"
      // Who leaves takes its file along.
      let isThere = fileExists(file)
      guard case .held(let bytes) = PresenceFile.state(of: file) else {
        return WorkerState(
          name: name, presence: isThere ? .dead : .left,
          doing: claim.map { "free to take over: claim \($0.number), \($0.what)" }
            ?? "left nothing", hasLeftWork: claim != nil)
      }
      let said = try? JSONField(JSON(parsing: bytes, file: name), file: name).required("doing")
        .string()
      var doing = claim?.doing ?? said ?? ""
      if let date = (try? FileManager.default.attributesOfItem(atPath: file))?[.modificationDate]
        as? Date, case let seconds = -date.timeIntervalSinceNow, seconds >= Worker.silence
      {
        doing += ", " + Worker.silenceWords(name, for: seconds)
      }
      return WorkerState(name: name, presence: .alive, doing: doing)
    }
  }

  private static func writer(of journal: String) -> [WorkerState] {
    guard case .held = PresenceFile.state(of: journal),
      let file = try? AppendingFile(appendingTo: journal)
    else { return [] }
    return [WorkerState(name: file.holderName, presence: .alive, doing: "searches")]
  }

  /// What is going on.
  public var state: State {
    if workers.contains(where: \.isAlive) { return .running }
    return result == nil ? .idle : .finished
  }

  /// Trials that somebody runs, or was asked to.
  public var running: Int { claims.count { $0.plan != nil && isHeld($0) } }

  /// Trials that a worker began which is not there any more: the next one takes them over.
  public var free: Int { claims.count { $0.plan != nil && !isHeld($0) } }

  private func isHeld(_ claim: Claim) -> Bool {
    claim.worker == ExternalStudy.worker
      || workers.contains { $0.name == claim.worker && $0.isAlive }
  }

  /// The trials that were wanted at first, or more where somebody wanted more later.
  public var wanted: Int {
    max(header.settings.trials, trials.count + claims.count { $0.plan != nil })
  }

  /// The best complete trial so far.
  public var best: Trial? { trials.best }

  /// Seconds of a trial with its proposal, of the last ten; nil before there is one.
  public var secondsPerTrial: Double? {
    // What was measured elsewhere says nothing of when the next is told.
    guard !header.subject.isExternal else { return nil }
    let last = trials.suffix(10)
    guard !last.isEmpty else { return nil }
    return last.reduce(0) { $0 + $1.evaluation.seconds + $1.optimizerSeconds }
      / Double(last.count)
  }

  /// Seconds until the last trial is done, by as many workers as there are; nil where nobody works.
  public var remaining: Double? {
    let count = workers.count(where: \.isAlive)
    guard count > 0, let secondsPerTrial else { return nil }
    return Double(max(0, wanted - trials.count)) * secondsPerTrial / Double(count)
  }
}
