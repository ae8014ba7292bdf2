import DraftEvaluation
import Files
import SkipSearch

/// What a report shows of one search, read once, from its result or from its journal.
struct ReportData: Sendable {
  /// How far the search has come.
  enum State: Sendable {
    /// It ended by itself.
    case finished
    /// It was interrupted, and what was found is a result.
    case interrupted
    /// There is a journal and no result: it runs, or was killed.
    case journal
  }

  /// The file that was read.
  let path: String
  let state: State
  /// When the result was written, or the journal begun; ISO 8601, UTC.
  let date: String
  let subject: StudySubject
  let settings: StudySettings
  /// Whether this is a journal that several workers write.
  let isShared: Bool
  let answer: Answer
  let trials: [Trial]
  /// Drafts that were measured again; empty in a journal.
  let measured: [MeasuredDraft]
  /// The best draft on held-out prompts of each kind; empty where that is not known.
  let kinds: [KindFigures]
  /// Tokens per second of each pass of plain decoding; empty in a journal.
  let plainPasses: [Double]
  /// Seconds by phase, those of no phase last; all above 0.
  let phases: [(name: String, seconds: Double)]
  /// What passes cost; nil where that was not measured.
  let costs: CostModel?
  /// What is possible at all; nil where costs are not known.
  let bound: SpeedupBound?
  /// How much each sub-layer matters; empty where nothing is known of that.
  let importances: [SublayerImportance]
  /// What a reader of the figures should know, a sentence each.
  let notes: [String]

  /// The model's name.
  var name: String { subject.model.name }
  /// Decoder layers.
  var layerCount: Int { subject.model.layerCount }
}

extension ReportData {
  /// Reads a file: a journal begins with a line that says so, all else should be a result.
  ///
  /// - Throws: where the file is not there, or neither.
  init(file path: String) throws(InputError) {
    let bytes = try readFile(path, limit: SkipSetFile.byteLimit)
    if Self.isJournal(bytes, path) {
      self.init(try JournalContent(bytes, file: path), path: path)
    } else {
      let root = JSONField(try JSON(parsing: bytes, file: path), file: path)
      self.init(try StudyResult(root), path: path)
    }
  }

  private static func isJournal(_ bytes: [UInt8], _ path: String) -> Bool {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    guard let json = try? JSON(parsing: line, file: path) else { return path.hasSuffix(".jsonl") }
    guard case .string(JournalHeader.schema)? = json["schema"] else { return false }
    return true
  }

  /// What a result says.
  init(_ result: StudyResult, path: String) {
    self.path = path
    state = result.isInterrupted ? .interrupted : .finished
    date = result.createdAt
    subject = result.subject
    settings = result.settings
    isShared = false
    answer = Answer(result)
    trials = result.trials
    measured = result.measuredDrafts
    kinds = result.kinds
    plainPasses = result.baseline.samples
    phases = Self.phases(result.seconds)
    costs = result.costs
    bound = result.bound
    importances = result.importances
    notes = result.warnings
  }

  /// What a journal says.
  init(_ journal: JournalContent, path: String) {
    self.path = path
    state = .journal
    date = journal.header.createdAt
    subject = journal.header.subject
    settings = journal.header.settings
    isShared = journal.header.isShared
    answer = Answer(journal.trials)
    trials = journal.trials
    measured = []
    kinds = []
    plainPasses = []
    var seconds = StudyResult.Seconds()
    seconds.evaluation = trials.reduce(0) { $0 + $1.evaluation.seconds }
    seconds.optimizer = trials.reduce(0) { $0 + $1.optimizerSeconds }
    phases = Self.phases(seconds)
    costs = journal.costs
    bound = costs.map { [settings] in
      SpeedupBound($0, settings.policy, maximum: settings.draftMaximum)
    }
    importances = []
    notes = journal.notices
  }

  private static func phases(_ seconds: StudyResult.Seconds) -> [(name: String, seconds: Double)] {
    let named = [
      ("plain decoding", seconds.baseline), ("screening", seconds.screening),
      ("trials", seconds.evaluation), ("optimiser", seconds.optimizer),
      ("held-out prompts", seconds.validation),
    ]
    let rest = seconds.total - named.reduce(0) { $0 + $1.1 }
    return (named + [("loading, fitting, the rest", rest)]).filter { $0.1 > 0.05 }
      .map { (name: $0.0, seconds: $0.1) }
  }
}
