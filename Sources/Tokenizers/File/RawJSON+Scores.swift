extension RawJSON {
  /// Reads a number as the reference implementation's library does (serde_json, built without its
  /// `float_roundtrip`): the digits as one integer of 64 bits, further ones dropped, then times or
  /// through a power of ten. That is a last bit away from the nearest number for every eighth
  /// score, and such a bit decides between ways to cut a text that are worth the same.
  ///
  /// - Returns: nil where no number stands here, or one that is too large.
  mutating func score() -> Double? {
    skipSpace()
    let isNegative = peek == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var significand: UInt64 = 0
    var exponent = 0
    let first = position
    var isFull = false
    while let digit = digit() {
      if !append(digit, to: &significand, &isFull) { exponent += 1 }
    }
    guard position > first, position == first + 1 || bytes[first] != UInt8(ascii: "0") else {
      return nil
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      let first = position
      isFull = false
      while let digit = digit() {
        if append(digit, to: &significand, &isFull) { exponent -= 1 }
      }
      guard position > first else { return nil }
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      let isDown = peek == UInt8(ascii: "-")
      if isDown || peek == UInt8(ascii: "+") { position += 1 }
      let first = position
      var power = 0
      while let digit = digit() { power = min(power * 10 + Int(digit), 1_000_000) }
      guard position > first else { return nil }
      exponent += isDown ? -power : power
    }
    var value = Double(significand)
    while exponent < -308, value != 0 {
      value /= Self.powersOfTen[308]
      exponent += 308
    }
    if value != 0 {
      guard exponent <= 308 else { return nil }
      value =
        exponent < 0 ? value / Self.powersOfTen[-exponent] : value * Self.powersOfTen[exponent]
    }
    guard value.isFinite else { return nil }
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

  /// Passes over a digit.
  private mutating func digit() -> UInt8? {
    guard let byte = peek, (48...57).contains(byte) else { return nil }
    position += 1
    return byte - 48
  }

  /// Whether the digit was taken: after one that does not fit, none is.
  private func append(_ digit: UInt8, to significand: inout UInt64, _ isFull: inout Bool) -> Bool {
    let (tenfold, overflows) = significand.multipliedReportingOverflow(by: 10)
    let (sum, carries) = tenfold.addingReportingOverflow(UInt64(digit))
    isFull = isFull || overflows || carries
    if !isFull { significand = sum }
    return !isFull
  }
}
