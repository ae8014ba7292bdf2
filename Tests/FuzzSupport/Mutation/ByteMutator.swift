import TestSupport

/// Changes bytes without regard to what they mean.
struct ByteMutator {
  var random: SplitMix64

  /// Texts that a number of a file may become.
  private static let literals = [
    "1e999", "-1e999", "NaN", "Infinity", "-0", "9223372036854775808", "18446744073709551616",
    "00", "1e", "\\ud800", "\"", "{", "[", "]", "}", ",", ":", "null", "\u{0}", "\n", "\n\n",
  ]

  mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let position = Int.random(in: bytes.indices, using: &random)
    let length = min(bytes.count - position, 1 << Int.random(in: 0...6, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(position...)
    case 3: bytes.removeSubrange(position..<position + length)
    case 4: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
    case 5: bytes.insert(contentsOf: literal(), at: position)
    case 6: replaceNumber(in: &bytes, from: position)
    default:
      let other = Int.random(in: bytes.indices, using: &random)
      bytes.swapAt(position, other)
    }
  }

  private mutating func literal() -> [UInt8] {
    Array((Self.literals.randomElement(using: &random) ?? "0").utf8)
  }

  /// Replaces the next digits.
  private mutating func replaceNumber(in bytes: inout [UInt8], from position: Int) {
    func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    guard let start = bytes[position...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: literal())
  }
}
