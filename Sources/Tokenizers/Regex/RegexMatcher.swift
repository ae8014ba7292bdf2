/// Finds an expression in UTF-8, with the meaning of a backtracking matcher: of alternatives the
/// first that leads to a match. The machine of states becomes a deterministic one while it runs:
/// a state is the list of threads that a backtracking matcher would try, in its order, and what is
/// behind a match in that list is cut off. Looking ahead by one scalar needs no more than to wait
/// with a decision until that scalar is read. Each scalar costs one look into a table, however
/// many alternatives there are. Two threads must not share a matcher.
final class RegexMatcher {
  private let program: RegexProgram
  private let stride: Int
  /// For each state and class: the next state times two, plus one where a match ends before the
  /// scalar; -1 where nobody has been there.
  private var transitions: [Int32] = []
  private var states: [[Int32]] = []
  private var numbers: [[Int32]: Int] = [:]
  private var visited: [Int32]
  private var visit: Int32 = 0
  private let ascii: [UInt8]
  private let pageStarts: [UInt32]
  private let pages: [UInt8]

  /// State 0 has no thread; state 1 is the beginning.
  private static let dead = 0
  private static let start = 1
  private static let maximumStates = 4000

  init(_ program: RegexProgram) {
    self.program = program
    stride = program.classes.end + 1
    ascii = program.classes.ascii
    (pageStarts, pages) = program.classes.tables
    visited = Array(repeating: 0, count: program.instructions.count)
    reset()
  }

  private func reset() {
    transitions = []
    states = []
    numbers = [:]
    _ = number(of: [])
    _ = number(of: [0])
  }

  private func number(of threads: [Int32]) -> Int {
    if let number = numbers[threads] { return number }
    let number = states.count
    numbers[threads] = number
    states.append(threads)
    transitions += Array(repeating: -1, count: stride)
    return number
  }

  /// The end of the match that begins at `start`; nil where none does.
  func matchEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var state = Self.start
    var found: Int?
    var position = start
    while true {
      var width = 1
      let index: Int
      if position >= end {
        index = stride - 1
      } else {
        let byte = text[position]
        if byte < 0x80 {
          index = Int(ascii[Int(byte)])
        } else {
          let value: UInt32
          (value, width) = Self.decode(text, position)
          index = Int(pages[Int(pageStarts[Int(value >> 8)]) + Int(value & 0xFF)])
        }
      }
      var next = transitions[state * stride + index]
      if next < 0 { next = step(&state, index) }
      if next & 1 == 1 { found = position }
      state = Int(next >> 1)
      if state == Self.dead || position >= end { return found }
      position += width
    }
  }

  /// The text is valid UTF-8.
  private static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> (UInt32, Int) {
    let byte = UInt32(text[position])
    func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset]) & 0x3F }
    if byte < 0xE0 { return ((byte & 0x1F) << 6 | tail(1), 2) }
    if byte < 0xF0 { return ((byte & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
    return ((byte & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
  }

  /// Works out a transition.
  private func step(_ state: inout Int, _ index: Int) -> Int32 {
    if states.count > Self.maximumStates {
      let threads = states[state]
      reset()
      state = number(of: threads)
    }
    visit += 1
    var next: [Int32] = []
    var isMatched = false
    var stack: [Int] = []
    threads: for thread in states[state] {
      stack.append(Int(thread))
      while let current = stack.popLast() {
        guard visited[current] != visit else { continue }
        visited[current] = visit
        switch program.instructions[current] {
        case .take(let set):
          if set.contains(index) { next.append(Int32(current + 1)) }
        case .look(let set): if set.contains(index) { stack.append(current + 1) }
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
    let result = Int32(number(of: next) << 1) | (isMatched ? 1 : 0)
    transitions[state * stride + index] = result
    return result
  }

  /// The matches from the left; one that is empty directly behind another does not count.
  func forEachMatch(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Int, Int) -> Void
  ) {
    var position = range.lowerBound
    var last = -1
    while position <= range.upperBound {
      guard let end = matchEnd(text, from: position, to: range.upperBound),
        end > position || position != last
      else {
        position += position < range.upperBound ? text[position].utf8Width : 1
        continue
      }
      body(position, end)
      last = end
      position = end
    }
  }
}

extension UInt8 {
  /// How many bytes a scalar has that begins with this one.
  var utf8Width: Int { self < 0x80 ? 1 : self < 0xE0 ? 2 : self < 0xF0 ? 3 : 4 }
}
