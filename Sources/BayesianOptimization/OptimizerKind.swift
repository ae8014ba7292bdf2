/// The optimisers, by the names that files and command lines know them by.
public enum OptimizerKind: String, Sendable, CaseIterable {
  /// Bayesian optimisation with a Gaussian process (`GaussianProcessOptimizer`).
  case gp
  /// Random points from light to heavy (`RandomSearch`).
  case random
  /// Simulated annealing (`SimulatedAnnealing`).
  case annealing
  /// One bit after another, in the order of a screen (`GreedySearch`).
  case greedy

  /// An optimiser of this kind without observations.
  ///
  /// - Parameters:
  ///   - problem: what is known.
  ///   - seed: decides all that is random.
  ///   - budget: the evaluations planned; only annealing asks.
  public func optimizer(
    _ problem: SearchProblem, seed: UInt64, budget: Int
  ) -> any AskTellOptimizer {
    switch self {
    case .gp: GaussianProcessOptimizer(problem, seed: seed)
    case .random: RandomSearch(problem, seed: seed)
    case .annealing: SimulatedAnnealing(problem, seed: seed, budget: budget)
    case .greedy: GreedySearch(problem, seed: seed)
    }
  }
}
