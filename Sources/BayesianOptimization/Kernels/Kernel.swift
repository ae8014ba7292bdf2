import LinearAlgebra

/// A covariance function with logarithmic hyper-parameters.
///
/// A kernel can be a sum of others: what a new structure (a depth-smooth linear term, weighted
/// bits) must give is its value and the contraction of its gradient, which is all that the
/// likelihood needs: ∂L/∂θⱼ = Σ W∘∂K/∂θⱼ (Rasmussen and Williams, *Gaussian Processes for Machine
/// Learning*, equation 5.9), so no n × n matrix per parameter is ever formed.
public protocol Kernel: Sendable {
  /// A point of the input space.
  associatedtype Input: Sendable
  /// What can be computed of a set of points once and for all hyper-parameters.
  associatedtype Pairwise: Sendable

  /// The logarithms of the hyper-parameters, in the order that the kernel documents.
  var parameters: [Double] { get set }

  /// The covariance of two points.
  func value(_ a: Input, _ b: Input) -> Double

  /// How far two points are apart, in units that no hyper-parameter changes.
  func distance(_ a: Input, _ b: Input) -> Double

  /// Prepares the points of a training set.
  func pairwise(_ inputs: [Input]) -> Pairwise

  /// The covariance matrix of a prepared set; both triangles.
  func gram(_ pairwise: Pairwise) -> Matrix

  /// Σ over a, b of `weights`[a, b] · ∂k(a, b)/∂θⱼ for each parameter j; `weights` is symmetric.
  func gradient(_ pairwise: Pairwise, weights: Matrix) -> [Double]
}

extension Kernel {
  /// The covariances of every point of `inputs` (rows) with every one of `points` (columns).
  public func cross(_ inputs: [Input], _ points: [Input]) -> Matrix {
    var matrix = Matrix(rows: inputs.count, columns: points.count)
    for (column, point) in points.enumerated() {
      for (row, input) in inputs.enumerated() { matrix[row, column] = value(input, point) }
    }
    return matrix
  }
}
