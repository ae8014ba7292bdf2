import DraftEvaluation
import Files
import Foundation

/// A study's finished trials on disk: a header line, a line with what passes cost (where the study
/// replays), then one JSON line per trial, each flushed before the next trial starts. Killed at any
/// moment, a study loses at most the trial in progress.
public final class Journal {
  /// The file's path.
  public var path: String { file.path }
  /// The first line.
  public let header: JournalHeader
  /// The trials that were in the file when it was opened.
  public let trials: [Trial]
  /// What passes cost when the study began; nil where that is not known.
  public let costs: CostModel?
  /// What the user should know of the file: that its last line was torn, say.
  public let notices: [String]
  private let file: AppendingFile

  /// Where the study's result belongs: beside the journal.
  public var resultPath: String {
    let stem = path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path
    return stem + ".json"
  }

  private init(
    file: AppendingFile, header: JournalHeader, trials: [Trial], costs: CostModel?,
    notices: [String]
  ) {
    self.file = file
    self.header = header
    self.trials = trials
    self.costs = costs
    self.notices = notices
  }

  /// Creates `<directory>/<model>-<UTC time>.jsonl`, and the directory where it is missing, before
  /// any time is spent: a disk that is full says so now.
  ///
  /// - Throws: `inputOutput`.
  public static func create(
    in directory: String, header: JournalHeader, time: Date = .now
  ) throws(InputError) -> Journal {
    try createDirectory(directory)
    let stem = "\(directory)/\(header.subject.model.name)-\(time.formatted(fileNameTime))"
    var path = stem + ".jsonl"
    var number = 2
    while true {
      if let file = try AppendingFile.createNew(path) {
        try file.lock()
        try file.append(JournalLine.sealed(header.json))
        return Journal(file: file, header: header, trials: [], costs: nil, notices: [])
      }
      // Two searches may start within one second.
      path = "\(stem)-\(number).jsonl"
      number += 1
    }
  }

  /// `20260131T120000Z`.
  static let fileNameTime = Date.ISO8601FormatStyle(
    dateSeparator: .omitted, timeSeparator: .omitted)

  /// Opens a journal to go on with it. A torn last line (the program was killed while writing) is
  /// cut off, with a notice.
  ///
  /// - Parameter header: that of the study which wants to go on.
  /// - Throws: where the file is no journal, damaged before its last line, or of a study with
  ///   another model, other prompts or other settings.
  public static func resume(_ path: String, header: JournalHeader) throws(InputError) -> Journal {
    try checkIsNoResult(path)
    let file = try AppendingFile(appendingTo: path)
    try file.lock()
    let content = try JournalContent(path)
    if let (field, problem) = content.header.conflict(with: header) {
      throw InputError(file: path, field: field, problem)
    }
    // Costs are those of the machine that the journal was begun on.
    if content.costs != nil,
      let problem = content.header.subject.machine.conflict(
        with: header.subject.machine)
    {
      throw InputError(file: path, field: "machine", problem)
    }
    if content.validByteCount < content.byteCount { try file.truncate(to: content.validByteCount) }
    if content.lacksNewline { try file.append("\n") }
    return Journal(
      file: file, header: content.header, trials: content.trials, costs: content.costs,
      notices: content.notices)
  }

  private static func checkIsNoResult(_ path: String) throws(InputError) {
    guard fileExists(path), !path.hasSuffix(".jsonl"), isResult(path) else { return }
    throw InputError(
      file: path, "this is a result; give the journal beside it, \(journalPath(of: path))")
  }

  private static func journalPath(of result: String) -> String {
    (result.hasSuffix(".json") ? String(result.dropLast(5)) : result) + ".jsonl"
  }

  /// Whether a file begins as a result does.
  private static func isResult(_ path: String) -> Bool {
    guard let bytes = try? readFile(path), let json = try? JSON(parsing: bytes[...], file: path),
      let schema = try? JSONField(json, file: path).required("schema").string()
    else { return false }
    return schema.hasPrefix("skip-search/result/")
  }

  /// Reads what a journal was written with.
  public static func header(of path: String) throws(InputError) -> JournalHeader {
    try checkIsNoResult(path)
    return try JournalContent(path).header
  }

  /// Whether the file is still at its path, and neither deleted nor replaced.
  public var isInPlace: Bool { file.isInPlace }

  /// Appends what passes cost, before the first trial.
  public func append(_ costs: CostModel) throws(InputError) {
    try file.append(JournalLine.sealed(JournalContent.costLine.write(costs)))
  }

  /// Appends a finished trial and waits until the disk has it.
  public func append(_ trial: Trial) throws(InputError) {
    try file.append(JournalLine.sealed(trial.json))
  }
}
