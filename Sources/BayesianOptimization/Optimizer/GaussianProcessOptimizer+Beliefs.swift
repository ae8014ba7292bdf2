import Statistics

extension GaussianProcessOptimizer: Beliefs {
  /// Those of its Gaussian process.
  public var beliefs: (any Beliefs)? { self }

  /// The number of different points told.
  public var observationCount: Int { model.observations.count - model.certainCount }

  /// The posterior at any point; before the first observation, the prior of standardised values.
  public func belief(at point: BitVector) -> Belief {
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
    rankedByMean.filter { space.contains($0.point) }.prefix(count).map { belief(at: $0.point) }
  }

  /// The told points by the objective at the latent's posterior mean, the largest first.
  var rankedByMean: [(point: BitVector, mean: Double)] {
    model.latentsAtTold.map { point, latent in
      (point, problem.composition?.value(latent: latent, at: point) ?? latent)
    }.stableSorted { $0.1 > $1.1 }
  }

  /// The told points that no other beats in both cost and posterior mean latent, by ascending cost;
  /// without a composition only the best point.
  public var paretoFront: [Belief] {
    guard let composition = problem.composition else { return recommendations(1) }
    return Statistics.paretoFront(
      model.latentsAtTold.filter { space.contains($0.point) },
      cost: { composition.cost(of: $0.point) }, value: \.latent
    ).map { belief(at: $0.point) }
  }

  /// The importance of every bit around a reference point, the recommended one unless told (the
  /// zero vector before the first observation); what it requires is one, and what requires it is
  /// zero.
  public func importances(around reference: BitVector?) -> [Importance] {
    let center = reference ?? bestByPosteriorMean?.point ?? BitVector(count: dimension)
    return (0..<dimension).map { bit in
      let (without, with) = space.domain.ends(of: bit, around: center)
      let posterior = model.process.jointPosterior(at: [without, with])
      let (means, covariance) = (posterior.means, posterior.covariance)
      let variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
      return Importance(
        bit: bit, harm: model.standardization.scale * (means[0] - means[1]),
        standardDeviation: model.standardization.deviation(variance: max(0, variance)))
    }
  }

  /// The standard deviation of the observation noise that the model infers beyond the known part,
  /// in units of the latent.
  public var inferredNoise: Double { model.inferredNoise }

  /// The kernel with its hyper-parameters (logarithms, for standardised values).
  public var kernel: StructuredKernel { model.process.kernel }
}
