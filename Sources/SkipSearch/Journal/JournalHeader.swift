import Files

/// The first line of a journal: what its trials were measured with.
public struct JournalHeader: Hashable, Sendable {
  /// `schema` of the first line.
  public static let schema = "skip-search/journal/1"

  /// When the study began.
  public var createdAt: String
  /// What the study is about.
  public var subject: StudySubject
  /// How it was set.
  public var settings: StudySettings

  /// The header of a study that begins now.
  public init(subject: StudySubject, settings: StudySettings, createdAt: UTCTime = .now) {
    self.createdAt = createdAt.iso8601
    self.subject = subject
    self.settings = settings
  }

  /// The line as a JSON object.
  public var json: JSON {
    [
      "schema": .string(Self.schema), "created_at": .string(createdAt),
      "version": .string(subject.version),
      "command": .array(subject.command.map(JSON.string)), "model": subject.model.json,
      "machine": subject.machine.json, "calibration": subject.calibration.json(tokens: nil),
      "settings": settings.json,
    ]
  }

  /// Reads what `json` writes.
  public init(_ field: JSONField) throws(InputError) {
    let schema = try field.required("schema")
    guard try schema.string() == Self.schema else {
      throw schema.error("this is no journal of skip-search (\"\(Self.schema)\" was expected)")
    }
    createdAt = try field.required("created_at").string()
    subject = try StudySubject(field)
    settings = try StudySettings(try field.required("settings"))
  }

  /// Why a study cannot go on with this journal; nil where it can. The number of trials, time limit
  /// and machine may differ: speedups are measured in pairs.
  func conflict(with other: JournalHeader) -> (field: String, problem: String)? {
    let advice = "start a new search without --resume"
    if subject.model.fingerprint != other.subject.model.fingerprint
      || subject.model.layerCount != other.subject.model.layerCount
    {
      return (
        "model.fingerprint",
        "the journal is of another model (\(subject.model.path)); give that one with --model, or "
          + advice
      )
    }
    if let problem = settings.conflict(with: other.settings) { return ("settings", problem) }
    if subject.calibration.fingerprint != other.subject.calibration.fingerprint {
      return (
        "calibration.fingerprint",
        "the journal's trials decoded other prompts (\(subject.calibration.source)); give the same "
          + "with --prompts, or " + advice
      )
    }
    return nil
  }
}

extension MachineDescription {
  /// Why costs measured on this machine do not hold on another; nil where they do.
  func conflict(with other: MachineDescription) -> String? {
    let advice = "start a new search without --resume"
    if threads != other.threads {
      return
        "the journal's costs were measured with \(threads) threads; give --threads \(threads), or "
        + advice
    }
    if cpu != other.cpu || instructionSet != other.instructionSet {
      return "the journal's costs were measured on another machine (\(cpu), \(instructionSet)); "
        + advice
    }
    return nil
  }
}
