/// A call's arguments, evaluated.
struct CallArguments {
  var positional: [Value] = []
  var named: [(String, Value)] = []

  subscript(name: String) -> Value? { named.first { $0.0 == name }?.1 }

  /// The arguments in the order of a function's parameters; nil where one is not given. What the
  /// function does not take is an error, never ignored.
  ///
  /// - Parameters:
  ///   - function: its name, for errors.
  ///   - parameters: names in order; those without a default first.
  ///   - required: how many have none.
  ///   - positionalOnly: how many cannot be given by name.
  func bound(
    _ function: String, _ parameters: [String], required: Int = 0, positionalOnly: Int = 0
  ) throws(TemplateError) -> [Value?] {
    guard positional.count <= parameters.count else {
      throw TemplateError(
        "\(function) takes at most \(parameters.count) arguments, found \(positional.count)")
    }
    var values: [Value?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for (name, value) in named {
      guard let index = parameters.firstIndex(of: name), index >= positionalOnly else {
        throw TemplateError("\(function) takes no argument '\(name)'")
      }
      guard values[index] == nil else {
        throw TemplateError("\(function): the argument '\(name)' is given twice")
      }
      values[index] = value
    }
    for index in 0..<required where values[index] == nil {
      throw TemplateError("\(function) needs the argument '\(parameters[index])'")
    }
    return values
  }

  /// The same for functions whose arguments have no names.
  func plain(
    _ function: String, _ range: ClosedRange<Int>
  ) throws(TemplateError) -> [Value?] {
    try bound(
      function, (0..<range.upperBound).map { "argument \($0 + 1)" }, required: range.lowerBound)
  }
}

extension Value? {
  /// An integer argument; nil where it is not given.
  func integer(_ name: String) throws(TemplateError) -> Int? {
    guard let self else { return nil }
    guard let integer = self.integer else {
      throw TemplateError("\(name): expected an integer, found \(self.kind)")
    }
    return integer
  }

  /// An integer argument for which None means that it is not given.
  func optionalInteger(_ name: String) throws(TemplateError) -> Int? {
    if case .some(.none) = self { return nil }
    return try integer(name)
  }

  /// A string argument; nil where it is not given.
  func string(_ name: String) throws(TemplateError) -> String? {
    guard let self else { return nil }
    guard let text = self.string else {
      throw TemplateError("\(name): expected a string, found \(self.kind)")
    }
    return text
  }

  /// A string argument for which None means that it is not given.
  func optionalString(_ name: String) throws(TemplateError) -> String? {
    if case .some(.none) = self { return nil }
    return try string(name)
  }
}
