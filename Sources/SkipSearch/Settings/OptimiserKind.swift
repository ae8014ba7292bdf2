/// Who proposes skip sets.
public enum OptimiserKind: String, Sendable, CaseIterable {
  /// A Gaussian process composed with the known costs (`GaussianProcessOptimizer`).
  case gp
  /// Random sets from light to heavy.
  case random
  /// Simulated annealing.
  case annealing
  /// One sub-layer after another, in the order of the screen.
  case greedy
}
