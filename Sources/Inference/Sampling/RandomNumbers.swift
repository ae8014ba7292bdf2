/// SplitMix64 (Steele, Lea and Flood, 2014): small, fast, the same on every machine.
struct RandomNumbers {
  private var state: UInt64

  /// Streams of one seed are independent of one another: which tokens are drafted must say nothing
  /// about the numbers that decide whether they are accepted.
  init(seed: UInt64, stream: UInt64) {
    state = seed
    // Through the generator itself, so that neighbouring seeds and streams share nothing.
    state = next() ^ (stream &* 0xD1B5_4A32_D192_ED03)
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
