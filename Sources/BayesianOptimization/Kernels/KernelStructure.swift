import Foundation
import LinearAlgebra

/// What a `StructuredKernel` is made of, apart from its scales: prior covariances of the bits'
/// weights, and distances. The features are the bits, less an origin, and then a few quadratic
/// ones.
struct KernelStructure: Sendable {
  /// A prior covariance of the features' weights, up to a scale.
  enum Shape: Sendable {
    /// The constant function.
    case constant
    /// Independent weights, with these variances.
    case diagonal([Double])
    /// The same, but the variances are in proportion to squares of the weights' posterior means
    /// when the hyper-parameters were last fitted (`SurrogateModel`). One component at most.
    case proportional([Double])
    /// One weight, for this combination of the features.
    case rankOne([Double])
    /// Weights with this covariance.
    case dense(Matrix)
    /// One weight, for one of the quadratic features.
    case quadratic(Int)
  }

  struct Component: Sendable {
    var shape: Shape
    /// Whether its part of the weights' means counts for the proportional deviations.
    var guidesProportions = true
    /// Of the logarithm of its scale.
    let prior: LogNormalPrior
  }

  /// A weighted Hamming distance.
  struct Distance: Sendable {
    let weights: [Double]
    /// Of the logarithm of its rate in the exponent.
    let prior: LogNormalPrior
  }

  let dimension: Int
  /// Subtracted from each bit: 0 where the vector of zeros is special, ½ where it is not.
  let origin: Double
  /// Symmetric couplings C of the bits with zero diagonals, for features ½zᵀCz that come after the
  /// bits.
  let quadratics: [Matrix]
  private(set) var components: [Component]
  let distances: [Distance]
  /// Bits whose weights are of one order of magnitude, in groups.
  let levels: [[Int]]
  /// Of log s_H².
  let hammingPrior: LogNormalPrior

  /// The bits and the quadratic features.
  var featureCount: Int { dimension + quadratics.count }

  /// The features of a point.
  func features(_ point: BitVector) -> [Double] {
    features(point, couplings: couplings(point))
  }

  /// The same where the point's couplings are known.
  func features(_ point: BitVector, couplings: [[Double]]) -> [Double] {
    var features = [Double](repeating: -origin, count: dimension)
    for bit in point.ones { features[bit] += 1 }
    return features + couplings.map { 0.5 * point.sum($0) }
  }

  /// C·z for each quadratic feature: what it gains where a bit of zero is set.
  func couplings(_ point: BitVector) -> [[Double]] {
    let bits = (0..<dimension).map { point[$0] ? 1.0 : 0 }
    return quadratics.map { $0.symmetricTimes(bits) }
  }

  /// The linear terms' covariance of the weights in sum, each times its scale.
  func weightCovariance(scales: [Double]) -> Matrix {
    let size = featureCount
    var sum = Matrix(rows: size, columns: size)
    for (component, scale) in zip(components, scales) {
      switch component.shape {
      case .constant: continue
      case .diagonal(let variances), .proportional(let variances):
        for bit in variances.indices { sum[bit, bit] += scale * variances[bit] }
      case .rankOne(let direction):
        for column in direction.indices where direction[column] != 0 {
          let factor = scale * direction[column]
          sum.elements.withUnsafeMutableBufferPointer { elements in
            let start = column * size
            for row in direction.indices { elements[start + row] += factor * direction[row] }
          }
        }
      case .dense(let matrix):
        sum.elements.withUnsafeMutableBufferPointer { sum in
          matrix.elements.withUnsafeBufferPointer { matrix in
            for column in 0..<dimension {
              for row in 0..<dimension {
                sum[column * size + row] += scale * matrix[column * dimension + row]
              }
            }
          }
        }
      case .quadratic(let index): sum[dimension + index, dimension + index] += scale
      }
    }
    return sum
  }

  /// One component's covariance matrix times the features.
  func image(_ shape: Shape, _ features: [Double]) -> [Double] {
    if case .quadratic(let index) = shape {
      var image = [Double](repeating: 0, count: featureCount)
      image[dimension + index] = features[dimension + index]
      return image
    }
    let bits = Array(features.prefix(dimension))
    let image: [Double]
    switch shape {
    case .constant, .quadratic: image = [Double](repeating: 0, count: dimension)
    case .diagonal(let variances), .proportional(let variances):
      image = zip(variances, bits).map(*)
    case .rankOne(let direction):
      let factor = dot(direction, bits)
      image = direction.map { factor * $0 }
    case .dense(let matrix): image = matrix.symmetricTimes(bits)
    }
    return image + [Double](repeating: 0, count: quadratics.count)
  }

  private static let countedWeights = 0.3...4

  /// The component whose variances follow the weights' means.
  var proportional: Int? {
    components.firstIndex { if case .proportional = $0.shape { true } else { false } }
  }

  /// Sets the variances of the proportional component at `index` for these means of the bits'
  /// weights.
  ///
  /// What is estimated to be nothing may still be something, and a single giant must not take all
  /// the variance, so a weight counts as `countedWeights` times the average one of its level
  /// (`Experiments/optimiser/NOTES.md`).
  mutating func setProportions(at index: Int, means: [Double]) {
    let average = means.reduce(0) { $0 + abs($1) } / Double(dimension)
    guard average > 0 else { return }
    func clamped(_ share: Double) -> Double {
      min(max(share, Self.countedWeights.lowerBound), Self.countedWeights.upperBound)
    }
    var squares = [Double](repeating: 1, count: dimension)
    for level in levels {
      let typical = level.reduce(0) { $0 + abs(means[$1]) } / Double(level.count)
      guard typical > 0 else { continue }
      for bit in level {
        squares[bit] = pow(clamped(abs(means[bit]) / typical), 2) * pow(typical / average, 2)
      }
    }
    let typical = squares.reduce(0, +) / 2
    components[index].shape = .proportional(squares.map { $0 / typical })
  }
}
