import Foundation
import Statistics
import Testing

@testable import BayesianOptimization

@Suite("Ask and tell")
struct GaussianProcessOptimizerTests {
  static func value(_ point: BitVector) -> Double {
    point.ones.reduce(0) { $0 + ($1 % 3 == 0 ? -1 : 0.5) } / Double(point.count)
  }

  @Test("every point of a small space is proposed once, and then nothing", arguments: [1, 2, 3, 5])
  func exhaustion(dimension: Int) {
    var gp = GaussianProcessOptimizer(dimension: dimension, seed: 1)
    var random = RandomSearch(dimension: dimension, seed: 1)
    for tellAlways in [true, false] {
      var seen: Set<BitVector> = []
      gp = GaussianProcessOptimizer(dimension: dimension, seed: 1)
      while let point = gp.ask()?.point {
        #expect(seen.insert(point).inserted)
        if tellAlways { gp.tell(point, value: Self.value(point), noiseVariance: 0) }
      }
      #expect(seen.count == 1 << dimension)
      let more = gp.ask()
      #expect(more == nil)
    }
    var seen: Set<BitVector> = []
    while let point = random.ask()?.point { #expect(seen.insert(point).inserted) }
    #expect(seen.count == 1 << dimension)
  }

  @Test("a space of nine bits is exhausted too, where proposals come from local search")
  func exhaustionByLocalSearch() {
    let frozen: Set = [0, 4]
    var gp = GaussianProcessOptimizer(dimension: 9, seed: 2, frozen: frozen)
    gp.tell(BitVector(count: 9, ones: [0]), value: 0.1, noiseVariance: 0)
    var seen: Set<BitVector> = []
    while let point = gp.ask()?.point {
      #expect(!point[0] && !point[4])
      #expect(seen.insert(point).inserted)
      gp.tell(point, value: Self.value(point), noiseVariance: 1e-4)
    }
    #expect(seen.count == 1 << 7)
    var everythingFrozen = GaussianProcessOptimizer(dimension: 3, seed: 1, frozen: [0, 1, 2])
    let only = [everythingFrozen.ask()?.point, everythingFrozen.ask()?.point]
    #expect(only == [BitVector(count: 3), nil])
  }

  @Test(
    "the same seed and tells give the same proposals, at once or replayed, and another seed others")
  func reproducible() {
    func run(seed: UInt64, steps: Int) -> [(BitVector, Double)] {
      var optimizer = GaussianProcessOptimizer(dimension: 24, seed: seed)
      var random = RandomSource(seed: 77)
      return (0..<steps).compactMap { _ in
        guard let point = optimizer.ask()?.point else { return nil }
        let value = Self.value(point) + 0.02 * random.normal()
        optimizer.tell(point, value: value, noiseVariance: 1e-4)
        return (point, value)
      }
    }
    let first = run(seed: 5, steps: 40)
    let again = run(seed: 5, steps: 40)
    #expect(first.count == 40 && first.map(\.0) == again.map(\.0))
    #expect(run(seed: 6, steps: 40).map(\.0) != first.map(\.0))

    // A journal of 25 trials, replayed without asking; then one as a pending point is asked again.
    var resumed = GaussianProcessOptimizer(dimension: 24, seed: 5)
    for (point, value) in first[..<25] {
      resumed.tell(point, value: value, noiseVariance: 1e-4)
    }
    for (point, value) in first[25...] {
      let proposal = resumed.ask()?.point
      #expect(proposal == point)
      resumed.tell(point, value: value, noiseVariance: 1e-4)
    }
  }

  @Test("the initial design comes first, and points told unasked count")
  func initialDesign() {
    let design = [[1, 2], [3], [0, 3], [3]].map { BitVector(count: 8, ones: $0) }
    var optimizer = GaussianProcessOptimizer(
      dimension: 8, seed: 3, initialDesign: design, frozen: [0])
    let proposals = (0..<3).compactMap { _ in optimizer.ask()?.point }
    // The third of the design is the second once its frozen bit is cleared.
    #expect(proposals.count == 3 && proposals[0] == design[0] && proposals[1] == design[1])
    #expect(proposals[2] != design[1])
    #expect(optimizer.pending.count == 3)
    optimizer.tell(design[0], value: 1, noiseVariance: 0)
    let enqueued = BitVector(count: 8, ones: [7])
    optimizer.tell(enqueued, value: 2, noiseVariance: 0)
    #expect(optimizer.pending.count == 2 && optimizer.observationCount == 2)
    let later = (0..<40).compactMap { _ in optimizer.ask()?.point }
    #expect(later.count == 40 && !later.contains(enqueued))
  }

  @Test("several pending points differ, and far-off beliefs do not change while they wait")
  func batch() {
    var random = RandomSource(seed: 4)
    var optimizer = GaussianProcessOptimizer(dimension: 40, seed: 8)
    for observation in sampleObservations(30, dimension: 40, &random) {
      optimizer.tell(observation.point, value: observation.value, noiseVariance: 0.01)
    }
    let belief = optimizer.belief(at: BitVector(count: 40))
    let batch = (0..<6).compactMap { _ in optimizer.ask()?.point }
    #expect(Set(batch).count == 6 && optimizer.pending == batch)
    #expect(optimizer.belief(at: BitVector(count: 40)) == belief)
  }

  @Test(
    "degenerate objectives are survived: one point, constants, outliers, 160 bits, many duplicates")
  func degenerate() throws {
    for dimension in [1, 2, 160] {
      var optimizer = GaussianProcessOptimizer(dimension: dimension, seed: 9)
      #expect(optimizer.bestByPosteriorMean == nil)
      let point = BitVector(count: dimension)
      for _ in 0..<60 { optimizer.tell(point, value: -3, noiseVariance: 0) }
      #expect(optimizer.observationCount == 1)
      let best = try #require(optimizer.bestByPosteriorMean)
      #expect(best.point == point && abs(best.mean + 3) < 1e-6)
      let proposal = optimizer.ask()?.point
      #expect(proposal != nil && proposal != point)
    }
    for objective in [
      { _ in 7.5 }, { $0[0] ? 1e6 : 1e-6 * Self.value($0) }, { 1e200 * Self.value($0) },
      { 1e-20 * Self.value($0) },
    ]
      as [@Sendable (BitVector) -> Double]
    {
      var optimizer = GaussianProcessOptimizer(dimension: 160, seed: 10)
      for trial in 0..<25 {
        guard let point = optimizer.ask()?.point else { break }
        optimizer.tell(
          point, value: objective(point), noiseVariance: trial == 20 ? 1e300 : 0)
      }
      let best = try #require(optimizer.bestByPosteriorMean)
      #expect(best.mean.isFinite && best.standardDeviation.isFinite)
    }
  }

  @Test("the unit and the offset of the values change no proposal")
  func affineInvariance() {
    func run(scale: Double, offset: Double) -> [BitVector] {
      var optimizer = GaussianProcessOptimizer(dimension: 16, seed: 11)
      return (0..<25).compactMap { _ in
        guard let point = optimizer.ask()?.point else { return nil }
        // Powers of two scale exactly, so that rounding cannot decide a tie.
        optimizer.tell(
          point, value: offset + scale * Self.value(point), noiseVariance: 1e-4 * scale * scale)
        return point
      }
    }
    #expect(run(scale: 1, offset: 0) == run(scale: 1024, offset: 0))
    #expect(run(scale: 1, offset: 0) == run(scale: 0.125, offset: 2))
  }

  @Test("a value or a variance that is no finite number is a programmer's error")
  func invalidTells() async {
    await #expect(processExitsWith: .failure) {
      var optimizer = GaussianProcessOptimizer(dimension: 4, seed: 1)
      optimizer.tell(BitVector(count: 4), value: .nan, noiseVariance: 0)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = RandomSearch(dimension: 4, seed: 1)
      optimizer.tell(BitVector(count: 4), value: .infinity, noiseVariance: 0)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = GaussianProcessOptimizer(dimension: 4, seed: 1)
      optimizer.tell(BitVector(count: 4), value: 0, noiseVariance: -1)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = GaussianProcessOptimizer(dimension: 4, seed: 1)
      optimizer.tell(BitVector(count: 5), value: 0, noiseVariance: 0)
    }
  }
}
