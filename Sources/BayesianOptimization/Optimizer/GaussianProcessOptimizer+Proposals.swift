import Foundation
import Statistics

extension GaussianProcessOptimizer {
  /// What the model's proposals are for, in turn: expected improvement alone keeps to bits that it
  /// has settled early and wrongly where noise is as large as a bit's effect, and points that tell
  /// much are seldom good themselves (`Experiments/optimiser/NOTES.md`).
  private enum Turn {
    case contrast
    case improvement

    /// - Parameter triedAfterDesign: how many points have been told or are pending beyond as many
    ///   as the design has, whoever proposed them: a number that a resumed search knows as well.
    init(triedAfterDesign: Int) {
      self = triedAfterDesign.isMultiple(of: 2) ? .contrast : .improvement
    }
  }

  /// The model's next proposal; nil where no search led to a point that is not taken.
  func improve(_ random: inout RandomSource) -> Proposal? {
    let process = model.believing(pending)
    let ranked = rankedByMean
    guard let incumbent = ranked.first(where: { space.contains($0.point) }) ?? ranked.first else {
      return nil
    }
    let visited = ranked.map(\.point).filter(space.contains)
    switch Turn(triedAfterDesign: space.taken.count - design.count) {
    case .contrast:
      return informative(process, incumbent: incumbent.point, visited: visited, &random)
        .map { Proposal(point: $0, origin: .contrast) }
    case .improvement:
      return improving(process, over: incumbent.mean, visited: visited, &random)
    }
  }

  /// What is expected to improve most.
  private func improving(
    _ process: GaussianProcess<StructuredKernel>, over incumbent: Double, visited: [BitVector],
    _ random: inout RandomSource
  ) -> Proposal? {
    let improvement = CompositeLogExpectedImprovement(
      incumbent: incumbent, composition: problem.composition,
      standardization: model.standardization)
    let landscape = landscape(improvement, over: NeighborPosterior(process))
    return best(landscape, visited: visited, &random).map { best in
      Proposal(
        point: best.point,
        origin: .improvement(
          expected: incumbent == 0 ? nil : exp(best.value) / abs(incumbent)))
    }
  }

  /// What tells most of the difference between the incumbent and a sample's optimum.
  private func informative(
    _ process: GaussianProcess<StructuredKernel>, incumbent: BitVector, visited: [BitVector],
    _ random: inout RandomSource
  ) -> BitVector? {
    let objective = MeanObjective(
      composition: problem.composition, standardization: model.standardization)
    let sample = FunctionSample(process, random: &random)
    let sampled = landscape(objective, over: NeighborPosterior(sample))
    guard let rival = best(sampled, visited: visited, &random)?.point else { return nil }
    guard let contrast = Contrast(process, between: rival, and: incumbent) else { return rival }
    let information = ContrastInformation(noise: NoiseForecast(process))
    let best = Self.contrastSearch.maximize(
      landscape(information, over: NeighborPosterior(contrast)),
      visited: [rival, incumbent].map(space.masked), excluding: space.taken, random: &random)
    return best?.point ?? rival
  }

  /// Flips from the two points of a contrast: exchanges and other starts find little more there.
  private static let contrastSearch = {
    var search = AcquisitionSearch()
    (search.candidateStarts, search.randomCandidates, search.mutations) = (0, 0, 0)
    search.exchanges = 0
    return search
  }()

  private func landscape<Function>(
    _ acquisition: Function, over posterior: NeighborPosterior
  ) -> AcquisitionLandscape<Function> {
    AcquisitionLandscape(
      acquisition, over: posterior, composition: problem.composition, domain: space.domain)
  }

  /// Spaces of no more free bits are searched exhaustively.
  private static let enumerableBits = 8

  private func best<Function>(
    _ landscape: AcquisitionLandscape<Function>, visited: [BitVector],
    _ random: inout RandomSource
  ) -> AcquisitionLandscape<Function>.Scored? {
    if space.free.count <= Self.enumerableBits {
      return space.untaken().map(landscape.score).stableSorted { $0.value > $1.value }.first
    }
    return acquisitionSearch.maximize(
      landscape, visited: visited, starts: landscape.linearOptima(), excluding: space.taken,
      random: &random)
  }
}
