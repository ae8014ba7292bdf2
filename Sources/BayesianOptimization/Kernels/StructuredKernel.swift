import Foundation
import LinearAlgebra

/// The kernel of the bit-vector optimiser: linear terms with structured priors, and an
/// exponential-Hamming term for all that they cannot say.
///
///     k(z, z') = Σ_c s_c²·φ(z)ᵀA_c·φ(z') + s_H²·exp(−Σ_m θ_m·D_m(z, z'))
///
/// with features φ of the bits, covariances A_c of their weights and weighted Hamming distances D_m
/// (`KernelStructure`). The parameters are the logarithms of s_c², of s_H² and of θ_m, in this
/// order: 4–15, whatever the dimension. No parameter changes A_c and D_m, so that the matrices of a
/// training set are computed once, and every gradient is an elementwise product with one of them.
///
/// The exponential of the Hamming distance is the heat kernel of the hypercube up to scale: a
/// product over bits, with interactions of every order (Kondor and Lafferty 2002; Doumont, Picheny,
/// Borovitskiy and Moss, NeurIPS 2025).
public struct StructuredKernel: Kernel {
  private(set) var structure: KernelStructure
  /// Logarithms: s_c² of each component, s_H², θ_m of each distance.
  public var parameters: [Double] {
    willSet {
      precondition(newValue.count == parameters.count, "a kernel keeps its number of parameters")
    }
  }

  /// The priors of the parameters, in their order.
  public var priors: [LogNormalPrior] { Self.priors(structure) }

  static func priors(_ structure: KernelStructure) -> [LogNormalPrior] {
    structure.components.map(\.prior) + [structure.hammingPrior] + structure.distances.map(\.prior)
  }

  /// A kernel with the modes of its priors as parameters unless told.
  init(_ structure: KernelStructure, parameters: [Double]? = nil) {
    self.structure = structure
    let priors = Self.priors(structure)
    self.parameters = parameters ?? priors.map(\.mean)
    precondition(self.parameters.count == priors.count, "one prior per parameter")
  }

  /// s_c².
  var scales: [Double] { parameters.prefix(structure.components.count).map { exp($0) } }
  /// s_H².
  var hammingScale: Double { exp(parameters[structure.components.count]) }
  /// θ_m.
  private var rates: [Double] { parameters.suffix(structure.distances.count).map { exp($0) } }

  /// What each bit in which two vectors differ adds to the exponent: Σ θ_m·weight_m.
  var bitRates: [Double] {
    var result = [Double](repeating: 0, count: structure.dimension)
    for (rate, distance) in zip(rates, structure.distances) {
      for bit in result.indices { result[bit] += rate * distance.weights[bit] }
    }
    return result
  }

  /// The matrices of a set of points that no parameter changes. Lower triangles row by row, so that
  /// a point more is an append.
  public struct Pairwise: Sendable {
    var points: [BitVector] = []
    var features: [[Double]] = []
    /// One per component.
    var grams: [[Double]]
    /// One per distance.
    var distances: [[Double]]
  }

  /// The covariance of two points.
  public func value(_ a: BitVector, _ b: BitVector) -> Double {
    cross([a], [b]).elements[0]
  }

  /// The number of bits that differ.
  public func distance(_ a: BitVector, _ b: BitVector) -> Double {
    Double(a.hammingDistance(to: b))
  }

  /// Prepares a training set.
  public func pairwise(_ inputs: [BitVector]) -> Pairwise {
    var result = Pairwise(
      grams: structure.components.map { _ in [] }, distances: structure.distances.map { _ in [] })
    for input in inputs { append(input, to: &result) }
    return result
  }

  /// Adds a point to a prepared set, in O(n·features).
  func append(_ point: BitVector, to set: inout Pairwise) {
    let features = structure.features(point)
    set.points.append(point)
    set.features.append(features)
    for (index, component) in structure.components.enumerated() {
      if case .constant = component.shape {
        set.grams[index] += [Double](repeating: 1, count: set.points.count)
        continue
      }
      let image = structure.image(component.shape, features)
      for other in set.features { set.grams[index].append(dot(image, other)) }
    }
    for (index, distance) in structure.distances.enumerated() {
      for other in set.points {
        set.distances[index].append(other.sum(distance.weights, differingFrom: point))
      }
    }
  }

