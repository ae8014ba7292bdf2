/// Narrows down where an increasing condition becomes true: it is false at `low` and true at `high`
/// of the result as far as it was looked at, and `range`'s ends are never looked at.
///
/// - Parameters:
///   - range: where to look.
///   - steps: how often the range is halved.
///   - isReached: false below the point looked for, true above it.
@inlinable
public func bisection(
  _ range: ClosedRange<Double>, steps: Int, isReached: (Double) -> Bool
) -> (low: Double, high: Double) {
  var (low, high) = (range.lowerBound, range.upperBound)
  for _ in 0..<steps {
    let middle = (low + high) / 2
    if isReached(middle) { high = middle } else { low = middle }
  }
  return (low, high)
}

/// The same until the range is no wider than `width`, or no number lies between its ends.
@inlinable
public func bisection(
  _ range: ClosedRange<Double>, width: Double, isReached: (Double) -> Bool
) -> (low: Double, high: Double) {
  var (low, high) = (range.lowerBound, range.upperBound)
  while high - low > width {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { break }
    if isReached(middle) { high = middle } else { low = middle }
  }
  return (low, high)
}
