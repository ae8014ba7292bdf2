import Checkpoints
import Inference

/// What can be changed during a conversation: options of the command line, by their names, and the
/// system's message.
struct ChatSettings {
  /// The options with other texts for some of them.
  private let setting: ([String: String]) throws(UsageError) -> GenerationOptions
  private let defaults: GenerationDefaults
  private var texts: [String: String] = [:]
  private(set) var options: GenerationOptions
  /// Nil for what the template says by itself.
  private(set) var system: String?

  private static let optionNames =
    SamplingOptions.all.descriptions.filter { $0.value != nil }.map(\.name)
    + [GenerationOptions.maximumTokens.description.name]

  /// What `/set` takes.
  static let names = optionNames + ["system"]

  init(
    _ setting: @escaping ([String: String]) throws(UsageError) -> GenerationOptions,
    _ defaults: GenerationDefaults
  ) throws(UsageError) {
    self.setting = setting
    self.defaults = defaults
    options = try setting([:])
  }

  var sampling: Sampling { options.sampling.sampling(defaults) }

  /// What is set, for a person.
  var summary: String {
    var parts = [sampling.summary]
    if !sampling.isGreedy { parts.append("seed \(sampling.seed)") }
    parts.append("max-tokens \(options.maximumTokens)")
    return parts.joined(separator: ", ") + "\nsystem: "
      + (system ?? "what the model's template says")
  }

  /// Changes a setting; `default` takes it back to what the command line says.
  ///
  /// - Throws: a sentence, where there is no such setting or value.
  mutating func set(_ name: String, to value: String) throws(UsageError) {
    guard Self.names.contains(name) else {
      let meant = closest(to: name, in: Self.names).map { " Did you mean \($0)?" }
      throw UsageError(
        "There is no setting '\(name)'."
          + (meant ?? " There are: \(Self.names.joined(separator: ", "))."))
    }
    guard !value.isEmpty else { throw UsageError("A value is missing: /set \(name) VALUE") }
    if name == "system" {
      system = value == "default" ? nil : value
      return
    }
    var changed = texts
    changed[name] = value == "default" ? nil : value
    options = try setting(changed)
    texts = changed
  }
}
