import Foundation

/// A range of values on a stretch of a chart, with round numbers to mark on it.
struct LinearScale: Sendable {
  /// The values at both ends.
  let domain: ClosedRange<Double>
  /// The values that are marked, ascending.
  let ticks: [Double]
  /// Digits that the marked values need after the point.
  let digits: Int
  private let start: Double
  private let end: Double

  /// A scale whose ends are round numbers around all values.
  ///
  /// - Parameters:
  ///   - values: what is to lie on it; none gives 0…1.
  ///   - start: where the least value lies.
  ///   - end: where the largest does; may be smaller.
  ///   - count: about how many marks.
  init(
    around values: some Sequence<Double>, from start: Double, to end: Double, count: Int = 5
  ) {
    // Beyond this, differences overflow; no figure of ours is near.
    let finite = values.filter { abs($0) < 1e100 }
    let low = finite.min() ?? 0
    let high = finite.max() ?? 1
    // Values that differ in their last digits only are not spread over the chart.
    let spread =
      high > low
      ? max(high - low, 1e-9 * max(abs(low), abs(high)), 1e-100) : max(abs(high), 1)
    let step = Self.step(spread / Double(max(count, 1)))
    // A value on a mark stays there though its quotient is not exact.
    let first = (low / step + 1e-9).rounded(.down)
    let last = max((high / step - 1e-9).rounded(.up), first + 1)
    // Adding nothing makes a zero of a negative zero.
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step + 0 }
    domain = ticks[0]...ticks[ticks.count - 1]
    digits = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    self.start = start
    self.end = end
  }

  /// Where a value lies; one beyond the ends lies at the nearest end.
  func place(_ value: Double) -> Double {
    let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
    return start + min(max(share.isFinite ? share : 0, 0), 1) * (end - start)
  }

  /// The text of a mark.
  func label(_ tick: Double) -> String { fixed(tick, digits) }

  /// The smallest of 1, 2, 5 times a power of ten that is not less than `rough`.
  static func step(_ rough: Double) -> Double {
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
    return factor * power
  }
}
