/// Scalars by the class that an expression puts them in. Two scalars are of one class where each of
/// the expression's sets has both or neither.
struct ScalarClasses: Sendable {
  /// One scalar of each class.
  private(set) var representatives: [UInt32] = []
  /// The classes of the first 128 scalars.
  private(set) var ascii: [UInt8]
  /// For each 256 scalars: where their classes stand in `pages`.
  private var pageStarts: [UInt32] = []
  private var pages: [UInt8] = []

  /// The class of the text's end.
  var end: Int { representatives.count }

  init(_ sets: [ScalarSet]) throws(RegexProblem) {
    // At each boundary, one set begins or ends.
    var changes: [UInt32: [Int]] = [0: []]
    for (index, set) in sets.enumerated() {
      for range in set.ranges {
        changes[range.lowerBound, default: []].append(index)
        if range.upperBound < ScalarSet.maximum {
          changes[range.upperBound + 1, default: []].append(index)
        }
      }
    }
    var members = [Bool](repeating: false, count: sets.count)
    var known: [[Bool]: UInt8] = [:]
    var runs: [(start: UInt32, class: UInt8)] = []
    for (start, indices) in changes.sorted(by: { $0.key < $1.key }) {
      for index in indices { members[index].toggle() }
      if known[members] == nil {
        guard known.count < 255 else {
          throw RegexProblem(description: "the expression has too many classes")
        }
        known[members] = UInt8(known.count)
        representatives.append(start)
      }
      runs.append((start, known[members] ?? 0))
    }
    ascii = []
    fill(runs)
    ascii = (0..<128).map { pages[Int(pageStarts[0]) + $0] }
  }

  private mutating func fill(_ runs: [(start: UInt32, class: UInt8)]) {
    var known: [[UInt8]: UInt32] = [:]
    var run = 0
    for page in UInt32(0)..<0x1100 {
      var content = [UInt8](repeating: runs[run].class, count: 256)
      // Most pages are of one class.
      while run + 1 < runs.count, runs[run + 1].start < (page + 1) << 8 {
        run += 1
        let from = Int(max(runs[run].start, page << 8) & 0xFF)
        for index in from..<256 { content[index] = runs[run].class }
      }
      if let start = known[content] {
        pageStarts.append(start)
      } else {
        known[content] = UInt32(pages.count)
        pageStarts.append(UInt32(pages.count))
        pages += content
      }
    }
  }

  func index(of value: UInt32) -> Int { Int(pages[Int(pageStarts[Int(value >> 8)]) + Int(value & 0xFF)]) }

  /// Tables for a matcher that reads them without bounds.
  var tables: (pageStarts: [UInt32], pages: [UInt8]) { (pageStarts, pages) }
}
