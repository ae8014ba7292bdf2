import CKernels
import Foundation

@testable import Inference

/// One head's cache with plain arrays, and `sk_attend` over it.
struct TestCache {
  let count: Int
  let width: Int
  /// [count][width]
  let keys: [Float]
  let values: [Float]
  /// The keys as the kernel wants them; where there is no position, NaN must not matter.
  let blocks: [Float]

  init(count: Int, width: Int, random: inout TestRandom) {
    self.init(
      width: width, keys: random.floats(count * width), values: random.floats(count * width))
  }

  init(width: Int, keys: [Float], values: [Float]) {
    count = keys.count / width
    self.width = width
    self.keys = keys
    self.values = values
    let block = Int(SK_POSITIONS)
    var blocks = [Float](repeating: .nan, count: (count + block - 1) / block * block * width)
    for t in 0..<count {
      for d in 0..<width {
        blocks[(t / block * width + d) * block + t % block] = keys[t * width + d]
      }
    }
    self.blocks = blocks
  }

  /// The kernel's outputs, a row per query; `heads` after one another see the same of `own`'s
  /// entries, in order, from its fork on.
  func attend(
    _ queries: [[Float]], _ spans: [Range<Int>], _ isa: sk_isa, own: [(fork: Int, TestCache)] = [],
    heads: Int = 1, cap: Float = 0
  ) -> [[Float]] {
    var scores = [Float](repeating: .nan, count: queries.count * Int(SK_CHUNK))
    var parts = [Float](repeating: .nan, count: queries.count * width)
    var out = parts
    var raw = spans.map {
      sk_span(first: $0.lowerBound, end: $0.upperBound, own: .max, own_keys: nil, own_values: nil)
    }
    // Copies whose addresses stay the same during the call.
    let copies = own.map { _, entries in
      [entries.blocks, entries.values].map { values in
        let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(values.count, 1))
        _ = copy.initialize(from: values)
        return copy
      }
    }
    defer { copies.joined().forEach { $0.deallocate() } }
    for index in raw.indices where !own.isEmpty {
      let row = index / heads
      raw[index].own = own[row].fork
      raw[index].own_keys = UnsafePointer(copies[row][0].baseAddress)
      raw[index].own_values = UnsafePointer(copies[row][1].baseAddress)
    }
    sk_attend(
      isa, queries.flatMap(\.self), queries.count, blocks, values, width, raw, 0.3, cap,
      &scores, &parts, &out)
    return queries.indices.map { Array(out[$0 * width..<($0 + 1) * width]) }
  }

  /// The same with a call for each query.
  func attendAlone(
    _ queries: [[Float]], _ spans: [Range<Int>], _ isa: sk_isa
  ) -> [[Float]] {
    queries.indices.map { attend([queries[$0]], [spans[$0]], isa)[0] }
  }

  /// The entries from a position on as a cache of their own.
  func entries(from position: Int) -> TestCache {
    TestCache(
      width: width, keys: Array(keys[(position * width)...]),
      values: Array(values[(position * width)...]))
  }

  /// The same cache with NaN from a position on.
  func overwritten(from position: Int) -> TestCache {
    func cut(_ values: [Float]) -> [Float] {
      values[..<(position * width)]
        + Array(repeating: .nan, count: values.count - position * width)
    }
    return TestCache(width: width, keys: cut(keys), values: cut(values))
  }

  /// The same for one query, in double precision and the plainest order.
  func exact(_ query: [Float], _ span: Range<Int>, cap: Double? = nil) -> [Double] {
    let scores = span.map { t in
      let score =
        0.3 * (0..<width).reduce(0.0) { $0 + Double(query[$1]) * Double(keys[t * width + $1]) }
      return cap.map { $0 * tanh(score / $0) } ?? score
    }
    let weights = scores.map { ($0 - (scores.max() ?? 0)).exponential }
    let total = weights.reduce(0, +)
    return (0..<width).map { d in
      zip(span, weights).reduce(0.0) { $0 + $1.1 / total * Double(values[$1.0 * width + d]) }
    }
  }
}

extension TestCache {
  /// A random span that is not empty: half of them from the start, as without a window.
  static func span(_ count: Int, _ random: inout TestRandom) -> Range<Int> {
    let end = Int.random(in: 1...count, using: &random)
    return (Bool.random(using: &random) ? 0 : Int.random(in: 0..<end, using: &random))..<end
  }
}
