import CKernels
import Testing

@testable import Inference

@Suite("Attention")
struct AttentionTests {
  private func expectExact(
    _ outputs: [[Float]], _ cache: TestCache, _ queries: [[Float]], _ spans: [Range<Int>],
    cap: Double? = nil
  ) {
    for (index, query) in queries.enumerated() {
      let exact = cache.exact(query, spans[index], cap: cap)
      #expect(zip(outputs[index], exact).allSatisfy { abs(Double($0) - $1) < 3e-6 })
    }
  }

  @Test(
    "agrees with plain double arithmetic, with and without a window", arguments: instructionSets)
  func oracle(set: InstructionSet) {
    var random = TestRandom(3)
    for width in [16, 32, 64, 80, 128, 256] {
      for count in [1, 2, 15, 16, 17, 127, 128, 129, 300, 900] {
        let cache = TestCache(count: count, width: width, random: &random)
        let queries = (0..<Int.random(in: 1...7, using: &random)).map { _ in
          random.floats(width, -3...3)
        }
        let spans = queries.map { _ in TestCache.span(count, &random) }
        let outputs = cache.attend(queries, spans, set.raw)
        expectExact(outputs, cache, queries, spans)
        let capped = cache.attend(queries, spans, set.raw, cap: 1.5)
        expectExact(capped, cache, queries, spans, cap: 1.5)
      }
    }
  }

  @Test(
    "a query's bits do not depend on the queries beside it", arguments: instructionSets)
  func batchInvariance(set: InstructionSet) {
    var random = TestRandom(4)
    for _ in 0..<200 {
      let width = 16 * Int.random(in: 1...8, using: &random)
      let count = Int.random(in: 1...400, using: &random)
      let cache = TestCache(count: count, width: width, random: &random)
      let queries = (0..<9).map { _ in random.floats(width, -3...3) }
      let spans = queries.map { _ in TestCache.span(count, &random) }
      let alone = cache.attendAlone(queries, spans, set.raw)
      for size in 2...9 {
        for first in 0...9 - size {
          let range = first..<first + size
          #expect(
            cache.attend(Array(queries[range]), Array(spans[range]), set.raw)
              == Array(alone[range]))
        }
      }
    }
  }
}

extension AttentionTests {
  @Test(
    "entries of a query's own give the bits that one cache with all of them gives",
    arguments: instructionSets)
  func ownEntries(set: InstructionSet) {
    var random = TestRandom(5)
    for _ in 0..<200 {
      let width = 16 * Int.random(in: 1...8, using: &random)
      let count = Int.random(in: 1...300, using: &random)
      let whole = TestCache(count: count, width: width, random: &random)
      let queries = (0..<6).map { _ in random.floats(width, -3...3) }
      let spans = queries.map { _ in TestCache.span(count, &random) }
      let forks = spans.map { Int.random(in: 0...$0.upperBound, using: &random) }
      let expected = whole.attendAlone(queries, spans, set.raw)
      let own = forks.map { whole.entries(from: $0) }
      // What the cache holds from the last fork on belongs to somebody else.
      let stale = whole.overwritten(from: forks.max() ?? 0)
      for size in 1...6 {
        let outputs = stale.attend(
          Array(queries[..<size]), Array(spans[..<size]), set.raw,
          own: Array(zip(forks, own).prefix(size)))
        #expect(outputs == Array(expected[..<size]))
      }
    }
  }

  @Test(
    "heads of a row, and rows of a round, share entries of their own without a difference",
    arguments: instructionSets)
  func sharedEntries(set: InstructionSet) {
    var random = TestRandom(8)
    for _ in 0..<200 {
      let width = 16 * Int.random(in: 1...8, using: &random)
      let count = Int.random(in: 1...300, using: &random)
      let whole = TestCache(count: count, width: width, random: &random)
      let heads = Int.random(in: 1...9, using: &random)
      let rounds = Int.random(in: 1...3, using: &random)
      let queries = (0..<rounds * heads).map { _ in random.floats(width, -3...3) }
      let forks = (0..<rounds).map { _ in Int.random(in: 0..<count, using: &random) }
      // Most of a round's queries are of one row; some, of the row after or before it.
      let spans = queries.indices.map { index in
        let fork = forks[index / heads]
        let last =
          Bool.random(using: &random) ? count : Int.random(in: fork..<count, using: &random) + 1
        let window = Bool.random(using: &random) ? last : Int.random(in: 1...last, using: &random)
        return last - window..<last
      }
      let own = forks.map { ($0, whole.entries(from: $0)) }
      let stale = whole.overwritten(from: forks.max() ?? 0)
      #expect(
        stale.attend(queries, spans, set.raw, own: own, heads: heads)
          == whole.attendAlone(queries, spans, set.raw))
    }
  }
}

extension AttentionTests {
  @Test(
    "as many queries as attend together, from all over a long prompt, agree with one each",
    arguments: instructionSets)
  func manyQueries(set: InstructionSet) {
    var random = TestRandom(6)
    let count = 700
    let cache = TestCache(count: count, width: 32, random: &random)
    let queries = (0..<Int(SK_QUERIES)).map { _ in random.floats(32, -3...3) }
    for window in [1, 100, count] {
      let spans = queries.indices.map { index in
        let end = 1 + index * (count - 1) / (queries.count - 1)
        return end - min(window, end)..<end
      }
      let alone = cache.attendAlone(queries, spans, set.raw)
      #expect(cache.attend(queries, spans, set.raw) == alone)
    }
  }

  @Test(
    "scores that grow from chunk to chunk, beyond what an exponential holds, give the last value",
    arguments: instructionSets)
  func growingScores(set: InstructionSet) {
    let count = 2500
    let width = 16
    let keys = (0..<count).flatMap { t in
      (0..<width).map { $0 == 0 ? Float(t) * 20 : 0 }
    }
    let values = (0..<count).flatMap { t in (0..<width).map { Float(t * width + $0) } }
    let cache = TestCache(width: width, keys: keys, values: values)
    let query = (0..<width).map { $0 == 0 ? Float(100) : 0 }
    let output = cache.attend([query], [0..<count], set.raw)[0]
    func isNear(_ pair: (Float, Float)) -> Bool { abs(pair.0 - pair.1) <= 1e-6 * max(pair.1, 1) }
    #expect(zip(output, values.suffix(width)).allSatisfy(isNear))
    // And falling ones the first.
    let falling = cache.attend([query.map { -$0 }], [0..<count], set.raw)[0]
    #expect(zip(falling, values.prefix(width)).allSatisfy(isNear))
  }
}

extension AttentionTests {
  @Test(
    "over several segments agrees with plain double arithmetic, and with one query each",
    arguments: instructionSets)
  func segments(set: InstructionSet) {
    var random = TestRandom(7)
    for count in [1024, 1025, 2048, 3000] {
      let cache = TestCache(count: count, width: 32, random: &random)
      let queries = (0..<7).map { _ in random.floats(32, -3...3) }
      let spans = queries.map { _ in TestCache.span(count, &random) }
      let outputs = cache.attend(queries, spans, set.raw)
      #expect(outputs == cache.attendAlone(queries, spans, set.raw))
      expectExact(outputs, cache, queries, spans)
    }
  }
}
