import DraftEvaluation
import Files

/// What can be read of a journal, also while a search writes it: no lock is taken.
package struct JournalContent {
  /// The first line.
  package let header: JournalHeader
  /// The lines after the header.
  private(set) var entries: [JournalEntry] = []
  /// The finished trials.
  package private(set) var trials: [Trial] = []
  /// What passes cost; nil where that is not known, or not yet.
  package private(set) var costs: CostModel?
  /// What workers have begun and not finished, in order; of a shared study.
  private(set) var claims: [Claim] = []
  /// How many tasks were ever claimed.
  private(set) var claimCount = 0
  /// How many trials the result has that was written last; nil before there is one.
  private(set) var finishedTrials: Int?
  private(set) var byteCount: Int
  /// Bytes up to the end of the last line that can be read.
  private(set) var validByteCount = 0
  /// Whether the last line is complete but its newline is not there.
  private(set) var lacksNewline = false
  /// What its reader should know.
  package private(set) var notices: [String] = []
  /// Why the lines after those that were read cannot be; nil where all were.
  private(set) var damage: InputError?
  /// Lines read so far.
  private var lineCount = 0
  /// Whether a line with a checksum was read: then all behind it have one.
  private var isSealed = false
  let path: String

  /// - Parameter isToGoOn: whether the journal is to be gone on with: then a damaged line between
  ///   is an error; where it is only to be looked at, the lines before it are enough (`damage`).
  init(_ path: String, isToGoOn: Bool = true) throws(InputError) {
    try self.init(try readFile(path), file: path, isToGoOn: isToGoOn)
  }

  /// Reads all lines. The last one may be torn or damaged: then it is left out, with a notice.
  ///
  /// - Throws: where the first line or one between is damaged; the error names it by number.
  package init(
    _ bytes: [UInt8], file path: String, isToGoOn: Bool = true
  ) throws(InputError) {
    self.path = path
    byteCount = bytes.count
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      throw InputError(
        file: path, field: "line 1",
        "the journal's first line is incomplete, so it has no trials; start a new search")
    }
    header = try JournalHeader(try Self.object(bytes[..<end], 1, &isSealed, file: path))
    lineCount = 1
    validByteCount = end + 1
    do throws(InputError) {
      try extend(bytes[(end + 1)...])
    } catch {
      guard !isToGoOn else { throw error }
      damage = error
      notices.append(error.description)
    }
  }

  /// Takes up what follows the lines that were read.
  ///
  /// - Returns: the new entries.
  @discardableResult
  mutating func extend(_ bytes: ArraySlice<UInt8>) throws(InputError) -> [JournalEntry] {
    let start = entries.count
    let base = validByteCount - bytes.startIndex
    byteCount = base + bytes.endIndex
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let filled = lines.indices.filter { !Self.isBlank(lines[$0]) }
    if filled.last.map({ $0 > filled.count - 1 }) ?? (lines.count > 1) {
      notices.append("\(path): empty lines were passed over")
    }
    let first = lineCount + 1
    for index in filled {
      do throws(InputError) {
        try add(lines[index], first + index)
      } catch {
        guard index == filled.last else { throw mending(error, behind: first + index - 1) }
        validByteCount = base + lines[index].startIndex
        lineCount = first + index - 1
        let isTorn = index == lines.count - 1
        notices.append(
          "\(path): line \(first + index) "
            + (isTorn
              ? "is incomplete (the search was killed while writing it) and was dropped"
              : "is damaged and was dropped (\(error.problem))"))
        return Array(entries[start...])
      }
    }
    lacksNewline = !(lines.last ?? []).isEmpty
    validByteCount = byteCount
    lineCount = first + lines.count - (lacksNewline ? 1 : 2)
    return Array(entries[start...])
  }

  /// What is wrong with a line between others, and how to keep those before it.
  private func mending(_ error: InputError, behind count: Int) -> InputError {
    var error = error
    error.problem +=
      "; the \(count) lines before it are good: head -n \(count) \(path) > new.jsonl keeps them"
    return error
  }

  /// The file's end was mended: what could not be read was cut off, a missing newline appended.
  mutating func endIsMended() {
    if lacksNewline { validByteCount += 1 }
    lacksNewline = false
    byteCount = validByteCount
    notices = []
  }

  /// Takes a line up.
  private mutating func add(
    _ line: ArraySlice<UInt8>, _ number: Int
  ) throws(InputError) {
    var isSealed = isSealed
    let field = try Self.object(line, number, &isSealed, file: path)
    var entry = try JournalEntry(field, layerCount: header.subject.model.layerCount)
    switch entry {
    case .costs(let costs): try take(costs, field)
    case .trial(let trial, let claim):
      guard trial.index == trials.count else {
        throw field.error("expected trial \(trials.count), found trial \(trial.index)")
      }
      try close(claim, field)
      trials.append(trial)
    case .failure(let failure, let claim):
      let worker = claims.first { $0.number == claim }?.worker
      entry = .failure(failure.of(worker), claim: claim)
      try close(claim, field)
    case .claim(let claim): try take(claim, field)
    case .finished(let trials):
      finishedTrials = trials
      claims.removeAll { $0.task == .finals }
    }
    self.isSealed = isSealed
    entries.append(entry)
  }

  private mutating func take(_ costs: CostModel, _ field: JSONField) throws(InputError) {
    guard self.costs == nil else {
      throw field.error("what passes cost is in the journal twice")
    }
    let layers = header.subject.model.layerCount
    guard costs.layerCount == layers else {
      throw try field.required("cost_model").required("layers").error(
        "the costs are of \(costs.layerCount) layers, the model has \(layers)")
    }
    if !trials.isEmpty {
      notices.append(
        "\(path): what passes cost was measured after the first \(trials.count) trials")
    }
    self.costs = costs
    claims.removeAll { $0.task == .costs }
  }

  private mutating func take(_ claim: Claim, _ field: JSONField) throws(InputError) {
    if let index = claims.firstIndex(where: { $0.number == claim.number }) {
      guard claims[index].task == claim.task else {
        throw field.error("claim \(claim.number) takes over another task than it names")
      }
      claims[index] = claim
      return
    }
    guard claim.number == claimCount else {
      throw field.error("expected claim \(claimCount), found claim \(claim.number)")
    }
    claimCount += 1
    claims.append(claim)
  }

  /// Ends a claim that a line fulfils.
  private mutating func close(_ claim: Int?, _ field: JSONField) throws(InputError) {
    guard let claim else { return }
    guard let index = claims.firstIndex(where: { $0.number == claim }) else {
      throw field.error("claim \(claim) was not made, or is over")
    }
    claims.remove(at: index)
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { " \t\r".utf8.contains($0) }
  }

  private static func object(
    _ line: ArraySlice<UInt8>, _ number: Int, _ isSealed: inout Bool, file path: String
  ) throws(InputError) -> JSONField {
    let (text, seal) = JournalLine.opened(line)
    guard seal == .right || seal == .none && !isSealed else {
      throw InputError(
        file: path, field: "line \(number)",
        "its checksum is another: the line was damaged or changed by hand")
    }
    isSealed = seal == .right
    return JSONField(
      try JSON(parsing: text, file: path, firstLine: number), file: path,
      path: number == 1 ? "" : "line \(number)")
  }
}
