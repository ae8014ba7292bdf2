import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Schedule of a replay")
struct ReplayScheduleTests {
  private let counts = [31, 1, 127, 0, 64, 200, 5]

  @Test("every position is in exactly one chunk, in the same one every time")
  func partition() {
    for size in [1, 7, 64, 1000] {
      let chunks = ReplaySchedule(positionCounts: counts, chunkSize: size).chunks
      let all = counts.enumerated().flatMap { text, positions in
        (0..<positions).map { DraftReplayer.Position(text: text, index: $0) }
      }
      #expect(chunks.allSatisfy { !$0.isEmpty })
      #expect(chunks.reduce(0) { $0 + $1.count } == all.count)
      #expect(Set(chunks.flatMap(\.self)) == Set(all))
      #expect(ReplaySchedule(positionCounts: counts, chunkSize: size).chunks == chunks)
    }
  }

  @Test("each chunk has its share of every text, of its first half as of its second")
  func proportion() {
    let chunks = ReplaySchedule(positionCounts: counts, chunkSize: 64).chunks
    #expect(chunks.count == counts.reduce(0, +) / 64)
    for chunk in chunks {
      for (text, positions) in counts.enumerated() {
        let share = Double(positions) / Double(chunks.count)
        let own = chunk.filter { $0.text == text }
        #expect(abs(Double(own.count) - share) < 2)
        let early = own.count { $0.index < positions / 2 }
        #expect(abs(Double(early) - share / 2) < 2)
      }
    }
  }

  @Test("nothing to replay is no chunk, and fewer positions than a chunk are one")
  func small() {
    #expect(ReplaySchedule(positionCounts: [], chunkSize: 64).chunks.isEmpty)
    #expect(ReplaySchedule(positionCounts: [3, 4], chunkSize: 64).chunks.map(\.count) == [7])
  }

  @Test("a trial's chunks are successive ones, and sets, and seeds, spread over all of them")
  func order() {
    let schedule = ReplaySchedule(positionCounts: counts, chunkSize: 16)
    let total = schedule.chunks.count
    #expect(total == 26)
    var visits = [Int](repeating: 0, count: total)
    for layer in 0..<200 {
      let order = schedule.order(
        of: DraftModel(skip: SkipSet(attention: [layer], mlp: [])), seed: 7, count: 5)
      #expect(order == order.indices.map { (order[0] + $0) % total })
      for chunk in order { visits[chunk] += 1 }
    }
    // Expected 1,000/26 = 38 of each, five by five: between half and twice that.
    #expect(visits.allSatisfy { (19...77).contains($0) })
    let model = DraftModel(skip: SkipSet(attention: [3], mlp: [1, 2]))
    #expect(
      schedule.order(of: model, seed: 1, count: 5) == schedule.order(of: model, seed: 1, count: 5))
    #expect(
      Set((0..<50).map { schedule.order(of: model, seed: $0, count: 1) }).count > 15)
    #expect(Set(schedule.order(of: model, seed: 9, count: total)) == Set(0..<total))
  }

  @Test("comparisons come after a doubling number of chunks, and after the last")
  func checkpoints() {
    #expect(ReplaySchedule.checkpoints(upTo: 1) == [1])
    #expect(ReplaySchedule.checkpoints(upTo: 2) == [1, 2])
    #expect(ReplaySchedule.checkpoints(upTo: 6) == [1, 2, 4, 6])
    #expect(ReplaySchedule.checkpoints(upTo: 8) == [1, 2, 4, 8])
  }
}
