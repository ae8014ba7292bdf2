import CLAPACKE
import Foundation

/// What a `StructuredKernel` is made of, apart from its scales: the features of a bit vector, the
/// prior covariances of their weights, and the distances.
///
/// The features are the bits, less an origin, and products of two of them for chosen pairs.
struct KernelStructure: Sendable {
  /// A prior covariance of the features' weights, up to a scale.
  enum Shape: Sendable {
    /// The constant function.
    case constant
    /// Independent weights, with these variances.
    case diagonal([Double])
    /// One weight, for this combination of the features.
    case rankOne([Double])
    /// Weights of the bits with this covariance; products have none.
    case block(Matrix)
  }

  struct Component: Sendable {
    let name: String
    let shape: Shape
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
  /// The pairs of bits whose products are features.
  let pairs: [(first: Int, second: Int)]
  /// For each bit, the other bits of its pairs and the pairs' features.
  let partners: [[(bit: Int, feature: Int)]]
  let components: [Component]
  let distances: [Distance]
  /// Of log s_H².
  let hammingPrior: LogNormalPrior

  var featureCount: Int { dimension + pairs.count }

  init(
    dimension: Int, origin: Double, pairs: [(first: Int, second: Int)], components: [Component],
    distances: [Distance], hammingPrior: LogNormalPrior
  ) {
    self.dimension = dimension
    self.origin = origin
    self.pairs = pairs
    self.components = components
    self.distances = distances
    self.hammingPrior = hammingPrior
    var partners = [[(bit: Int, feature: Int)]](repeating: [], count: dimension)
    for (index, pair) in pairs.enumerated() {
      partners[pair.first].append((pair.second, dimension + index))
      partners[pair.second].append((pair.first, dimension + index))
    }
    self.partners = partners
  }

  /// The features of a point.
  func features(_ point: BitVector) -> [Double] {
    [Double](unsafeUninitializedCapacity: featureCount) { features, initialized in
      for bit in 0..<dimension { features[bit] = (point[bit] ? 1 : 0) - origin }
      for (index, pair) in pairs.enumerated() {
        features[dimension + index] = features[pair.first] * features[pair.second]
      }
      initialized = featureCount
    }
  }

  /// M·features, M the components' covariances in sum, each times its scale.
  func multiply(_ features: [Double], scales: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: featureCount)
    for (component, scale) in zip(components, scales) {
      switch component.shape {
      case .constant: continue
      case .diagonal(let variances):
        for index in variances.indices {
          result[index] += scale * variances[index] * features[index]
        }
      case .rankOne(let direction):
        let factor = scale * dot(direction, features)
        for index in direction.indices { result[index] += factor * direction[index] }
      case .block(let matrix):
        cblas_dsymv(
          CblasColMajor, CblasLower, Int32(dimension), scale, matrix.elements, Int32(dimension),
          features, 1, 1, &result, 1)
      }
    }
    return result
  }

  /// One component's covariance of two points, given by their features.
  func covariance(_ component: Component, _ a: [Double], _ b: [Double]) -> Double {
    switch component.shape {
    case .constant: return 1
    case .diagonal(let variances):
      var sum = 0.0
      for index in variances.indices { sum += variances[index] * a[index] * b[index] }
      return sum
    case .rankOne(let direction): return dot(direction, a) * dot(direction, b)
    case .block(let matrix):
      var product = [Double](repeating: 0, count: dimension)
      cblas_dsymv(
        CblasColMajor, CblasLower, Int32(dimension), 1, matrix.elements, Int32(dimension), a, 1, 0,
        &product, 1)
      return dot(product, b)
    }
  }

  /// What the variance of the linear part changes by where bit `bit` is flipped, beyond twice the
  /// change's product with M·features: ΔᵀMΔ.
  func flipVariance(_ bit: Int, features: [Double], scales: [Double]) -> Double {
    var sum = 0.0
    for (component, scale) in zip(components, scales) {
      switch component.shape {
      case .constant: continue
      case .diagonal(let variances):
        var part = variances[bit]
        for partner in partners[bit] where partner.feature < variances.count {
          part += variances[partner.feature] * features[partner.bit] * features[partner.bit]
        }
        sum += scale * part
      case .rankOne(let direction):
        var part = direction[bit]
        for partner in partners[bit] where partner.feature < direction.count {
          part += direction[partner.feature] * features[partner.bit]
        }
        sum += scale * part * part
      case .block(let matrix): sum += scale * matrix[bit, bit]
      }
    }
    return sum
  }
}

/// a·b over the shorter of the two.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  cblas_ddot(Int32(min(a.count, b.count)), a, 1, b, 1)
}
