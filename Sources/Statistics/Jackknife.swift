/// The delete-one jackknife's variance of an estimate (Efron and Tibshirani 1993, equation 11.5),
/// from the estimates that leave out one unit each; nil for fewer than two.
public func jackknifeVariance(_ leavingOneOut: [Double]) -> Double? {
  guard leavingOneOut.count >= 2 else { return nil }
  let count = Double(leavingOneOut.count)
  let mean = leavingOneOut.reduce(0, +) / count
  return (count - 1) / count * leavingOneOut.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
}