  /// Lets the deviations that are proportional to the weights follow the posterior means of those,
  /// given K⁻¹·y of the first of the prepared points; in O(n²·features).
  mutating func updateProportions(weights: [Double], in set: inout Pairwise) {
    guard let index = structure.proportional, !weights.isEmpty else { return }
    var sum = [Double](repeating: 0, count: structure.featureCount)
    for (weight, features) in zip(weights, set.features) {
      add(weight, times: features, to: &sum)
    }
    let guiding = zip(structure.components, scales).map { $0.guidesProportions ? $1 : 0 }
    let means = structure.weightCovariance(scales: guiding).symmetricTimes(sum)
    structure.setProportions(at: index, means: Array(means.prefix(structure.dimension)))
    let shape = structure.components[index].shape
    set.grams[index] = []
    for row in set.features.indices {
      let image = structure.image(shape, set.features[row])
      for other in set.features[...row] { set.grams[index].append(dot(image, other)) }
    }
  }

  /// The covariance matrix.
  public func gram(_ pairwise: Pairwise) -> Matrix {
    let packed = zip(linearPart(pairwise), hammingPart(pairwise)).map(+)
    let count = pairwise.points.count
    var matrix = Matrix(rows: count, columns: count)
    var at = 0
    matrix.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<count {
        for column in 0...row {
          elements[row + column * count] = packed[at]
          elements[column + row * count] = packed[at]
          at += 1
        }
      }
    }
    return matrix
  }

  private func linearPart(_ pairwise: Pairwise) -> [Double] {
    let count = pairwise.points.count * (pairwise.points.count + 1) / 2
    var sum = [Double](repeating: 0, count: count)
    for (scale, gram) in zip(scales, pairwise.grams) {
      add(scale, times: gram, to: &sum)
    }
    return sum
  }

  private func hammingPart(_ pairwise: Pairwise) -> [Double] {
    let count = pairwise.points.count * (pairwise.points.count + 1) / 2
    var exponent = [Double](
      repeating: parameters[structure.components.count], count: count)
    for (rate, distance) in zip(rates, pairwise.distances) {
      add(-rate, times: distance, to: &exponent)
    }
    return exponent.map { exp($0) }
  }

  /// The derivatives by the log parameters.
  public func gradient(_ pairwise: Pairwise, weights: Matrix) -> [Double] {
    let count = pairwise.points.count
    var packed: [Double] = []
    packed.reserveCapacity(count * (count + 1) / 2)
    weights.elements.withUnsafeBufferPointer { elements in
      for row in 0..<count {
        // Off the diagonal each pair counts twice.
        for column in 0..<row { packed.append(2 * elements[row + column * count]) }
        packed.append(elements[row * (count + 1)])
      }
    }
    let hamming = zip(packed, hammingPart(pairwise)).map(*)
    return zip(scales, pairwise.grams).map { $0 * dot($1, packed) } + [hamming.reduce(0, +)]
      + zip(rates, pairwise.distances).map { -$0 * dot($1, hamming) }
  }

  /// The covariances of every point of `inputs` (rows) with every one of `points` (columns).
  public func cross(_ inputs: [BitVector], _ points: [BitVector]) -> Matrix {
    let covariance = weightCovariance
    let constant = constantScale
    let bitRates = bitRates
    let logScale = parameters[structure.components.count]
    var matrix = Matrix(rows: inputs.count, columns: points.count)
    let features = inputs.map(structure.features)
    for (column, point) in points.enumerated() {
      let image = covariance.symmetricTimes(structure.features(point))
      for (row, input) in inputs.enumerated() {
        let distance = input.sum(bitRates, differingFrom: point)
        matrix[row, column] = constant + dot(features[row], image) + exp(logScale - distance)
      }
    }
    return matrix
  }

  /// The prior covariance of the features' weights.
  var weightCovariance: Matrix { structure.weightCovariance(scales: scales) }

  /// The sum of the constant components' scales.
  var constantScale: Double {
    zip(structure.components, scales).reduce(0) {
      if case .constant = $1.0.shape { $0 + $1.1 } else { $0 }
    }
  }
}
