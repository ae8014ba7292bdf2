/// Something that the user gave us, or asked us to write, that we cannot work with: one sentence
/// that names the file and the field and says what is wrong (and, where it is not obvious, what to
/// do). The kind decides the exit code.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, coarsely; each kind is one documented exit code of the command line.
  public enum Kind: Hashable, Sendable {
    /// The data is there but cannot be used (exit code 65).
    case unusable
    /// The file is not there (exit code 66).
    case missing
    /// Reading or writing failed: disk full, no permission (exit code 74).
    case inputOutput
  }

  /// Decides the exit code.
  public var kind: Kind
  /// The file's path as the user would recognise it.
  public var file: String
  /// The field within the file (`rope_scaling.factor`, a tensor's name, `line 3`), if there is one.
  public var field: String?
  /// What is wrong and what to do, without a final full stop.
  public var problem: String

  /// Creates an error; `problem` starts in lower case and has no final full stop.
  public init(_ kind: Kind = .unusable, file: String, field: String? = nil, _ problem: String) {
    self.kind = kind
    self.file = file
    self.field = field
    self.problem = problem
  }

  /// `FILE: FIELD: problem`.
  public var description: String {
    guard let field else { return "\(file): \(problem)" }
    return "\(file): \(field): \(problem)"
  }
}
