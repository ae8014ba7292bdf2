import DraftEvaluation
import Files
import Foundation

/// A study's finished trials on disk: a header line, a line with what passes cost (where the study
/// replays), then one JSON line per trial, each flushed before the next trial starts. Killed at any
/// moment, a study loses at most the trial in progress.
///
/// One process writes it, which holds its lock, or the workers of a shared study do: then whoever
/// reads and appends (`exchange`) holds the lock while it does, and lines say who does what
/// (`Claim`).
public final class Journal {
  /// The file's path.
  public var path: String { file.path }
  /// The first line.
  public var header: JournalHeader { content.header }
  /// The trials that are in the file, as far as this process read it.
  public var trials: [Trial] { content.trials }
  /// What passes cost when the study began; nil where that is not known.
  public var costs: CostModel? { content.costs }
  /// What the user should know of the file: that its last line was torn, say.
  public let notices: [String]
  /// This process, where others may work on the study too.
  public let worker: Worker?
  /// What was read; in a shared study also what this process wrote.
  var content: JournalContent
  let file: AppendingFile

  /// Where the study's result belongs: beside the journal.
  public var resultPath: String { Self.resultPath(of: path, header) }

  /// Where the result belongs of a journal with this header.
  static func resultPath(of path: String, _ header: JournalHeader) -> String {
    if header.isShared { return StudyDirectory(containing: path).result }
    let stem = path.hasSuffix(".jsonl") ? String(path.dropLast(6)) : path
    return stem + ".json"
  }

  init(file: AppendingFile, content: JournalContent, worker: Worker? = nil) {
    self.file = file
    self.content = content
    self.worker = worker
    notices = content.notices
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
        let line = JournalLine.sealed(header.json)
        try file.append(line)
        return Journal(file: file, content: try JournalContent(Array(line.utf8), file: path))
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
    try Use.resuming.check(content.header, against: header, at: path)
    // Costs are those of the machine that the journal was begun on.
    try Use.resuming.check(content, machine: header.subject.machine)
    if content.validByteCount < content.byteCount { try file.truncate(to: content.validByteCount) }
    if content.lacksNewline { try file.append("\n") }
    return Journal(file: file, content: content)
  }

  private static func checkIsNoResult(_ path: String) throws(InputError) {
    guard fileExists(path), !path.hasSuffix(".jsonl"), isResult(path) else { return }
    let study = StudyDirectory(containing: path)
    throw InputError(
      file: path,
      study.hasStudy && !fileExists(Journal.path(of: path))
        ? "this is the result of a shared study; go on with --study \(study.path)"
        : "this is a result; give the journal beside it, \(Journal.path(of: path))")
  }

  /// Where the journal of a search is whose result is here.
  static func path(of result: String) -> String {
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
  public func append(_ costs: CostModel) throws(InputError) { try append([.costs(costs)]) }

  /// Appends a finished trial and waits until the disk has it.
  public func append(_ trial: Trial) throws(InputError) { try append([.trial(trial, claim: nil)]) }

  func append(_ entries: [JournalEntry]) throws(InputError) {
    guard !entries.isEmpty else { return }
    try file.append(Self.lines(entries))
  }

  static func lines(_ entries: [JournalEntry]) -> String {
    entries.map { JournalLine.sealed($0.json) }.joined()
  }
}
