import CLAPACKE
import Foundation

/// Log expected improvement over bit vectors, evaluated quickly for one point and for all its
/// neighbours.
///
/// For a neighbour z' of z the kernel row is k' = k + Δ, and the posterior variance
///
///     s²(z') = k(z', z') − k'ᵀK⁻¹k' = k(z, z) + kᵀK⁻¹k − 2·k'ᵀK⁻¹k − ΔᵀK⁻¹Δ
///
/// Without its last, never positive, term it is an upper bound that costs O(n) instead of O(n²);
/// and log expected improvement rises with the variance, so the bound carries over. Since k' takes
/// one of two values per observation when a bit is flipped (one of three when two bits are swapped),
/// the means and bounds of all flips are two small matrix products with the bits of the
/// observations. Only neighbours whose bound beats the best exact value are evaluated exactly.
struct AcquisitionScorer {
  /// A point with its exact acquisition value and what its neighbours' bounds need.
  struct Scored {
    let point: BitVector
    let value: Double
    /// kᵀK⁻¹k, by which the observations lower the prior variance.
    let explained: Double
    /// K⁻¹k.
    let solution: [Double]
  }

  /// A neighbour: bit `first` flipped, and bit `second` too where it is not negative.
  struct Move {
    let bound: Double
    let first: Int
    let second: Int

    func apply(to point: BitVector) -> BitVector {
      second < 0 ? point.flipping(first) : point.flipping(first, second)
    }
  }

  let process: GaussianProcess<BitVectorKernel>
  let incumbent: Double
  /// The observations' words, one point after the other.
  private let words: [UInt64]
  private let count: Int
  private let table: [Double]
  private let priorVariance: Double
  /// The bits of the observations, row (observation) by column (free bit).
  private let free: [Int]
  private let bits: [Double]

  init(process: GaussianProcess<BitVectorKernel>, incumbent: Double, free: [Int]) {
    self.process = process
    self.incumbent = incumbent
    self.free = free
    let points = process.observations.map(\.point)
    words = points.flatMap(\.words)
    count = points.count
    table = process.kernel.table
    priorVariance = table[0]
    var bits: [Double] = []
    bits.reserveCapacity(free.count * points.count)
    for bit in free { for point in points { bits.append(point[bit] ? 1 : 0) } }
    self.bits = bits
  }

  /// Exact acquisition values.
  func values(_ candidates: [BitVector]) -> [Double] {
    halves(candidates) { halves in
      candidates.indices.map { column in
        exact(halves, column).value
      }
    }
  }

  /// The exact acquisition value of one point, with what its neighbours need.
  func score(_ point: BitVector) -> Scored {
    var half = [Double](repeating: 0, count: count)
    fillRow(point, &half)
    return half.withUnsafeMutableBufferPointer { half in
      process.factor.solveLower(in: half, columns: 1)
      let (value, explained) = exact(half, 0)
      process.factor.solveTransposed(in: half)
      return Scored(point: point, value: value, explained: explained, solution: Array(half))
    }
  }

  private func halves<Result>(
    _ candidates: [BitVector], _ body: (UnsafeMutableBufferPointer<Double>) -> Result
  ) -> Result {
    var rows = [Double](repeating: 0, count: count * candidates.count)
    return rows.withUnsafeMutableBufferPointer { rows in
      for (column, candidate) in candidates.enumerated() {
        fillRow(candidate, UnsafeMutableBufferPointer(rebasing: rows[(column * count)...]))
      }
      // L⁻¹k: the mean needs only y's own half, and the variance the squares.
      process.factor.solveLower(in: rows, columns: candidates.count)
      return body(rows)
    }
  }

  /// The mean from the halves: kᵀK⁻¹y = (L⁻¹k)ᵀ(L⁻¹y).
  private func exact(
    _ halves: UnsafeMutableBufferPointer<Double>, _ column: Int
  ) -> (value: Double, explained: Double) {
    var mean = 0.0
    var explained = 0.0
    for index in 0..<count {
      let half = halves[column * count + index]
      mean += half * process.targetHalf[index]
      explained += half * half
    }
    return (acquisition(mean, priorVariance - explained), explained)
  }

  private func acquisition(_ mean: Double, _ variance: Double) -> Double {
    let variance = max(variance, 1e-12 * priorVariance)
    return logExpectedImprovement(
      mean: mean, standardDeviation: variance.squareRoot(), incumbent: incumbent)
  }

  private func fillRow(_ point: BitVector, _ row: UnsafeMutableBufferPointer<Double>) {
    for (index, distance) in distances(to: point).enumerated() { row[index] = table[distance] }
  }

  private func distances(to point: BitVector) -> [Int] {
    let width = point.words.count
    return [Int](unsafeUninitializedCapacity: count) { distances, initialized in
      for index in 0..<count {
        var distance = 0
        for word in 0..<width {
          distance += (words[index * width + word] ^ point.words[word]).nonzeroBitCount
        }
        distances[index] = distance
      }
      initialized = count
    }
  }

  private func fillRow(_ point: BitVector, _ row: inout [Double]) {
    row.withUnsafeMutableBufferPointer { fillRow(point, $0) }
  }
}

