/// Finds an expression in UTF-8, with the meaning of a backtracking matcher: of alternatives the
/// first that leads to a match. The machine of states becomes a deterministic one while it runs:
/// a state is the list of threads that a backtracking matcher would try, in its order, and what is
/// behind a match in that list is cut off. Looking ahead by one scalar needs no more than to wait
/// with a decision until that scalar is read; looking behind by one, no more than states that know
/// what was read last. Each scalar costs one look into a table, however many alternatives there
/// are. Two threads must not share a matcher.
final class RegexMatcher {
  /// Threads in order, and of which context the scalar before is.
  private struct State: Hashable {
    var threads: [Int32]
    var context: UInt8
  }

  private let program: RegexProgram
  private let stride: Int
  private let looksBehind: Bool
  /// For each state and class: where the next state's row begins, times two, plus one where a match
  /// ends before the scalar; -1 where nobody has been there.
  @exclusivity(unchecked) private var transitions: UnsafeMutablePointer<Int32>
  private var states: [State] = []
  private var numbers: [State: Int] = [:]
  private var visited: [Int32]
  private var visit: Int32 = 0
  /// `ScalarClasses`, where the inner loop reads them without a check for each scalar.
  private let ascii: UnsafeMutablePointer<UInt8>
  private let pageStarts: UnsafeMutablePointer<UInt32>
  private let pages: UnsafeMutablePointer<UInt8>

  /// How many bytes were read, and up to where the last look for a match read.
  @exclusivity(unchecked) private(set) var steps = 0
  @exclusivity(unchecked) private var reached = 0
  private var guided: GuidedSearch?

  /// State 0 has no thread; state 1 is the beginning, and those behind it are so in other contexts.
  private static let dead = 0
  private static let start = 1
  private static let firstStates = 64
  private static let maximumStates = 4000
  private var capacity: Int

  init(_ program: RegexProgram) {
    self.program = program
    stride = program.classes.end + 1
    looksBehind = program.contextCount > 1
    let tables = program.classes.tables
    ascii = .allocate(capacity: 128)
    ascii.initialize(from: program.classes.ascii, count: 128)
    pageStarts = .allocate(capacity: tables.pageStarts.count)
    pageStarts.initialize(from: tables.pageStarts, count: tables.pageStarts.count)
    pages = .allocate(capacity: tables.pages.count)
    pages.initialize(from: tables.pages, count: tables.pages.count)
    visited = Array(repeating: 0, count: program.instructions.count)
    transitions = .allocate(capacity: Self.firstStates * stride)
    capacity = Self.firstStates
    reset()
  }

  deinit {
    ascii.deallocate()
    pageStarts.deallocate()
    pages.deallocate()
    transitions.deallocate()
  }

  private func reset() {
    states = []
    numbers = [:]
    _ = number(of: State(threads: [], context: 0))
    for context in 0..<program.contextCount {
      _ = number(of: State(threads: [0], context: UInt8(context)))
    }
  }

