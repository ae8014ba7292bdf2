import CKernels
import Synchronization
import Testing

@testable import Inference

@Suite("A team of threads")
struct TeamTests {
  @Test(
    "shares a product without changing a bit, whoever takes which chunk",
    arguments: instructionSets, KernelTests.types)
  func product(set: InstructionSet, type: sk_type) {
    var random = TestRandom(21)
    let teams = (1...4).map { ThreadTeam(count: $0) }
    // Several chunks per share, for streams, for neighbours and for groups of rows.
    for (outputs, inputs) in [(703, 1000), (330, 4100), (64, 96)] {
      let matrix = TestMatrix(outputs: outputs, inputs: inputs, type: type, random: &random)
      for rows in [1, 2, 3, 8, 9, 16, 64] {
        let x = (0..<rows).map { _ in random.floats(inputs) }
        let alone = matrix.multiply(x, set.raw)
        for team in teams {
          #expect(matrix.multiply(x, set.raw, team: team) == alone)
        }
      }
    }
  }

  @Test(
    "gives a row the same bits among 1 to 64 rows, on 1 to 4 threads, for any shape",
    arguments: instructionSets, KernelTests.types)
  func batchInvariance(set: InstructionSet, type: sk_type) {
    var random = TestRandom(23)
    let teams = (1...4).map { ThreadTeam(count: $0) }
    for _ in 0..<6 {
      let matrix = TestMatrix(
        outputs: Int.random(in: 1...200, using: &random),
        inputs: Int.random(in: 1...400, using: &random), type: type, random: &random)
      let x = (0..<64).map { _ in random.floats(matrix.inputs) }
      let alone = x.map { matrix.multiply([$0], set.raw)[0] }
      for rows in 1...64 {
        let first = Int.random(in: 0...64 - rows, using: &random)
        let range = first..<first + rows
        for team in teams {
          #expect(matrix.multiply(Array(x[range]), set.raw, team: team) == Array(alone[range]))
        }
      }
    }
  }

  @Test("adds to a target once per output, in many products one after another")
  func accumulation() {
    var random = TestRandom(22)
    let matrix = TestMatrix(outputs: 900, inputs: 512, type: SK_F32, random: &random)
    let x = [random.floats(512)]
    let start = [Float](repeating: 0, count: 900)
    let once = matrix.multiply(x, InstructionSet.best.raw, adding: start)
    let team = ThreadTeam(count: 3)
    // Counters are used again after some loops: more products than that.
    for _ in 0..<200 {
      #expect(matrix.multiply(x, InstructionSet.best.raw, adding: start, team: team) == once)
    }
  }

  @Test("runs a body once on every thread, and holds all of them at a barrier")
  func barrier() {
    for count in 1...5 {
      let team = ThreadTeam(count: count)
      for _ in 0..<50 {
        let arrived = Mutex<Set<Int>>([])
        let complete = Mutex(true)
        team.run { member in
          _ = arrived.withLock { $0.insert(member.thread) }
          member.barrier()
          if arrived.withLock({ $0.count }) != count { complete.withLock { $0 = false } }
        }
        #expect(complete.withLock { $0 } && arrived.withLock { $0 } == Set(0..<count))
      }
    }
  }
}
