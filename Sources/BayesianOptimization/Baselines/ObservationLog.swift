import Statistics

/// What a method without a model knows: the mean observation of each told point.
struct ObservationLog: Sendable {
  private(set) var observations: [Observation<BitVector>] = []
  /// How often anything was told.
  private(set) var tells = 0
  private var indices: [BitVector: Int] = [:]
  private let composition: Composition?

  init(_ problem: SearchProblem) {
    composition = problem.composition
  }

  mutating func add(_ point: BitVector, value: Double, noiseVariance: Double) {
    tells += 1
    if let index = indices[point] {
      observations[index].merge(value: value, noiseVariance: noiseVariance)
    } else {
      indices[point] = observations.count
      observations.append(Observation(point, value: value, noiseVariance: noiseVariance))
    }
  }

  /// The objective at a told point as observed.
  func objective(_ observation: Observation<BitVector>) -> Double {
    composition?.value(latent: observation.value, at: observation.point) ?? observation.value
  }

  /// The told points by observed objective, the largest first. An honest user of such a method has
  /// nothing better, though the largest of many noisy values overstates.
  func ranked(in space: SearchSpace) -> [(point: BitVector, objective: Double)] {
    observations.filter { space.contains($0.point) }
      .map { ($0.point, objective($0)) }
      .stableSorted { $0.1 > $1.1 }
  }

  func beliefs(_ count: Int, in space: SearchSpace) -> [Belief] {
    ranked(in: space).prefix(count).compactMap { entry in
      indices[entry.point].map { observations[$0] }.map {
        Belief(
          $0.point, latentMean: $0.value, latentStandardDeviation: $0.noiseVariance.squareRoot(),
          composition: composition)
      }
    }
  }
}
