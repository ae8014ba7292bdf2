/// The value below which a share of 0...1 of ascending values lies, interpolated between
/// neighbours (Hyndman and Fan 1996, type 7); 0 of none.
public func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
  guard let last = values.last else { return 0 }
  let rank = min(max(share, 0), 1) * Double(values.count - 1)
  let index = Int(rank)
  guard index + 1 < values.count else { return last }
  return values[index] + (rank - Double(index)) * (values[index + 1] - values[index])
}
