import Foundation
import LinearAlgebra

/// Gauss quadrature for expectations over the improvement of a normal variable.
///
/// The expected improvement of g(Y), Y ~ N(μ, σ²), over g(y*) is, with y = y* + σt and
/// u = (μ − y*)/σ,
///
///     ∫ (g(y) − g(y*))·φ(t − u) dt = σ·h(u) · E_u[(g(y* + σT) − g(y*)) / (σT)]
///
/// where T > 0 has the density t·φ(t − u)/h(u): the expected improvement of Y itself times the mean
/// slope of g's chords. Chords of a monotone g are positive and vary slowly, so a Gauss rule for
/// that density needs few nodes, is exact for polynomials g of degree 2·nodes, and loses nothing in
/// the deepest tails, where T·|u| has a gamma distribution. (Gauss–Hermite nodes all miss the
/// improvement there.)
///
/// The rules are tabulated by u, nodes relative to (u + √(u² + 8))/2, and interpolated.
struct ImprovementQuadrature: Sendable {
  static let nodeCount = 5
  private static let lowest = -50.0
  private static let highest = 50.0
  private static let step = 0.125

  /// For each u: the nodes, then the weights.
  private let table: [Double]

  static let shared = ImprovementQuadrature()

  private init() {
    let count = Int((Self.highest - Self.lowest) / Self.step) + 1
    table = (0..<count).flatMap { Self.rule(Self.lowest + Double($0) * Self.step) }
  }

  private static func scale(_ u: Double) -> Double {
    // The two forms avoid the cancellation of the other.
    u >= 0 ? (u + (u * u + 8).squareRoot()) / 2 : 4 / ((u * u + 8).squareRoot() - u)
  }

  /// E_u[chord(T)]: `chord` gets t > 0.
  func expectation(_ u: Double, _ chord: (Double) -> Double) -> Double {
    let nodes = Self.nodeCount
    let at = (min(max(u, Self.lowest), Self.highest) - Self.lowest) / Self.step
    let index = min(Int(at), table.count / (2 * nodes) - 2)
    let share = at - Double(index)
    let scale = Self.scale(u)
    var sum = 0.0
    table.withUnsafeBufferPointer { table in
      for node in 0..<nodes {
        let entry = index * 2 * nodes + node
        let t = table[entry] + share * (table[entry + 2 * nodes] - table[entry])
        let w = table[entry + nodes] + share * (table[entry + 3 * nodes] - table[entry + nodes])
        sum += w * chord(t * scale)
      }
    }
    return sum
  }

  /// Nodes relative to the scale, and weights: Stieltjes' procedure on a fine discretisation, then
  /// the eigenvalues of the Jacobi matrix (Golub and Welsch 1969).
  private static func rule(_ u: Double) -> [Double] {
    // Beyond these the density is below 1e-20 of its maximum.
    let low = max(0, u - 10)
    let high = u + (u * u + 100).squareRoot() + (u > 0 ? 10 - u : 0)
    let points = 400
    var x: [Double] = []
    var weights: [Double] = []
    for index in 0..<points {
      // Midpoints in a variable that lies denser near the lower end.
      let share = (Double(index) + 0.5) / Double(points)
      let t = low + (high - low) * share * share
      x.append(t / scale(u))
      weights.append(share * t * exp(-0.5 * t * t + t * u - (u > 0 ? 0.5 * u * u : 0)))
    }
    let total = weights.reduce(0, +)
    weights = weights.map { $0 / total }
    var diagonal = [Double](repeating: 0, count: nodeCount)
    var off = [Double](repeating: 0, count: nodeCount)
    var previous = [Double](repeating: 0, count: points)
    var current = [Double](repeating: 1, count: points)
    var norm = 1.0
    for order in 0..<nodeCount {
      var mean = 0.0
      for index in 0..<points {
        mean += weights[index] * x[index] * current[index] * current[index]
      }
      diagonal[order] = mean / norm
      let ratio = order == 0 ? 0 : off[order - 1] * off[order - 1]
      var next = current
      var nextNorm = 0.0
      for index in 0..<points {
        next[index] = (x[index] - diagonal[order]) * current[index] - ratio * previous[index]
        nextNorm += weights[index] * next[index] * next[index]
      }
      off[order] = (nextNorm / norm).squareRoot()
      (previous, current, norm) = (current, next, nextNorm)
    }
    let (nodes, firstElements) = tridiagonalEigensystem(diagonal: diagonal, offDiagonal: off)
    return nodes + firstElements.map { $0 * $0 }
  }
}
