@testable import BayesianOptimization
import Statistics
import Testing

@Suite("Searching synthetic skip sets")
struct RegretTests {
  /// How far the truth of the point that an optimiser recommends after 60 trials lies above the
  /// truth of the best of 120 random points, for eight problems of 24 bits.
  private func advantages(corrupting corrupt: Bool) throws -> [Double] {
    try (0..<8 as Range<UInt64>).map { seed in
      let problem = SkipSynth(layers: 12, seed: seed)
      var noise = RandomSource(seed: seed, stream: 4)
      var gp = GaussianProcessOptimizer(dimension: problem.dimension, seed: seed)
      for _ in 0..<60 {
        guard let point = gp.ask()?.point else { break }
        let value = problem.measure(point, tokens: 256, &noise)
        gp.tell(point, value: corrupt ? 0.2 * noise.normal() : value, noiseVariance: 1e-4)
      }
      let recommended = try #require(gp.bestByPosteriorMean)
      var random = RandomSearch(dimension: problem.dimension, seed: seed)
      var best = -Double.infinity
      for _ in 0..<120 {
        guard let point = random.ask()?.point else { break }
        // In its favour: its best point is known without measuring.
        best = max(best, problem.value(point))
      }
      return problem.value(recommended.point) - best
    }
  }

  @Test("the Gaussian process beats random search with twice the budget")
  func beatsRandomSearch() throws {
    let advantages = try advantages(corrupting: false)
    #expect(advantages.filter { $0 > 0 }.count >= 7)
    #expect(advantages.reduce(0, +) / 8 > 0.03)
  }

  @Test("told noise instead of values, it does not (negative control)")
  func noiseTeachesNothing() throws {
    #expect(try advantages(corrupting: true).filter { $0 > 0 }.count <= 3)
  }

  @Test("predictions one step ahead are calibrated: two standard deviations cover about 95%")
  func calibration() {
    var covered = 0
    var total = 0
    for seed in 0..<6 as Range<UInt64> {
      let problem = SkipSynth(layers: 12, seed: seed)
      var noise = RandomSource(seed: seed, stream: 5)
      var gp = GaussianProcessOptimizer(dimension: problem.dimension, seed: seed)
      for trial in 0..<60 {
        guard let point = gp.ask()?.point else { break }
        let belief = gp.belief(at: point)
        let inferred = gp.inferredNoise
        let value = problem.measure(point, tokens: 1024, &noise)
        if trial >= 20 {
          let variance =
            belief.standardDeviation * belief.standardDeviation + inferred * inferred + 1e-4
          total += 1
          if abs(value - belief.mean) <= 2 * variance.squareRoot() { covered += 1 }
        }
        gp.tell(point, value: value, noiseVariance: 1e-4)
      }
    }
    #expect(total == 240)
    #expect((205...239).contains(covered))
  }

  @Test("random search covers the densities from light to heavy and leaves frozen bits alone")
  func randomSearchIsStratified() {
    var random = RandomSearch(dimension: 80, seed: 3, frozen: [0, 40, 79])
    let points = (0..<65).compactMap { _ in random.ask()?.point }
    let counts = points.map(\.ones.count)
    #expect(points.allSatisfy { !$0[0] && !$0[40] && !$0[79] })
    // 5% to 65% of 77 bits, a fifth of the points in each fifth of the range.
    #expect(counts.allSatisfy { (4...50).contains($0) })
    for fifth in 0..<5 {
      let low = 3.85 + 9.24 * Double(fifth)
      let within = counts.filter { Double($0) > low && Double($0) <= low + 9.24 }.count
      #expect((10...16).contains(within))
    }
  }
}
