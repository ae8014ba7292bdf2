/// The `index`-th number of a low-discrepancy sequence in 0..<1: the fractional part of `shift`
/// plus that multiple of the golden ratio's conjugate. Any run of successive ones lies evenly in
/// the interval (the three-distance theorem).
public func goldenSequence(_ index: Int, shift: Double = 0) -> Double {
  (Double(index) * 0.618_033_988_749_894_8 + shift).truncatingRemainder(dividingBy: 1)
}
