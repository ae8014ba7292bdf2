/// Options that exclude one another: `arguments[choice]` is what the one given stands for.
struct Choice<Value: Sendable>: OptionDeclaration {
  /// One of the options, with what it stands for.
  struct Alternative: Sendable {
    let option: OptionDescription
    /// Nil where the option is not given.
    let value: @Sendable (Arguments) throws(UsageError) -> Value?

    /// An option whose value makes the choice's.
    init<Given>(_ option: Option<Given?>, _ make: @escaping @Sendable (Given) -> Value) {
      self.option = option.description
      value = { arguments throws(UsageError) in try arguments[option].map(make) }
    }

    /// A flag that stands for a value.
    init(_ flag: Option<Bool>, _ meaning: Value) {
      option = flag.description
      value = { arguments throws(UsageError) in try arguments[flag] ? meaning : nil }
    }
  }

  let alternatives: [Alternative]
  /// The value where none of the options is given; nil where one of them must be.
  let otherwise: Value?

  init(_ alternatives: Alternative..., otherwise: Value? = nil) {
    self.alternatives = alternatives
    self.otherwise = otherwise
  }

  var descriptions: [OptionDescription] { alternatives.map(\.option) }
}
