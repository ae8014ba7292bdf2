import Foundation

/// Random numbers that are the same on every machine and with every version of the toolchain.
///
/// xoshiro256** (Blackman and Vigna, *Scrambled Linear Pseudorandom Number Generators*, ACM TOMS
/// 2021), its state filled by SplitMix64 as the authors recommend. The draws below are our own
/// because the standard library does not promise that its `random(in:using:)` keeps its algorithm.
public struct RandomSource: RandomNumberGenerator, Sendable {
  @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)

  /// A stream determined by `seed` and by `stream`: equal pairs give equal numbers, and different
  /// pairs unrelated ones.
  public init(seed: UInt64, stream: UInt64 = 0) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9e37_79b9_7f4a_7c15
      var z = mixer
      z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
      return z ^ z >> 31
    }
    // The stream enters after the seed has been mixed: (1, 2) and (2, 1) are unrelated.
    mixer = next() ^ (stream &* 0xd134_2543_de82_ef95)
    state = (next(), next(), next(), next())
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
      value << count | value >> (64 - count)
    }
    let result = rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A number of [0, 1) with 53 random bits.
  @inlinable
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer of 0 ..< bound, without bias (Lemire 2019, with rejection).
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "no integer lies below \(bound)")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// `count` different elements of `elements`, in random order (a partial Fisher-Yates shuffle).
  @inlinable
  public mutating func sample<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    precondition(count >= 0 && count <= elements.count, "\(count) of \(elements.count) elements")
    var pool = elements
    for index in 0..<count { pool.swapAt(index, index + below(pool.count - index)) }
    return Array(pool[..<count])
  }

  /// A standard normal number (Box and Muller).
  @inlinable
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }
}
