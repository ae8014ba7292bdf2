/// The units of a process in those of its caller: the latent is offset + scale·(what the process
/// predicts).
struct Standardization: Sendable {
  private(set) var offset = 0.0
  private(set) var scale = 1.0

  /// The identity.
  init() {}

  init(offset: Double, scale: Double) {
    self.offset = offset
    self.scale = scale
  }

  /// Mean and standard deviation of observed values.
  init<Point>(_ observations: [Observation<Point>]) {
    let count = Double(observations.count)
    let mean = observations.reduce(0) { $0 + $1.value / count }
    // Relative to the largest deviation: squares of very large or small values leave the range.
    let largest = observations.reduce(0) { max($0, abs($1.value - mean)) }
    let squares = observations.reduce(0) {
      let deviation = ($1.value - mean) / largest
      return $0 + deviation * deviation / count
    }
    let deviation = largest * squares.squareRoot()
    offset = mean
    // A constant function has no scale of its own (and 0/0 compares as false).
    scale = deviation > 1e-12 * max(abs(mean), 1e-12) ? deviation : 1
  }

  /// The latent where the process predicts `value`.
  func latent(_ value: Double) -> Double { offset + scale * value }

  /// The latent's standard deviation where the process has this variance.
  func deviation(variance: Double) -> Double { scale * variance.squareRoot() }

  /// An observation in the process's units.
  func standardize<Point>(_ observation: Observation<Point>) -> Observation<Point> {
    observation.standardized(offset: offset, scale: scale)
  }
}
