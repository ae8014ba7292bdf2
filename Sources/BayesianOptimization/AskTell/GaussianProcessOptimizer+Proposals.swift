import Foundation
import Statistics

extension GaussianProcessOptimizer {
  /// The model's next proposal; nil where no search led to a point that is not taken.
  mutating func improve(_ random: inout RandomSource) -> BitVector? {
    let process = model.believing(pending)
    let ranked = rankedByMean
    guard let incumbent = ranked.first(where: { space.contains($0.point) }) ?? ranked.first else {
      return nil
    }
    let visited = ranked.map(\.point).filter(space.contains)
    if (space.taken.count - design.count) % 2 == 0 {
      return informative(process, incumbent: incumbent.point, visited: visited, &random)
    }
    let improvement = Improvement(
      incumbent: incumbent.mean, composition: problem.composition, location: model.offset,
      unit: model.scale)
    let scorer = AcquisitionScorer(
      process: process, acquisition: .improvement(improvement), composition: problem.composition,
      free: space.free)
    guard let best = best(scorer, visited: visited, &random) else { return nil }
    if incumbent.mean != 0 {
      lastExpectedImprovement = exp(best.value) / abs(incumbent.mean)
    }
    return best.point
  }

  /// What tells most of the difference between the incumbent and a sample's optimum.
  private func informative(
    _ process: GaussianProcess<StructuredKernel>, incumbent: BitVector, visited: [BitVector],
    _ random: inout RandomSource
  ) -> BitVector? {
    let objective = PlainObjective(
      composition: problem.composition, location: model.offset, unit: model.scale)
    let sampled = AcquisitionScorer(
      process: process, acquisition: .objective(objective), composition: problem.composition,
      free: space.free, mean: FunctionSample(process, random: &random).functional)
    guard let rival = best(sampled, visited: visited, &random)?.point else { return nil }
    guard let contrast = Contrast(process, between: rival, and: incumbent) else { return rival }
    let scorer = AcquisitionScorer(
      process: contrast.process, acquisition: .information(NoiseForecast(process)),
      composition: problem.composition, free: space.free, covariance: contrast.covariance)
    let best = Self.contrastSearch.maximize(
      scorer, visited: [rival, incumbent], excluding: space.taken, random: &random)
    return best?.point ?? rival
  }

  /// Flips from the two points of a contrast: exchanges and other starts find little more there.
  private static let contrastSearch = {
    var search = AcquisitionSearch()
    (search.candidateStarts, search.randomCandidates, search.mutations) = (0, 0, 0)
    search.exchanges = 0
    return search
  }()

  private func best(
    _ scorer: AcquisitionScorer, visited: [BitVector], _ random: inout RandomSource
  ) -> AcquisitionScorer.Scored? {
    if space.free.count <= 8 {
      let scored = space.untaken().map(scorer.score)
      return scored.indices.stableSorted { scored[$0].value > scored[$1].value }.first
        .map { scored[$0] }
    }
    return acquisitionSearch.maximize(
      scorer, visited: visited, starts: scorer.linearOptima(), excluding: space.taken,
      random: &random)
  }
}
