extension Int {
  /// The smallest multiple of `unit` that is not less than this.
  @inline(__always)
  func roundedUp(toMultipleOf unit: some BinaryInteger) -> Int {
    let unit = Int(unit)
    return (self + unit - 1) / unit * unit
  }
}
