import DraftEvaluation
import Files
import Foundation
import Inference

extension Journal {
  /// Seconds between two attempts to get the lock, and those after which a notice says who has it.
  private static let lockInterval = 0.02
  private static let lockPatience = 10.0

  /// Begins a shared study, or joins it: the header of the first worker stands.
  ///
  /// - Parameters:
  ///   - header: what this worker would work with.
  ///   - worker: this process.
  /// - Throws: where the directory cannot be written, or its study is about another model, other
  ///   prompts or other settings.
  public static func join(
    _ directory: StudyDirectory, header: JournalHeader, worker: Worker
  ) throws(InputError) -> Journal {
    try directory.check()
    try createDirectory(directory.path)
    _ = try AppendingFile.createNew(directory.journal)
    let file = try AppendingFile(appendingTo: directory.journal)
    while try !file.tryLock() { Thread.sleep(forTimeInterval: lockInterval) }
    defer { file.unlock() }
    if !directory.hasStudy {
      var header = header
      header.isShared = true
      try file.append(JournalLine.sealed(header.json))
    }
    let content = try JournalContent(directory.journal)
    try Use.sharing(directory).check(content.header, against: header, at: directory.journal)
    if content.validByteCount < content.byteCount { try file.truncate(to: content.validByteCount) }
    if content.lacksNewline { try file.append("\n") }
    return Journal(
      file: file, content: try JournalContent(directory.journal), worker: worker)
  }

  /// Notes, for the workers of a shared study, that the result with so many trials is written.
  ///
  /// - Throws: `inputOutput`.
  public func finish(trials: Int) throws(InputError) {
    guard worker != nil else { return }
    _ = try exchange { _ throws(InputError) in ((), [.finished(trials: trials)]) }
  }

  /// What others appended since this process looked last; nothing where it writes alone.
  ///
  /// Read without the lock: a line that somebody is writing is left for the next time.
  func fresh() throws(InputError) -> [JournalEntry] {
    guard worker != nil else { return [] }
    let bytes = try readFile(path, from: content.validByteCount)
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    return try content.extend(bytes[...end])
  }

  /// Looks at what others appended and appends to it, with nobody between.
  ///
  /// - Parameters:
  ///   - stop: raised where there is no use in waiting for the lock any longer.
  ///   - notice: called where another process keeps the lock for long.
  ///   - body: given what others appended since this process looked last; says what to append.
  /// - Returns: what `body` returns; nil where `stop` was raised.
  /// - Throws: `inputOutput`.
  func exchange<Result>(
    until stop: StopSignal = .never, notice: (String) -> Void = { _ in },
    _ body: ([JournalEntry]) throws(InputError) -> (result: Result, entries: [JournalEntry])
  ) throws(InputError) -> Result? {
    guard worker != nil else {
      let (result, entries) = try body([])
      try append(entries)
      return result
    }
    guard try lock(until: stop, notice: notice) else { return nil }
    defer { file.unlock() }
    guard isInPlace else {
      throw InputError(
        .inputOutput, file: path, "the journal was deleted or replaced while workers used it")
    }
    let fresh = try content.extend(try readFile(path, from: content.validByteCount)[...])
    // Whoever wrote half a line is dead: it had the lock.
    if content.validByteCount < content.byteCount { try file.truncate(to: content.validByteCount) }
    if content.lacksNewline { try file.append("\n") }
    content.endIsMended()
    let (result, entries) = try body(fresh)
    guard !entries.isEmpty else { return result }
    let lines = Self.lines(entries)
    try file.append(lines)
    try content.extend(Array(lines.utf8)[...])
    return result
  }

  private func lock(
    until stop: StopSignal, notice: (String) -> Void
  ) throws(InputError) -> Bool {
    let clock = Stopwatch()
    var hasComplained = false
    while try !file.tryLock() {
      if stop.isRaised { return false }
      if clock.seconds > Self.lockPatience, !hasComplained {
        hasComplained = true
        notice("waiting for \(file.holderName) which keeps \(path) locked")
      }
      Thread.sleep(forTimeInterval: Self.lockInterval)
    }
    return true
  }
}
