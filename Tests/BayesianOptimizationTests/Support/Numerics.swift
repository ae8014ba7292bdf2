/// |actual − expected| relative to |expected|, or to `floor` where that is larger.
func relativeError(_ actual: Double, _ expected: Double, floor: Double = 1e-300) -> Double {
  actual == expected ? 0 : abs(actual - expected) / max(abs(expected), floor)
}

/// Central differences of `function` along each coordinate, by Richardson extrapolation from two
/// step sizes (error O(h⁴)).
func centralDifferences(
  at point: [Double], step: Double = 1e-3, _ function: ([Double]) -> Double
) -> [Double] {
  point.indices.map { index in
    func difference(_ h: Double) -> Double {
      var (above, below) = (point, point)
      above[index] += h
      below[index] -= h
      return (function(above) - function(below)) / (2 * h)
    }
    return (4 * difference(step / 2) - difference(step)) / 3
  }
}
