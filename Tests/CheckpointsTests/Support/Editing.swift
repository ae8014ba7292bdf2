import Checkpoints
import Files
import TestSupport
import Testing

extension JSON {
  /// The object with a member replaced, added, or (nil) removed.
  func setting(_ key: String, _ value: JSON?) -> JSON {
    guard case .object(var members) = self else { return self }
    members.removeAll { $0.key == key }
    if let value { members.append(Member(key, value)) }
    return .object(members)
  }
}

/// Reads a `config.json` that is `model`'s with some members changed (nil removes one).
func readConfiguration(
  _ model: TinyModel, _ changes: [(String, JSON?)]
) throws -> ModelConfiguration {
  try withTemporaryDirectory { directory in
    let config = changes.reduce(model.configuration) { $0.setting($1.0, $1.1) }
    try model.writeConfiguration(config, to: directory)
    return try ModelConfiguration(directory: directory)
  }
}

/// The same for a small Llama.
func readConfiguration(_ changes: [(String, JSON?)]) throws -> ModelConfiguration {
  try readConfiguration(TinyModel(), changes)
}

/// What must be said about a bad directory: the kind, the file's name, the field, and words that
/// the sentence must hold.
func expectRefused(
  _ directory: String, kind: InputError.Kind = .unusable, file: String, field: String?,
  _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  do {
    _ = try Checkpoint(directory: directory)
    Issue.record("loaded", sourceLocation: sourceLocation)
  } catch {
    let path = file.isEmpty ? directory : "\(directory)/\(file)"
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    #expect(error.file == path, "\(error)", sourceLocation: sourceLocation)
    #expect(error.field == field, "\(error)", sourceLocation: sourceLocation)
    for word in words {
      #expect(error.problem.contains(word), "\(error)", sourceLocation: sourceLocation)
    }
    #expect(!error.problem.hasSuffix("."), sourceLocation: sourceLocation)
  }
}
