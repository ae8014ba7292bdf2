import CKernels
import Testing

@testable import Inference

@Suite("Attention")
struct AttentionTests {
  @Test(
    "agrees with plain double arithmetic, with and without a window", arguments: instructionSets)
  func oracle(set: InstructionSet) {
    var random = TestRandom(3)
    for width in [16, 32, 64, 80, 128, 256] {
      for count in [1, 2, 15, 16, 17, 100, 300] {
        let cache = TestCache(count: count, width: width, random: &random)
        let queries = (0..<Int.random(in: 1...4, using: &random)).map { _ in
          random.floats(width, -3...3)
        }
        let spans = queries.map { _ in TestCache.span(count, &random) }
        let outputs = cache.attend(queries, spans, set.raw)
        for (index, query) in queries.enumerated() {
          let exact = cache.exact(query, spans[index])
          #expect(zip(outputs[index], exact).allSatisfy { abs(Double($0) - $1) < 3e-6 })
        }
        let capped = cache.attend(queries, spans, set.raw, cap: 1.5)
        for (index, query) in queries.enumerated() {
          let exact = cache.exact(query, spans[index], cap: 1.5)
          #expect(zip(capped[index], exact).allSatisfy { abs(Double($0) - $1) < 3e-6 })
        }
      }
    }
  }

  @Test(
    "a query's bits do not depend on the queries that share its tile", arguments: instructionSets)
  func batchInvariance(set: InstructionSet) {
    var random = TestRandom(4)
    for _ in 0..<200 {
      let width = 16 * Int.random(in: 1...8, using: &random)
      let count = Int.random(in: 1...200, using: &random)
      let cache = TestCache(count: count, width: width, random: &random)
      let queries = (0..<4).map { _ in random.floats(width, -3...3) }
      let spans = queries.map { _ in TestCache.span(count, &random) }
      let alone = queries.indices.map { cache.attend([queries[$0]], [spans[$0]], set.raw)[0] }
      for size in 2...4 {
        for first in 0...4 - size {
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
      let count = Int.random(in: 1...100, using: &random)
      let whole = TestCache(count: count, width: width, random: &random)
      let queries = (0..<4).map { _ in random.floats(width, -3...3) }
      let spans = queries.map { _ in TestCache.span(count, &random) }
      let forks = spans.map { Int.random(in: 0...$0.upperBound, using: &random) }
      let expected = queries.indices.map { index in
        whole.attend([queries[index]], [spans[index]], set.raw)[0]
      }
      let own = forks.map { whole.entries(from: $0) }
      // What the cache holds from the last fork on belongs to somebody else.
      let stale = whole.overwritten(from: forks.max() ?? 0)
      for size in 1...4 {
        let outputs = stale.attend(
          Array(queries[..<size]), Array(spans[..<size]), set.raw,
          own: Array(zip(forks, own).prefix(size)))
        #expect(outputs == Array(expected[..<size]))
      }
    }
  }
}
