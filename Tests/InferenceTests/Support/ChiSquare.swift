import Foundation

/// Pearson's goodness-of-fit test, as one number.
///
/// - Returns: how many standard deviations the statistic lies above its mean under the null
///   hypothesis, by Wilson and Hilferty's cube-root transformation: above 5 is one chance in three
///   million.
func chiSquareDeviation(counts: [Int], probabilities: [Double]) -> Double {
  precondition(counts.count == probabilities.count)
  let total = Double(counts.reduce(0, +))
  var statistic = 0.0
  var cells = 0.0
  // Cells that expect less than five draws are pooled, as the approximation asks.
  var pooledCount = 0.0
  var pooledExpected = 0.0
  for (count, probability) in zip(counts, probabilities) {
    let expected = probability * total
    if expected < 5 {
      pooledCount += Double(count)
      pooledExpected += expected
    } else {
      statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      cells += 1
    }
  }
  if pooledExpected >= 1 {
    statistic += (pooledCount - pooledExpected) * (pooledCount - pooledExpected) / pooledExpected
    cells += 1
  } else if pooledCount > 10 + 10 * pooledExpected {
    // What cannot happen, happened.
    return .infinity
  }
  let freedom = cells - 1
  guard freedom >= 1 else { return 0 }
  let spread = 2 / (9 * freedom)
  return (cbrt(statistic / freedom) - (1 - spread)) / spread.squareRoot()
}
