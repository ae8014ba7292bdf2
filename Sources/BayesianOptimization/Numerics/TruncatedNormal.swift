import Foundation
import Statistics

extension RandomSource {
  /// A normal number, given that it is not positive (Robert, *Simulation of truncated normal
  /// variables*, Statistics and Computing 1995).
  mutating func nonpositiveNormal(mean: Double, standardDeviation: Double) -> Double {
    // The standard normal number above this is the one looked for, negated.
    let bound = mean / standardDeviation
    if bound < 0.45 {
      while true {
        let value = normal()
        if value >= bound { return mean - standardDeviation * value }
      }
    }
    let rate = 0.5 * (bound + (bound * bound + 4).squareRoot())
    while true {
      let value = bound - log(1 - uniform()) / rate
      if uniform() <= exp(-0.5 * (value - rate) * (value - rate)) {
        return min(0, mean - standardDeviation * value)
      }
    }
  }
}