  private func number(of state: State) -> Int {
    if let number = numbers[state] { return number }
    let number = states.count
    numbers[state] = number
    states.append(state)
    if number == capacity {
      let larger = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * capacity * stride)
      larger.moveInitialize(from: transitions, count: capacity * stride)
      transitions.deallocate()
      transitions = larger
      capacity *= 2
    }
    (transitions + number * stride).initialize(repeating: -1, count: stride)
    return number
  }

  /// The class of what is before a place.
  private func classBefore(
    _ position: Int, _ text: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> Int {
    guard position > start else { return program.classes.end }
    var previous = position - 1
    while previous > start, text[previous] & 0xC0 == 0x80 { previous -= 1 }
    return program.classes.index(of: Self.decode(text, previous).0)
  }

  /// The end of the match that begins at `start`; nil where none does.
  private func matchEnd(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, context: UInt8
  ) -> Int? {
    // Copies of what does not change, sums that cannot overflow: this loop is what cutting costs.
    let (ascii, pages, pageStarts, stride) = (ascii, pages, pageStarts, stride)
    var transitions = transitions
    var row = (Self.start &+ Int(context)) &* stride
    var found = -1
    var position = start
    while true {
      var width = 1
      let index: Int
      if position >= end {
        index = stride &- 1
      } else {
        let byte = text[position]
        if byte < 0x80 {
          index = Int(ascii[Int(byte)])
        } else {
          let value: UInt32
          (value, width) = Self.decode(text, position)
          index = Int(pages[Int(pageStarts[Int(value >> 8)]) &+ Int(value & 0xFF)])
        }
      }
      var next = transitions[row &+ index]
      if next < 0 {
        next = step(row / stride, index)
        transitions = self.transitions
      }
      if next & 1 == 1 { found = position }
      row = Int(next >> 1)
      if row == Self.dead || position >= end {
        reached = position
        return found < 0 ? nil : found
      }
      position &+= width
    }
  }

  /// The text is valid UTF-8.
  static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> (UInt32, Int) {
    let byte = UInt32(text[position])
    if byte < 0x80 { return (byte, 1) }
    func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset]) & 0x3F }
    if byte < 0xE0 { return ((byte & 0x1F) << 6 | tail(1), 2) }
    if byte < 0xF0 { return ((byte & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
    return ((byte & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
  }

  /// Works out a transition.
  private func step(_ state: Int, _ index: Int) -> Int32 {
    var state = state
    if states.count > Self.maximumStates {
      let current = states[state]
      reset()
      state = number(of: current)
    }
    visit += 1
    var next: [Int32] = []
    var isMatched = false
    var stack: [Int] = []
    let context = Int(states[state].context)
    threads: for thread in states[state].threads {
      stack.append(Int(thread))
      while let current = stack.popLast() {
        guard visited[current] != visit else { continue }
        visited[current] = visit
        switch program.instructions[current] {
        case .take(let set):
          if set.contains(index) { next.append(Int32(current + 1)) }
        case .look(let set): if set.contains(index) { stack.append(current + 1) }
        case .behind(let set):
          if set.contains(program.representative(ofContext: context)) { stack.append(current + 1) }
        case .split(let first, let second):
          stack.append(second)
          stack.append(first)
        case .jump(let target): stack.append(target)
        case .match:
          isMatched = true
          break threads
        }
      }
    }
    let number = number(
      of: State(threads: next, context: next.isEmpty ? 0 : program.contexts[index]))
    let result = Int32((number * stride) << 1) | (isMatched ? 1 : 0)
    transitions[state * stride + index] = result
    return result
  }

  /// The matches from the left; one that is empty directly behind another does not count.
  func forEachMatch(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Int, Int) -> Void
  ) {
    var position = range.lowerBound
    var last = -1
    var wasted = 0
    while position <= range.upperBound {
      // Where nothing begins with this character, there is nothing to try.
      if !looksBehind, position < range.upperBound, text[position] < 0x80,
        transitions[Self.start &* stride &+ Int(ascii[Int(text[position])])] == 0
      {
        position += 1
        continue
      }
      let before = looksBehind ? classBefore(position, text, range.lowerBound) : 0
      let found = matchEnd(
        text, from: position, to: range.upperBound, context: program.contexts[before])
      steps &+= reached &- position
      wasted &+= reached &- (found ?? position)
      if let end = found, end > position || position != last {
        body(position, end)
        last = end
        position = end
      } else {
        position += position < range.upperBound ? text[position].utf8Width : 1
      }
      // What is read beyond matches is read again: a little is usual, the text squared is not.
      if wasted > 4 * (position - range.lowerBound) + 4096, position <= range.upperBound {
        var search = guided ?? GuidedSearch(program)
        guided = nil
        let isDone = search.forEachMatch(
          text, position..<range.upperBound, last: last,
          before: looksBehind ? classBefore(position, text, range.lowerBound) : 0,
          steps: &steps, body)
        if isDone {
          guided = search
          return
        }
        // An expression of too many states: as before, then.
        wasted = .min / 2
      }
    }
  }
}

extension UInt8 {
  /// How many bytes a scalar has that begins with this one.
  var utf8Width: Int { self < 0x80 ? 1 : self < 0xE0 ? 2 : self < 0xF0 ? 3 : 4 }
}
