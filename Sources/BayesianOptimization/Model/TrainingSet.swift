/// Observations, with what can be computed of them once and for all hyper-parameters.
public struct TrainingSet<K: Kernel>: Sendable {
  /// What a process is conditioned on.
  public let observations: [Observation<K.Input>]
  /// The kernel's own preparation of their points.
  public let pairwise: K.Pairwise
  /// What their errors have in common.
  let sharedNoise: SharedNoise

  /// Prepares observations for a kernel.
  public init(_ kernel: K, _ observations: [Observation<K.Input>]) {
    self.init(kernel, observations, pairwise: kernel.pairwise(observations.map(\.point)))
  }

  /// The same where their points have been prepared.
  init(_ kernel: K, _ observations: [Observation<K.Input>], pairwise: K.Pairwise) {
    self.observations = observations
    self.pairwise = pairwise
    sharedNoise = SharedNoise(kernel, observations)
  }
}
