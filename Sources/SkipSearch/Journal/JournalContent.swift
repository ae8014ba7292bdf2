import DraftEvaluation
import Files

/// What can be read of a journal.
struct JournalContent {
  let header: JournalHeader
  let trials: [Trial]
  let costs: CostModel?
  let byteCount: Int
  /// Bytes up to the end of the last complete line.
  let validByteCount: Int
  /// Whether the last trial is complete but its newline is not there.
  let lacksNewline: Bool
  let notice: String?

  /// The second line, where the study replays: what passes cost. Any other line has no such member.
  static let costLine = JSONCodec<CostModel?>.object { member throws(InputError) in
    try member("cost_model", \.self, .nullable(CostModel.codec))
  }

  init(_ path: String) throws(InputError) {
    try self.init(try readFile(path), file: path)
  }

  init(_ bytes: [UInt8], file path: String) throws(InputError) {
    byteCount = bytes.count
    let newline = UInt8(ascii: "\n")
    let lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    guard lines.count > 1 else {
      throw InputError(
        file: path, field: "line 1",
        "the journal's first line is incomplete, so it has no trials; start a new search")
    }
    let first = try JSON(parsing: lines[0], file: path)
    let header = try JournalHeader(JSONField(first, file: path))
    self.header = header
    var trials: [Trial] = []
    func trial(_ line: ArraySlice<UInt8>, _ number: Int) throws(InputError) -> Trial {
      let field = JSONField(
        try JSON(parsing: line, file: path, firstLine: number), file: path,
        path: "line \(number)")
      let trial = try Trial(field, layerCount: header.subject.model.layerCount)
      guard trial.index == trials.count else {
        throw field.error("expected trial \(trials.count), found trial \(trial.index)")
      }
      return trial
    }
    var costs: CostModel?
    for index in 1..<lines.count - 1 {
      if index == 1 {
        let field = JSONField(
          try JSON(parsing: lines[1], file: path, firstLine: 2), file: path, path: "line 2")
        costs = try Self.costLine.read(field)
        if costs != nil { continue }
      }
      trials.append(try trial(lines[index], index + 1))
    }
    self.costs = costs
    // Text after the last newline: a line that was being written when the program was killed. Only
    // a complete object parses, so what parses is a trial that lacks no more than its newline.
    let rest = lines[lines.count - 1]
    if rest.isEmpty {
      (validByteCount, lacksNewline, notice) = (bytes.count, false, nil)
    } else if let last = try? trial(rest, lines.count) {
      trials.append(last)
      (validByteCount, lacksNewline, notice) = (bytes.count, true, nil)
    } else {
      validByteCount = rest.startIndex
      lacksNewline = false
      notice =
        "\(path): line \(lines.count) is incomplete (the search was killed while writing it) "
        + "and was dropped"
    }
    self.trials = trials
  }
}
