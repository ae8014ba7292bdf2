import Files
import GGUF

extension ModelConfiguration {
  /// Reads what keys and tensors say of RoPE.
  mutating func readRope(_ keys: GGUFKeys, _ tensors: GGUFTensors) throws(InputError) {
    rotatesNeighbors = architecture.ggufRotatesNeighbors
    ropeTheta = try Self.base(keys["rope.freq_base"]) ?? Self.theta(architecture)
    if let field = keys["rope.dimension_count"] {
      let dimension = try field.integer(in: 2...headDimension)
      guard dimension % 2 == 0 else { throw field.error("must be even, found \(dimension)") }
      partialRotaryFactor = Double(dimension) / Double(headDimension)
      // A quotient that is rounded down must not cost a dimension.
      if rotaryDimension < dimension { partialRotaryFactor = partialRotaryFactor.nextUp }
    }
    ropeScaling = try scaling(keys, tensors)
    if case .byWindow(_, let local) = architecture.facts.rope {
      localRope = RotaryEmbedding(theta: try Self.base(keys["rope.freq_base_swa"]) ?? local)
    }
    if architecture.facts.hasUnrotatedLayers {
      // The number is llama.cpp's own.
      unrotatedLayers = Set((0..<layerCount).filter { ($0 + 1) % 4 == 0 })
    }
  }

  private static func base(_ field: GGUFField?) throws(InputError) -> Double? {
    guard let field else { return nil }
    let theta = try field.positive()
    guard theta > 1 else { throw field.error("expected a number above 1, found \(theta)") }
    return theta
  }

  private static func theta(_ architecture: Architecture) -> Double {
    if case .byWindow(let global, _) = architecture.facts.rope { return global }
    return 10_000
  }

  private func scaling(
    _ keys: GGUFKeys, _ tensors: GGUFTensors
  ) throws(InputError) -> RopeScaling {
    func factors(_ name: String) throws(InputError) -> [Double] {
      let count = rotaryDimension / 2
      let floats = try tensors.vector(
        name, count: count, reason: "one for each pair of rotated dimensions")
      guard floats.allSatisfy({ $0 > 0 && $0 <= 1e15 }) else {
        throw tensors.error(name, "expected numbers above 0")
      }
      return floats.map(Double.init)
    }
    let originalField = keys["rope.scaling.original_context_length"]
    let original =
      try originalField?.integer(in: 1...Self.maximumPositions) ?? maxPositionEmbeddings
    if tensors.contains(GGUFTensors.longRopeFactors) {
      return .longRope(
        RopeScaling.LongRope(
          shortFactors: try factors(GGUFTensors.shortRopeFactors),
          longFactors: try factors(GGUFTensors.longRopeFactors), originalMaxPositions: original,
          factor: Double(maxPositionEmbeddings) / Double(original),
          attentionFactor: try keys["rope.scaling.attn_factor"]?.positive()))
    }
    if tensors.contains(GGUFTensors.ropeFactors) {
      return .factors(try factors(GGUFTensors.ropeFactors))
    }
    guard let field = keys["rope.scaling.type"] else {
      // Before there were types.
      return try keys["rope.scale_linear"].map { field throws(InputError) in
        .linear(factor: try field.positive())
      } ?? .none
    }
    switch try field.string() {
    case "none": return .none
    case "linear":
      return .linear(factor: try keys.required("rope.scaling.factor").positive())
    case "yarn":
      let factor = try keys.required("rope.scaling.factor").positive()
      let share = try keys["rope.scaling.attn_factor"]?.positive() ?? 1
      return .yarn(
        RopeScaling.Yarn(
          factor: factor, originalMaxPositions: original,
          betaFast: try keys["rope.scaling.yarn_beta_fast"]?.positive() ?? 32,
          betaSlow: try keys["rope.scaling.yarn_beta_slow"]?.positive() ?? 1,
          attentionFactor: share * RopeScaling.Yarn.scale(factor)))
    case "longrope":
      throw field.error("is longrope, but the file has no \(GGUFTensors.longRopeFactors)")
    case let other:
      throw field.error(
        "rope type \"\(other)\" is not supported; none, linear, yarn and longrope are")
    }
  }
}
