import Statistics

extension GaussianProcessOptimizer {
  /// What the model believes of the best of all feasible points: random functions from the
  /// posterior, each maximised by local search, as Thompson (1933) would; nil before the first
  /// observation.
  ///
  /// Where the problem has a composition, what saves cost is taken to do no good to the latent
  /// (`HarmSampler`): without that the best seems far better than any is. How often it is right:
  /// `results/optimiser/prospect.md`. Early in a search it expects too much, never too little.
  ///
  /// - Parameters:
  ///   - threshold: in the unit of the objective.
  ///   - samples: how many functions, one at least. 40 take about a quarter of a second where 200
  ///     points of 130 bits have been told.
  public func prospect(above threshold: Double, samples: Int = 40) -> Prospect? {
    precondition(samples >= 1, "\(samples) samples")
    guard let incumbent = recommendations(1).first?.point else { return nil }
    let process = model.process
    let rows = KernelRows(process.kernel, process.observations.map(\.point))
    let objective = MeanObjective(
      composition: problem.composition, standardization: model.standardization)
    var best: [Double] = []
    var gains: [Double] = []
    // A stream of its own: those of proposals have smaller numbers.
    var random = RandomSource(seed: seed, stream: 1 << 63 | UInt64(tells))
    for sample in functions(samples, &random) {
      let landscape = AcquisitionLandscape(
        objective, over: NeighborPosterior(sample, rows: rows),
        composition: problem.composition, domain: space.domain)
      let known = landscape.value(at: incumbent)
      let found = Self.prospectSearch.maximize(
        landscape, visited: [incumbent], starts: landscape.linearOptima(), excluding: [],
        random: &random)
      best.append(max(known, found?.value ?? known))
      gains.append(best[best.count - 1] - known)
    }
    return Prospect(
      probabilityAbove: Double(best.count { $0 > threshold }) / Double(samples),
      gain: Prospect.Estimate(gains), best: Prospect.Estimate(best))
  }

  /// Random functions from the posterior.
  func functions(_ count: Int, _ random: inout RandomSource) -> [FunctionSample] {
    if problem.composition != nil, var sampler = HarmSampler(model.process, random: &random) {
      return (0..<count).map { _ in sampler.draw(&random) }
    }
    let sampler = FunctionSampler(model.process)
    return (0..<count).map { _ in sampler.draw(&random) }
  }

  /// From the incumbent and the linear part's optima: of a sample the means of all flips are exact,
  /// so few need to be looked at again, and exchanges find nothing more.
  private static let prospectSearch = {
    var search = AcquisitionSearch()
    (search.candidateStarts, search.randomCandidates, search.mutations) = (0, 0, 0)
    (search.polished, search.flips, search.exchanges) = (1, 2, 0)
    return search
  }()
}