extension AcquisitionScorer {
  /// All flips of free bits of `parent`, with upper bounds of their acquisition values, best first.
  func flips(_ parent: Scored) -> [Move] {
    let point = parent.point
    // A flip upwards (zero to one) brings an observation with a one nearer and moves one with a zero
    // away: k' = far + (near − far)·bit. Downwards it is k' = near + (far − near)·bit. In columns:
    // upwards and downwards, each for the mean's weights and for the parent's solution.
    var factors = [Double](repeating: 0, count: 4 * count)
    var constants = [0.0, 0.0, 0.0, 0.0]
    for (index, distance) in distances(to: point).enumerated() {
      // No flip leads past the ends of the table: there one of the two values is never taken.
      let far = distance + 1 < table.count ? table[distance + 1] : 0
      let near = distance >= 1 ? table[distance - 1] : 0
      let weight = process.weights[index]
      let solution = parent.solution[index]
      constants[0] += weight * far
      constants[1] += solution * far
      constants[2] += weight * near
      constants[3] += solution * near
      factors[index] = weight * (near - far)
      factors[count + index] = solution * (near - far)
      factors[2 * count + index] = weight * (far - near)
      factors[3 * count + index] = solution * (far - near)
    }
    let sums = product(factors, columns: 4)
    return free.indices.map { position in
      let offset = point[free[position]] ? 2 : 0
      let mean = constants[offset] + sums[position + offset * free.count]
      let cross = constants[offset + 1] + sums[position + (offset + 1) * free.count]
      return Move(
        bound: bound(parent, mean: mean, cross: cross),
        first: free[position], second: -1)
    }.sorted { ($0.bound, $1.first) > ($1.bound, $0.first) }
  }

  /// All exchanges of a free one and a free zero of `parent`, as `flips`.
  ///
  /// - Parameter floor: exchanges whose bound is not above it are left out.
  func swaps(_ parent: Scored, above floor: Double) -> [Move] {
    let point = parent.point
    let ones = free.indices.filter { point[free[$0]] }
    let zeros = free.indices.filter { !point[free[$0]] }
    guard !ones.isEmpty && !zeros.isEmpty else { return [] }
    // With a of an observation the bit that falls and b the bit that rises: the distance changes by
    // 2(a − b), so k' = T₀ + (T₊ − T₀)·a + (T₋ − T₀)·b − (T₊ + T₋ − 2T₀)·ab.
    let vectors = [process.weights, parent.solution]
    var constants = [0.0, 0.0]
    var factors = [Double](repeating: 0, count: 4 * count)
    var both = [Double](repeating: 0, count: 2 * count)
    for (index, distance) in distances(to: point).enumerated() {
      let same = table[distance]
      let far = distance + 2 < table.count ? table[distance + 2] : same
      let near = distance >= 2 ? table[distance - 2] : same
      for (which, vector) in vectors.enumerated() {
        let weight = vector[index]
        constants[which] += weight * same
        factors[2 * which * count + index] = weight * (far - same)
        factors[(2 * which + 1) * count + index] = weight * (near - same)
        both[which * count + index] = weight * (far + near - 2 * same)
      }
    }
    let sums = product(factors, columns: 4)
    let joint = (0..<2).map { products(ones, zeros, both, offset: $0 * count) }
    var moves: [Move] = []
    for (row, fall) in ones.enumerated() {
      for (column, rise) in zeros.enumerated() {
        let at = row + column * ones.count
        let mean = constants[0] + sums[fall] + sums[rise + free.count] - joint[0][at]
        let cross =
          constants[1] + sums[fall + 2 * free.count] + sums[rise + 3 * free.count] - joint[1][at]
        let bound = bound(parent, mean: mean, cross: cross)
        if bound > floor {
          moves.append(Move(bound: bound, first: free[fall], second: free[rise]))
        }
      }
    }
    return moves.sorted {
      ($0.bound, $1.first, $1.second) > ($1.bound, $0.first, $0.second)
    }
  }

  /// An upper bound of the acquisition value of a neighbour with kernel row k', from
  /// `mean` = k'ᵀK⁻¹y and `cross` = k'ᵀK⁻¹k.
  private func bound(
    _ parent: Scored, mean: Double, cross: Double
  ) -> Double {
    let variance = min(priorVariance + parent.explained - 2 * cross, priorVariance)
    // A part in 10⁹ for rounding: a bound a hair too low would end the search too early.
    return acquisition(mean, variance + 1e-9 * priorVariance) + 1e-9
  }

  /// bitsᵀ·factors: a row per free bit, `columns` columns.
  private func product(_ factors: [Double], columns: Int) -> [Double] {
    var result = [Double](repeating: 0, count: free.count * columns)
    guard count > 0 && !free.isEmpty else { return result }
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, Int32(free.count), Int32(columns), Int32(count), 1,
      bits, Int32(count), factors, Int32(count), 0, &result, Int32(free.count))
    return result
  }

  /// Σ over observations of bit · weight · bit for every pair of a row and a column.
  private func products(
    _ rows: [Int], _ columns: [Int], _ weights: [Double], offset: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows.count * columns.count)
    guard count > 0 else { return result }
    var left: [Double] = []
    left.reserveCapacity(rows.count * count)
    for row in rows {
      for index in 0..<count { left.append(bits[row * count + index] * weights[offset + index]) }
    }
    var right: [Double] = []
    right.reserveCapacity(columns.count * count)
    for column in columns { right += bits[column * count..<(column + 1) * count] }
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, Int32(rows.count), Int32(columns.count),
      Int32(count), 1, left, Int32(count), right, Int32(count), 0, &result, Int32(rows.count))
    return result
  }
}
