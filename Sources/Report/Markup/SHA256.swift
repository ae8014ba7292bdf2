import Foundation

/// SHA-256 (FIPS 180-4): a page's content security policy names its own style sheet and script by
/// it, so that a browser applies nothing else.
enum SHA256 {
  /// The digest of a text's UTF-8, in Base64.
  static func base64(_ text: String) -> String {
    Data(digest(Array(text.utf8))).base64EncodedString()
  }

  static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var message = bytes + [0x80]
    message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
    message += bigEndian(UInt64(bytes.count) * 8)
    var state: [UInt32] = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
      0x5be0_cd19,
    ]
    for start in stride(from: 0, to: message.count, by: 64) {
      compress(message[start..<start + 64], into: &state)
    }
    return state.flatMap(bigEndian)
  }

  private static func compress(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { start in
      block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for i in 16..<64 {
      let (early, late) = (words[i - 15], words[i - 2])
      words.append(
        words[i - 16] &+ words[i - 7]
          &+ (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3)
          &+ (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10))
    }
    var v = state
    for i in 0..<64 {
      let sum1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
      let first = v[7] &+ sum1 &+ (v[4] & v[5] ^ ~v[4] & v[6]) &+ constants[i] &+ words[i]
      let sum0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
      let second = sum0 &+ (v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2])
      v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
    }
    for i in 0..<8 { state[i] = state[i] &+ v[i] }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    // Newton's method on integers: ⌊2³²·∛p⌋ is exact, a Double's cube root is not.
    return primes.map { prime in UInt32(truncatingIfNeeded: cubeRoot(prime)) }
  }()

  /// ⌊2³²·∛p⌋ for p below 512, whose cube fits into 128 bits.
  private static func cubeRoot(_ prime: Int) -> UInt64 {
    var low: UInt64 = 1 << 32
    var high: UInt64 = 8 << 32
    while high - low > 1 {
      let middle = low + (high - low) / 2
      // middle³ ≤ p · 2⁹⁶, compared as middle² ≤ ⌊p · 2⁹⁶ / middle⌋.
      let square = middle.multipliedFullWidth(by: middle)
      let top = UInt64(prime) << 32
      let (upper, rest) = top.quotientAndRemainder(dividingBy: middle)
      let lower = middle.dividingFullWidth((rest, 0)).quotient
      if (square.high, square.low) <= (upper, lower) { low = middle } else { high = middle }
    }
    return low
  }
}
