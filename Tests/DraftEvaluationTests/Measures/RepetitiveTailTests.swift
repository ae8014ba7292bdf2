import Inference
import Testing

@testable import DraftEvaluation

@Suite("Loops in outputs")
struct RepetitiveTailTests {
  @Test("a periodic tail of any period up to 16 is found, after any beginning")
  func found() throws {
    for period in 1...16 {
      let unit = (0..<period).map { 100 + $0 }
      let output = [1, 2, 3, 4, 5] + Array(repeating: unit, count: 8).flatMap(\.self)
      let tail = try #require(RepetitiveTail(output))
      #expect(tail.period == period)
      #expect(tail.length == 8 * period)
      // Cut in the middle of a repetition it is the same loop.
      #expect(RepetitiveTail(Array(output.dropLast(period / 2)))?.period == period)
    }
  }

  @Test("text without repetition, short repetitions and long periods are no loops")
  func notFound() {
    #expect(RepetitiveTail([]) == nil)
    #expect(RepetitiveTail([1]) == nil)
    #expect(RepetitiveTail(Array(0..<64)) == nil)
    // 1,000,000: six zeros at the end of a number.
    #expect(RepetitiveTail([5, 1, 0, 0, 0, 0, 0, 0]) == nil)
    // Nine equal tokens after forty others are not what the output is about.
    #expect(RepetitiveTail(Array(0..<40) + Array(repeating: 7, count: 9)) == nil)
    // Two repetitions are none.
    let twice = Array(0..<16) + Array(0..<16)
    #expect(RepetitiveTail(twice) == nil)
    let seventeen = Array(repeating: Array(0..<17), count: 4).flatMap(\.self)
    #expect(RepetitiveTail(seventeen) == nil)
  }
}
