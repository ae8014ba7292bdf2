/// The same matches as `RegexMatcher`'s, in time that is linear in the text whatever the expression
/// is, for texts in which it reads far ahead in vain again and again. First backwards: from which
/// instructions a match can be reached at each place. Then forwards: of a backtracking matcher's
/// ways the first that leads to a match, so that nothing is read twice (Frisch and Cardelli 2004,
/// "Greedy Regular Expression Matching", section 4).
struct GuidedSearch {
  /// The instructions from which a match can be reached, as bits.
  private typealias Reach = [UInt64]

  private let program: RegexProgram
  private let stride: Int
  private var reaches: [Reach] = []
  private var numbers: [Reach: Int32] = [:]
  /// For each state behind a scalar, each class of it and each context before: the state before;
  /// -1 where nobody has been there.
  private var transitions: [Int32] = []
  /// For an instruction and a state: the instruction that takes the scalar, or that is a match.
  private var choices: [UInt64: Int32] = [:]

  /// Of expressions that tokenizers have, some dozens are needed.
  private static let mostStates = 4000

  init(_ program: RegexProgram) {
    self.program = program
    stride = (program.classes.end + 1) * program.contextCount
    _ = number(of: Reach(repeating: 0, count: program.instructions.count / 64 + 1))
  }

  private mutating func number(of reach: Reach) -> Int32 {
    if let number = numbers[reach] { return number }
    let number = Int32(reaches.count)
    numbers[reach] = number
    reaches.append(reach)
    transitions += repeatElement(-1, count: stride)
    return number
  }

  private mutating func step(_ behind: Int32, _ index: Int, before: Int) -> Int32 {
    let place =
      Int(behind) * stride + index * program.contextCount + Int(program.contexts[before])
    if transitions[place] >= 0 { return transitions[place] }
    let next = reaches[Int(behind)]
    var reach = Reach(repeating: 0, count: next.count)
    var isChanged = true
    // Only loops lead backwards: two or three rounds.
    while isChanged {
      isChanged = false
      for (current, instruction) in program.instructions.enumerated().reversed()
      where !reach.has(current) {
        let reaches =
          switch instruction {
          case .take(let set): set.contains(index) && next.has(current + 1)
          case .look(let set): set.contains(index) && reach.has(current + 1)
          case .behind(let set): set.contains(before) && reach.has(current + 1)
          case .split(let first, let second): reach.has(first) || reach.has(second)
          case .jump(let target): reach.has(target)
          case .match: true
          }
        if reaches {
          reach[current >> 6] |= 1 << UInt64(current & 63)
          isChanged = true
        }
      }
    }
    let state = number(of: reach)
    transitions[place] = state
    return state
  }

  /// The first instruction that takes or matches, of those that a backtracking matcher would come
  /// to from `start` and that lead to a match.
  private mutating func choice(from start: Int, _ state: Int32) -> Int {
    let key = UInt64(start) << 32 | UInt64(UInt32(bitPattern: state))
    if let known = choices[key] { return Int(known) }
    let reach = reaches[Int(state)]
    var visited = Reach(repeating: 0, count: reach.count)
    var stack = [start]
    var found = start
    search: while let current = stack.popLast() {
      guard reach.has(current), !visited.has(current) else { continue }
      visited[current >> 6] |= 1 << UInt64(current & 63)
      switch program.instructions[current] {
      case .take, .match:
        found = current
        break search
      case .look, .behind: stack.append(current + 1)
      case .split(let first, let second): stack += [second, first]
      case .jump(let target): stack.append(target)
      }
    }
    choices[key] = Int32(found)
    return found
  }

  /// Hands out the matches in a range, of which the first must not be empty at `last`.
  ///
  /// - Parameter before: the class of what is before the range.
  /// - Returns: false, before anything is handed out, where the expression needs too many states.
  mutating func forEachMatch(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, last: Int, before: Int,
    steps: inout Int,
    _ body: (Int, Int) -> Void
  ) -> Bool {
    var states = [Int32](repeating: 0, count: range.count + 1)
    var state: Int32 = 0
    var index = program.classes.end
    var behind = range.upperBound
    while true {
      // The place whose state is sought; `index` is of what is behind it.
      var position = behind
      while position > range.lowerBound {
        position -= 1
        if text[position] & 0xC0 != 0x80 { break }
      }
      let isFirst = behind == range.lowerBound
      let previous =
        isFirst
        ? before : program.classes.index(of: RegexMatcher.decode(text, position).0)
      state = step(state, index, before: previous)
      states[behind - range.lowerBound] = state
      guard reaches.count <= Self.mostStates else { return false }
      if isFirst { break }
      index = previous
      behind = position
    }
    var position = range.lowerBound
    steps += range.count
    var last = last
    while position <= range.upperBound {
      var end = position
      var isFound = reaches[Int(states[position - range.lowerBound])].has(0)
      if isFound {
        var current = choice(from: 0, states[position - range.lowerBound])
        while case .take = program.instructions[current] {
          end += text[end].utf8Width
          current = choice(from: current + 1, states[end - range.lowerBound])
        }
        steps += end - position
        isFound = end > position || position != last
      }
      if isFound {
        body(position, end)
        last = end
        position = end
      } else {
        position += position < range.upperBound ? text[position].utf8Width : 1
      }
    }
    return true
  }
}

extension [UInt64] {
  fileprivate func has(_ bit: Int) -> Bool { self[bit >> 6] >> UInt64(bit & 63) & 1 == 1 }
}
