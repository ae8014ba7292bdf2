/// What makes a point worth an evaluation, as a function of what the model says of it and of what
/// it costs; the larger the better.
///
/// A new acquisition function is a struct beside this file that conforms. What it needs of the
/// model stands in `PointPosterior`; a `NeighborPosterior` of the right kind supplies that, and an
/// `AcquisitionLandscape` joins the two for the search (`GaussianProcessOptimizer+Proposals.swift`
/// has an example of each).
protocol Acquisition: Sendable {
  /// The value, quickly: it decides between neighbours in the search, thousands of times a
  /// proposal.
  ///
  /// - Parameters:
  ///   - posterior: in the units of the process.
  ///   - cost: known exactly; 0 without a composition.
  /// - Returns: −∞ where an evaluation is certainly in vain.
  func value(_ posterior: PointPosterior, cost: Double) -> Double

  /// The value without the shortcuts of `value`: it decides between the points that searches end
  /// at.
  func exactValue(_ posterior: PointPosterior, cost: Double) -> Double
}

extension Acquisition {
  func exactValue(_ posterior: PointPosterior, cost: Double) -> Double {
    value(posterior, cost: cost)
  }
}
