import CLAPACKE
import Foundation

/// What a `StructuredKernel` is made of, apart from its scales: prior covariances of the bits'
/// weights, and distances. The features are the bits, less an origin.
struct KernelStructure: Sendable {
  /// A prior covariance of the features' weights, up to a scale.
  enum Shape: Sendable {
    /// The constant function.
    case constant
    /// Independent weights, with these variances.
    case diagonal([Double])
    /// One weight, for this combination of the features.
    case rankOne([Double])
    /// Weights with this covariance.
    case dense(Matrix)
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
  let components: [Component]
  let distances: [Distance]
  /// Of log s_H².
  let hammingPrior: LogNormalPrior

  /// The features of a point.
  func features(_ point: BitVector) -> [Double] {
    var features = [Double](repeating: -origin, count: dimension)
    for bit in point.ones { features[bit] += 1 }
    return features
  }

  /// The linear terms' covariance of the weights in sum, each times its scale.
  func weightCovariance(scales: [Double]) -> Matrix {
    var sum = Matrix(rows: dimension, columns: dimension)
    for (component, scale) in zip(components, scales) {
      switch component.shape {
      case .constant: continue
      case .diagonal(let variances):
        for bit in variances.indices { sum[bit, bit] += scale * variances[bit] }
      case .rankOne(let direction):
        for column in direction.indices where direction[column] != 0 {
          let factor = scale * direction[column]
          sum.elements.withUnsafeMutableBufferPointer { elements in
            let start = column * dimension
            for row in direction.indices { elements[start + row] += factor * direction[row] }
          }
        }
      case .dense(let matrix):
        cblas_daxpy(Int32(dimension * dimension), scale, matrix.elements, 1, &sum.elements, 1)
      }
    }
    return sum
  }

  /// One component's covariance matrix times the features.
  func image(_ shape: Shape, _ features: [Double]) -> [Double] {
    switch shape {
    case .constant: return [Double](repeating: 0, count: dimension)
    case .diagonal(let variances): return zip(variances, features).map(*)
    case .rankOne(let direction):
      let factor = dot(direction, features)
      return direction.map { factor * $0 }
    case .dense(let matrix): return matrix.symmetricProduct(features)
    }
  }
}

/// a·b.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count, "a product of \(a.count) and \(b.count) values")
  return cblas_ddot(Int32(a.count), a, 1, b, 1)
}

extension Matrix {
  /// The product of a symmetric matrix with a vector (dsymv).
  func symmetricProduct(_ vector: [Double]) -> [Double] {
    precondition(rows == columns && vector.count == columns, "shapes do not match")
    var product = [Double](repeating: 0, count: rows)
    cblas_dsymv(
      CblasColMajor, CblasLower, Int32(rows), 1, elements, Int32(rows), vector, 1, 0, &product, 1)
    return product
  }
}
