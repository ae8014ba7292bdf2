/// A non-decreasing step function fitted to observations by least squares: pool adjacent violators
/// (Ayer, Brunk, Ewing, Reid and Silverman 1955; Barlow et al. 1972).
public struct IsotonicRegression {
  /// A level of the function, from `start` on.
  public struct Step {
    /// The least argument.
    public var start: Double
    /// The function there.
    public var value: Double
    /// Observations.
    public var weight: Double
  }
  /// Ascending in `start` and in `value`.
  public let steps: [Step]

  /// Fits to pairs of an argument and a value.
  public init(_ pairs: [(x: Double, y: Double)]) {
    var pools: [Step] = []
    let sorted = pairs.sorted { $0.x < $1.x }
    var index = 0
    while index < sorted.count {
      // Equal arguments are one observation, whatever order they came in.
      let x = sorted[index].x
      var sum = 0.0
      var count = 0.0
      while index < sorted.count, sorted[index].x == x {
        sum += sorted[index].y
        count += 1
        index += 1
      }
      var pool = Step(start: x, value: sum / count, weight: count)
      while let last = pools.last, last.value >= pool.value {
        let weight = last.weight + pool.weight
        pool = Step(
          start: last.start, value: (last.value * last.weight + pool.value * pool.weight) / weight,
          weight: weight)
        pools.removeLast()
      }
      pools.append(pool)
    }
    steps = pools
  }

  /// The least argument at which the function reaches `value`; nil where it never does.
  public func threshold(reaching value: Double) -> Double? {
    steps.first { $0.value >= value }?.start
  }
}
