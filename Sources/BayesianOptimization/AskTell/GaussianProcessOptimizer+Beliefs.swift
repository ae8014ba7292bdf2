import Foundation
import Statistics

extension GaussianProcessOptimizer {
  /// The number of different points told.
  public var observationCount: Int { model.observations.count - model.certainCount }

  /// The posterior at any point; before the first observation, the prior of standardised values.
  public func posterior(at point: BitVector) -> Belief {
    let (mean, deviation) = model.latent(at: point)
    return Belief(
      point, latentMean: mean, latentStandardDeviation: deviation,
      composition: problem.composition)
  }

  /// The told point with the largest posterior mean objective, frozen bits zero: the one to
  /// recommend. Its mean is shrunk towards what its neighbours say, unlike the largest observation,
  /// which overstates. Nil before the first.
  public var bestByPosteriorMean: Belief? { recommendations(1).first }

  /// The told points with the largest posterior mean objectives, the best first.
  public func recommendations(_ count: Int) -> [Belief] {
    rankedByMean.filter { space.contains($0.point) }.prefix(count).map { posterior(at: $0.point) }
  }

  /// The told points by the objective at the latent's posterior mean, the largest first.
  var rankedByMean: [(point: BitVector, mean: Double)] {
    latentsAtTold.map { point, latent in
      (point, problem.composition?.value(latent: latent, at: point) ?? latent)
    }.stableSorted { $0.1 > $1.1 }
  }

  private var latentsAtTold: [(point: BitVector, latent: Double)] {
    let means = model.process.meansAtObservations
    return model.observations.indices.dropFirst(model.certainCount).map { index in
      (model.observations[index].point, model.offset + model.scale * means[index])
    }
  }

  /// The told points that no other beats in both cost and posterior mean latent, by ascending cost;
  /// without a composition only the best point.
  public var paretoFront: [Belief] {
    guard let composition = problem.composition else { return recommendations(1) }
    let candidates = latentsAtTold.filter { space.contains($0.point) }.map {
      (point: $0.point, latent: $0.latent, cost: composition.cost(of: $0.point))
    }.stableSorted { ($0.cost, -$0.latent) < ($1.cost, -$1.latent) }
    var front: [Belief] = []
    var highest = -Double.infinity
    for candidate in candidates where candidate.latent > highest {
      highest = candidate.latent
      front.append(posterior(at: candidate.point))
    }
    return front
  }

  /// How much a bit matters.
  public struct Importance: Sendable, Equatable {
    /// The bit.
    public let bit: Int
    /// The posterior mean of what the latent loses where the bit is set, all others as in the
    /// reference point.
    public let harm: Double
    /// The posterior standard deviation of that.
    public let standardDeviation: Double
  }

  /// The importance of every bit around a reference point, the recommended one unless told (the
  /// zero vector before the first observation).
  public func importances(around reference: BitVector? = nil) -> [Importance] {
    let center = reference ?? bestByPosteriorMean?.point ?? BitVector(count: dimension)
    return (0..<dimension).map { bit in
      var (without, with) = (center, center)
      without[bit] = false
      with[bit] = true
      let (mean, covariance) = model.process.jointPosterior(at: [without, with])
      let variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
      return Importance(
        bit: bit, harm: model.scale * (mean[0] - mean[1]),
        standardDeviation: model.scale * max(0, variance).squareRoot())
    }
  }

  /// The standard deviation of the observation noise that the model infers beyond the known part,
  /// in units of the latent.
  public var inferredNoise: Double { model.inferredNoise }

  /// The kernel with its hyper-parameters (logarithms, for standardised values).
  public var kernel: StructuredKernel { model.process.kernel }
}
