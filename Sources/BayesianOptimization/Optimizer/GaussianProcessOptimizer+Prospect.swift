import Statistics

extension GaussianProcessOptimizer {
  /// What the model believes of the best of all feasible points: random functions from the
  /// posterior, each maximised by local search as for Thompson's (1933) sampling; nil before the
  /// first observation. How often it is right: `Experiments/optimiser/NOTES.md`.
  ///
  /// - Parameters:
  ///   - threshold: in the unit of the objective.
  ///   - samples: how many functions, one at least; 40 take a tenth of a second or two.
  public func prospect(above threshold: Double, samples: Int = 40) -> Prospect? {
    precondition(samples >= 1, "\(samples) samples")
    guard let incumbent = recommendations(1).first?.point else { return nil }
    // A stream of its own: proposals are drawn from streams of fewer bits.
    var random = RandomSource(seed: seed, stream: 1 << 63 | UInt64(tells))
    let sampler = FunctionSampler(model.process)
    let rows = KernelRows(model.process.kernel, model.process.observations.map(\.point))
    let objective = MeanObjective(
      composition: problem.composition, standardization: model.standardization)
    var best: [Double] = []
    var gains: [Double] = []
    for _ in 0..<samples {
      let landscape = AcquisitionLandscape(
        objective, over: NeighborPosterior(sampler.draw(&random), rows: rows),
        composition: problem.composition, domain: space.domain)
      let known = landscape.value(at: incumbent)
      let found = Self.prospectSearch.maximize(
        landscape, visited: [incumbent], starts: landscape.linearOptima(), excluding: [],
        random: &random)
      let value = max(known, found?.value ?? known)
      best.append(value)
      gains.append(value - known)
    }
    return Prospect(
      probabilityAbove: Double(best.count { $0 > threshold }) / Double(samples),
      gain: Prospect.Estimate(gains), best: Prospect.Estimate(best))
  }

  /// From the incumbent and the linear part's optima: of a sample the means of all flips are exact,
  /// so few need to be looked at again.
  private static let prospectSearch = {
    var search = AcquisitionSearch()
    (search.candidateStarts, search.randomCandidates, search.mutations) = (0, 0, 0)
    (search.polished, search.flips, search.exchanges) = (1, 2, 0)
    return search
  }()
}
