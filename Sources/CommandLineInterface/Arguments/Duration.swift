/// Seconds of `90s`, `30m`, `1h30m` or `1.5h`; nil for anything else and for nothing. A number alone
/// may be meant in any unit, so it is none.
@Sendable func parseDuration(_ text: String) -> Double? {
  var total = 0.0
  var number = ""
  for character in text {
    switch character {
    case "0"..."9", ".": number.append(character)
    case "h", "m", "s":
      guard let value = Double(number) else { return nil }
      total += value * (character == "h" ? 3600 : character == "m" ? 60 : 1)
      number = ""
    default: return nil
    }
  }
  return number.isEmpty && total > 0 && total.isFinite ? total : nil
}
