import DraftEvaluation
import Files

/// What can be read of a journal, also while a search writes it: no lock is taken.
package struct JournalContent {
  /// The first line.
  package let header: JournalHeader
  /// The finished trials.
  package private(set) var trials: [Trial] = []
  /// What passes cost; nil where that is not known, or not yet.
  package private(set) var costs: CostModel?
  let byteCount: Int
  /// Bytes up to the end of the last line that can be read.
  private(set) var validByteCount: Int
  /// Whether the last line is complete but its newline is not there.
  private(set) var lacksNewline = false
  /// What its reader should know.
  package private(set) var notices: [String] = []
  /// Whether a line with a checksum was read: then all behind it have one.
  private var isSealed = false

  /// What passes cost, where the study replays. Any other line has no such member.
  static let costLine = JSONCodec<CostModel?>.object { member throws(InputError) in
    try member("cost_model", \.self, .nullable(CostModel.codec))
  }

  init(_ path: String) throws(InputError) {
    try self.init(try readFile(path), file: path)
  }

  /// Reads all lines. The last one may be torn or damaged: then it is left out, with a notice.
  ///
  /// - Throws: where the first line or one between is damaged; the error names it by number.
  package init(_ bytes: [UInt8], file path: String) throws(InputError) {
    byteCount = bytes.count
    validByteCount = bytes.count
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1 else {
      throw InputError(
        file: path, field: "line 1",
        "the journal's first line is incomplete, so it has no trials; start a new search")
    }
    header = try JournalHeader(try Self.object(lines[0], 1, &isSealed, file: path))
    let filled = lines.indices.dropFirst().filter { !Self.isBlank(lines[$0]) }
    if filled.last.map({ $0 > filled.count }) ?? (lines.count > 2) {
      notices.append("\(path): empty lines were passed over")
    }
    for index in filled {
      do throws(InputError) {
        try add(lines[index], index + 1, file: path)
      } catch {
        guard index == filled.last else { throw error }
        validByteCount = lines[index].startIndex
        let isTorn = index == lines.count - 1
        notices.append(
          "\(path): line \(index + 1) "
            + (isTorn
              ? "is incomplete (the search was killed while writing it) and was dropped"
              : "is damaged and was dropped (\(error.problem))"))
        return
      }
    }
    lacksNewline = !(lines.last ?? []).isEmpty
  }

  /// Takes a line up: a trial, or what passes cost.
  private mutating func add(
    _ line: ArraySlice<UInt8>, _ number: Int, file path: String
  ) throws(InputError) {
    let field = try Self.object(line, number, &isSealed, file: path)
    if let costs = try Self.costLine.read(field) {
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
      return
    }
    let trial = try Trial(field, layerCount: header.subject.model.layerCount)
    guard trial.index == trials.count else {
      throw field.error("expected trial \(trials.count), found trial \(trial.index)")
    }
    trials.append(trial)
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
