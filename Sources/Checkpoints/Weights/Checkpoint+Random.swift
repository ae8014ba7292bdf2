import Dispatch
import Foundation

extension Checkpoint {
  /// A model of the given shape with random weights in memory: for measuring speed without a
  /// download, and for tests. Weights are near ±1/√inputs, so that activations stay of order one.
  ///
  /// - Parameters:
  ///   - configuration: the shape.
  ///   - type: how the matrices are stored.
  ///   - seed: the same seed gives the same weights on every machine.
  public init(random configuration: ModelConfiguration, type: ElementType, seed: UInt64) {
    var random = RandomBits(seed: seed)
    let expected = ExpectedTensors(configuration)
    func matrix(_ name: String) -> WeightTensor {
      let shape = expected.shape(of: name).sizes
      let memory = AnonymousMemory(count: shape.reduce(type.byteCount, *))
      random.fill(memory.bytes, type: type, scale: 1 / Double(shape[1]).squareRoot())
      return WeightTensor(
        name: name, type: type, shape: shape, bytes: UnsafeRawBufferPointer(memory.bytes),
        owner: memory)
    }
    func vector(_ name: String, around center: Float) -> [Float] {
      (0..<expected.shape(of: name).sizes[0]).map { _ in center + random.uniform() * 0.2 - 0.1 }
    }
    func bias(_ name: String, _ present: Bool) -> [Float]? {
      present ? vector(name, around: 0) : nil
    }
    let layers = (0..<configuration.layerCount).map { index in
      let layer = "model.layers.\(index)."
      let attention = layer + "self_attn."
      let mlp = layer + "mlp."
      return LayerWeights(
        inputNorm: vector(layer + "input_layernorm.weight", around: 1),
        query: matrix(attention + "q_proj.weight"), key: matrix(attention + "k_proj.weight"),
        value: matrix(attention + "v_proj.weight"), output: matrix(attention + "o_proj.weight"),
        queryBias: bias(attention + "q_proj.bias", configuration.attentionBias),
        keyBias: bias(attention + "k_proj.bias", configuration.attentionBias),
        valueBias: bias(attention + "v_proj.bias", configuration.attentionBias),
        outputBias: bias(attention + "o_proj.bias", configuration.attentionBias),
        postAttentionNorm: vector(layer + "post_attention_layernorm.weight", around: 1),
        gate: matrix(mlp + "gate_proj.weight"), up: matrix(mlp + "up_proj.weight"),
        down: matrix(mlp + "down_proj.weight"),
        gateBias: bias(mlp + "gate_proj.bias", configuration.mlpBias),
        upBias: bias(mlp + "up_proj.bias", configuration.mlpBias),
        downBias: bias(mlp + "down_proj.bias", configuration.mlpBias))
    }
    let embedding = matrix(ExpectedTensors.embedding)
    self.init(
      configuration: configuration, embedding: embedding,
      finalNorm: vector(ExpectedTensors.finalNorm, around: 1),
      head: configuration.tiesWordEmbeddings ? embedding : matrix(ExpectedTensors.head),
      layers: layers)
  }
}

/// Memory from the system, zeroed. Ordinary pages, as a mapped file has: large ones would make a
/// random model faster than a real one.
///
/// `@unchecked Sendable`: written by the one function that makes it, before anyone else has it.
private final class AnonymousMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) {
    let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      preconditionFailure("the system has no \(count) bytes of memory left")
    }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}

/// xorshift64* (Vigna 2016), a word at a time and on all processors: gigabytes in seconds.
private struct RandomBits {
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
    }
    let words = bytes.bindMemory(to: UInt64.self)
    let chunk = 1 << 16
    for word in 0..<min(chunk, words.count) { words[word] = (next() & keep | set).littleEndian }
    if words.count > chunk {
      let stream = next()
      // Every later chunk has a generator of its own, so that threads can share the work and the
      // weights do not depend on how. Safe: each iteration writes its own words, and all end before
      // this function does.
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
}
