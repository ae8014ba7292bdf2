/// An expression as a machine of states (Thompson's construction) over classes of scalars that the
/// expression does not tell apart.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    /// Takes a scalar of these classes and goes on behind.
    case take(ClassSet)
    /// Goes on behind where the next scalar, or the end, is of these classes.
    case look(ClassSet)
    /// Goes on behind where the scalar before, or the beginning, is of these classes.
    case behind(ClassSet)
    /// Goes on at both, the first before the second.
    case split(Int, Int)
    case jump(Int)
    case match
  }

  /// Classes, as bits.
  struct ClassSet: Sendable {
    var words = [UInt64](repeating: 0, count: 4)
    func contains(_ index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
    mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }
  }

  private(set) var instructions: [Instruction] = []
  let classes: ScalarClasses
  private var sets: [ScalarSet: ClassSet] = [:]
  /// For each class, and for the text's beginning in the place of its end: which of those that
  /// looking behind does not tell apart. All the same where nothing looks behind.
  private(set) var contexts: [UInt8] = []
  private(set) var contextCount = 1

  /// A class, or the beginning, that is of a context.
  func representative(ofContext context: Int) -> Int {
    contexts.firstIndex { Int($0) == context } ?? 0
  }

  /// Reads and compiles an expression.
  init(_ text: String) throws(RegexProblem) { try self.init(try RegexParser.parse(text)) }

  /// An expression that finds a text as it stands.
  init(literal: [Unicode.Scalar]) throws(RegexProblem) {
    try self.init(.sequence(literal.map { .set(ScalarSet($0)) }))
  }

  init(_ tree: RegexSyntax) throws(RegexProblem) {
    var found: Set<ScalarSet> = []
    Self.collect(tree, &found)
    classes = try ScalarClasses(Array(found))
    for set in found {
      var indices = ClassSet()
      for (index, member) in classes.representatives.enumerated() where set.contains(member) {
        indices.insert(index)
      }
      sets[set] = indices
    }
    try emit(tree)
    instructions.append(.match)
    findContexts()
  }

  private mutating func findContexts() {
    var known: [[Bool]: UInt8] = [:]
    for index in 0...classes.end {
      let members = instructions.compactMap { instruction -> Bool? in
        if case .behind(let set) = instruction { set.contains(index) } else { nil }
      }
      known[members] = known[members] ?? UInt8(known.count)
      contexts.append(known[members] ?? 0)
    }
    contextCount = known.count
  }

  private static func collect(_ tree: RegexSyntax, _ sets: inout Set<ScalarSet>) {
    switch tree {
    case .empty: break
    case .set(let set), .look(let set, _), .behind(let set, _): sets.insert(set)
    case .sequence(let parts), .choice(let parts): for part in parts { collect(part, &sets) }
    case .repetition(let part, _, _, _): collect(part, &sets)
    }
  }

  private mutating func emit(_ tree: RegexSyntax) throws(RegexProblem) {
    guard instructions.count < 5000 else {
      throw RegexProblem(description: "the expression is too large")
    }
    switch tree {
    case .empty: break
    case .set(let set): instructions.append(.take(sets[set] ?? ClassSet()))
    case .look(let set, let orEnd):
      var indices = sets[set] ?? ClassSet()
      if orEnd { indices.insert(classes.end) }
      instructions.append(.look(indices))
    case .behind(let set, let orStart):
      var indices = sets[set] ?? ClassSet()
      if orStart { indices.insert(classes.end) }
      instructions.append(.behind(indices))
    case .sequence(let parts): for part in parts { try emit(part) }
    case .choice(let parts):
      var jumps: [Int] = []
      for (index, part) in parts.enumerated() {
        let split = instructions.count
        if index < parts.count - 1 { instructions.append(.split(0, 0)) }
        try emit(part)
        guard index < parts.count - 1 else { break }
        jumps.append(instructions.count)
        instructions.append(.jump(0))
        instructions[split] = .split(split + 1, instructions.count)
      }
      for jump in jumps { instructions[jump] = .jump(instructions.count) }
    case .repetition(let part, let range, let isUnbounded, let isLazy):
      for _ in 0..<range.lowerBound { try emit(part) }
      func split(at index: Int, to end: Int) -> Instruction {
        isLazy ? .split(end, index + 1) : .split(index + 1, end)
      }
      if isUnbounded {
        let start = instructions.count
        instructions.append(.split(0, 0))
        try emit(part)
        instructions.append(.jump(start))
        instructions[start] = split(at: start, to: instructions.count)
      } else {
        var starts: [Int] = []
        for _ in range.dropFirst() {
          starts.append(instructions.count)
          instructions.append(.split(0, 0))
          try emit(part)
        }
        for start in starts { instructions[start] = split(at: start, to: instructions.count) }
      }
    }
  }
}
