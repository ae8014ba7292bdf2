/// One option of a command, declared once: how it is written, what its text means, what holds
/// where it is not given, and its help. `arguments[option]` is its value.
struct Option<Value: Sendable>: OptionDeclaration {
  let description: OptionDescription
  let format: ValueFormat<Value>
  /// The value where the option is not given; nil where it must be.
  let standard: @Sendable () -> Value?

  var descriptions: [OptionDescription] { [description] }

  /// An option with a default.
  ///
  /// - Parameters:
  ///   - value: what stands for the value in the help.
  ///   - words: what the help says of the default, where that is not the default itself.
  init(
    _ name: String, _ short: Character? = nil, value: String, _ format: ValueFormat<Value>,
    default standard: @autoclosure @escaping @Sendable () -> Value, shownAs words: String? = nil,
    _ help: String
  ) {
    description = OptionDescription(
      name: name, short: short, value: value, help: help,
      standard: words ?? format.text(standard()), words: format.words)
    self.format = format
    self.standard = { standard() }
  }

  /// An option that need not be given.
  ///
  /// - Parameter words: what the help says of what holds then.
  init<Given>(
    _ name: String, _ short: Character? = nil, value: String, _ format: ValueFormat<Given>,
    otherwise words: String? = nil, _ help: String
  ) where Value == Given? {
    description = OptionDescription(
      name: name, short: short, value: value, help: help, standard: words, words: format.words)
    self.format = format.optional
    standard = { .some(nil) }
  }

  /// An option that must be given.
  init(
    required name: String, _ short: Character? = nil, value: String, _ format: ValueFormat<Value>,
    _ help: String
  ) {
    description = OptionDescription(
      name: name, short: short, value: value, help: help, isRequired: true, words: format.words)
    self.format = format
    standard = { nil }
  }

  /// A flag: there or not.
  init(flag name: String, short: Character? = nil, _ help: String) where Value == Bool {
    description = OptionDescription(name: name, short: short, help: help)
    format = ValueFormat("nothing") { _ in true }
    standard = { false }
  }
}

/// What a command's list of options consists of: options, choices among some, lists that several
/// commands share.
protocol OptionDeclaration: Sendable {
  /// In the order of the help.
  var descriptions: [OptionDescription] { get }
}

extension [any OptionDeclaration]: OptionDeclaration {
  var descriptions: [OptionDescription] { flatMap { $0.descriptions } }
}
