import Dispatch

/// xorshift64* (Vigna 2016), a word at a time and on all processors: gigabytes in seconds.
struct RandomBits {
  private var state: UInt64

  init(seed: UInt64) { state = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// In [0, 1).
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Fills with numbers of random sign and size in [scale/2, 2·scale): sign and mantissa are random
  /// bits, and the exponent is the scale's.
  mutating func fill(_ bytes: UnsafeMutableRawBufferPointer, type: ElementType, scale: Double) {
    let exponent = UInt64(127 + max(-14, Int(scale.exponent)))
    let keep: UInt64
    let set: UInt64
    switch type {
    case .bf16: (keep, set) = (0x807F_807F_807F_807F, (exponent << 7) * 0x0001_0001_0001_0001)
    case .f16:
      (keep, set) = (0x83FF_83FF_83FF_83FF, ((exponent - 112) << 10) * 0x0001_0001_0001_0001)
    case .f32: (keep, set) = (0x807F_FFFF_807F_FFFF, (exponent << 23) * 0x0000_0001_0000_0001)
    default: (keep, set) = (.max, 0)
    }
    defer { if !type.isPlain { setScales(bytes, type, scale: scale) } }
    let words = bytes.bindMemory(to: UInt64.self)
    let chunk = 1 << 16
    for word in 0..<min(chunk, words.count) { words[word] = (next() & keep | set).littleEndian }
    if words.count > chunk {
      let stream = next()
      // Every later chunk has a generator of its own, so that threads can share the work and the
      // weights do not depend on how. Safe: each iteration writes its own words, and all end
      // before this function does.
      nonisolated(unsafe) let target = words
      DispatchQueue.concurrentPerform(iterations: (words.count - 1) / chunk) { index in
        var random = RandomBits(seed: stream ^ UInt64(index) &* 0xD1B5_4A32_D192_ED03)
        for word in (index + 1) * chunk..<min((index + 2) * chunk, target.count) {
          target[word] = (random.next() & keep | set).littleEndian
        }
      }
    }
    var last = (next() & keep | set).littleEndian
    withUnsafeBytes(of: &last) { rest in
      for index in words.count * 8..<bytes.count { bytes[index] = rest[index - words.count * 8] }
    }
  }

  /// Makes blocks of random bits into blocks whose elements are about of size `scale`: their scales
  /// are powers of two, and their least values what centres them.
  private func setScales(
    _ bytes: UnsafeMutableRawBufferPointer, _ type: ElementType, scale: Double
  ) {
    /// The half nearest to a number below, in powers of two.
    func half(_ value: Double) -> UInt16 { UInt16(max(1, 15 + Int(value.exponent))) << 10 }
    // What integers of so many bits are large on average, and the factors of 6 and 8 bits.
    let (unit, least, position): (Double, Double?, Int) =
      switch type {
      case .q40: (scale / 5, nil, 0)
      case .q50: (scale / 9, nil, 0)
      case .q41: (scale / 5, -8, 0)
      case .q51: (scale / 9, -16, 0)
      case .q4K: (scale / (5 * 32), 8, 0)
      case .q5K: (scale / (9 * 32), 16, 0)
      case .q6K: (scale / (18 * 64), nil, 208)
      default: (scale / 74, nil, 0)
      }
    for block in stride(from: 0, to: bytes.count, by: type.blockBytes) {
      bytes.storeBytes(
        of: half(unit).littleEndian, toByteOffset: block + position, as: UInt16.self)
      guard let least else { continue }
      let sign: UInt16 = least < 0 ? 0x8000 : 0
      bytes.storeBytes(
        of: (half(unit * abs(least)) | sign).littleEndian, toByteOffset: block + 2,
        as: UInt16.self)
    }
  }
}
