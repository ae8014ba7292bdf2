import Statistics

/// Shares of ones worth trying: from light to heavy, but never half and more as a fair coin would
/// give, where a draft model of skipped layers accepts nothing and all values look alike.
enum Density {
  static let range = 0.05...0.65

  /// The `index`-th of `count` equal steps from light to heavy.
  static func stratum(_ index: Int, of count: Int) -> Double {
    let share = count > 1 ? Double(index) / Double(count - 1) : 0.5
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }

  /// An endless even covering of the range: multiples of the golden ratio modulo 1.
  static func covering(_ index: Int) -> Double {
    let share = goldenSequence(index, shift: 0.5)
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }
}
