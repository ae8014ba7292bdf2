import Files

extension Checkpoint {
  /// Identifies the weights: a skip set found for one model is refused by another. 16 hexadecimal
  /// digits of FNV-1a (64 bits) over shapes, constants, element types, all norms and biases, and
  /// 192 bytes from the start, middle and end of every matrix: cheap for any size, and different
  /// for any two trainings. Not a defence against forgery.
  public var fingerprint: String {
    var hash = FNV1a()
    let c = configuration
    hash.add(c.architecture.rawValue.utf8)
    for number in [
      c.hiddenSize, c.intermediateSize, c.layerCount, c.headCount, c.keyValueHeadCount,
      c.headDimension, c.vocabularySize, c.slidingWindow ?? 0,
    ] {
      withUnsafeBytes(of: number.littleEndian) { hash.add($0) }
    }
    for number in c.rope.inverseFrequencies + [c.rope.attentionFactor, c.rmsNormEpsilon] {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { hash.add($0) }
    }
    // What only other architectures have is added for them alone: a Llama's fingerprint, by which
    // results know their model, stays what it was.
    if c.architecture != .llama, c.architecture != .mistral { hash.add("\(c.ownFacts)".utf8) }
    if c.ropeScaling.dependsOnLength { hash.add("\(c.ropeScaling)".utf8) }
    for vector in [finalNorm] + layers.flatMap(\.orderedVectors) {
      vector.withUnsafeBytes { hash.add($0) }
    }
    for matrix in matrices {
      hash.add(matrix.type.rawValue.utf8)
      let bytes = matrix.bytes
      let piece = min(64, bytes.count)
      for start in [0, (bytes.count - piece) / 2, bytes.count - piece] {
        hash.add(bytes[start..<start + piece])
      }
    }
    return hash.digits
  }
}

extension ModelConfiguration {
  /// What a Llama's configuration does not have.
  fileprivate var ownFacts: [String] {
    [
      "\(fullAttentionLayers.sorted())", "\(unrotatedLayers.sorted())", "\(rotaryDimension)",
      "\(localRope?.theta ?? 0)", "\(queryScalar ?? 0)", "\(attentionCap ?? 0)",
      "\(logitCap ?? 0)", "\(activation)",
    ]
  }
}
