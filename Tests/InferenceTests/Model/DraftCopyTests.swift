import CKernels
import Checkpoints
import TestSupport
import Testing

@testable import Inference

@Suite("Copies of weights for drafting")
struct DraftCopyTests {
  private static let precisions: [WeightPrecision] = [.eightBits, .fourBits]
  private static let dots = [
    SK_DOT_PORTABLE, SK_DOT_AVX2, SK_DOT_AVX_VNNI, SK_DOT_AVX512, SK_DOT_AVX512_VNNI,
    SK_DOT_AMX,
  ].filter(sk_supports_dot)

  /// A model with 16-bit weights whose matrices fill whole blocks and groups.
  private static func model(threads: Int = 1) throws -> LanguageModel {
    let configuration = ModelConfiguration(
      hiddenSize: 128, intermediateSize: 256, layerCount: 3, headCount: 8, keyValueHeadCount: 4,
      headDimension: 16, vocabularySize: 320, maxPositionEmbeddings: 64)
    return LanguageModel(
      try Checkpoint(random: configuration, type: .bf16, seed: 9), threads: threads)
  }

  private static func full(_ precision: WeightPrecision, skip: SkipSet = .none) -> DraftModel {
    DraftModel(
      skip: skip, weights: .uniform(precision), head: DraftHead(precision: precision))
  }

  @Test("are a small part of the weights, of what a draft runs alone, and made once")
  func bytes() throws {
    for (precision, share) in zip(Self.precisions, [0.55, 0.30]) {
      let model = try Self.model()
      #expect(model.draftCopies.byteCount == 0 && model.draftCopies.seconds == 0)
      try model.prepare(DraftModel(skip: SkipSet(attention: [0], mlp: [2])))
      #expect(model.draftCopies.byteCount == 0)

      let some = Self.full(precision, skip: SkipSet(attention: [0, 1], mlp: [2]))
      try model.prepare(some)
      let made = model.draftCopies
      #expect(made.byteCount == model.weightBytes(of: some) && made.seconds > 0)
      try model.prepare(some)
      // Less of it needs nothing new either.
      try model.prepare(Self.full(precision, skip: SkipSet(attention: [0, 1], mlp: [0, 2])))
      #expect(model.draftCopies == made)

      let all = Self.full(precision)
      try model.prepare(all)
      #expect(model.draftCopies.byteCount == model.weightBytes(of: all))
      #expect(Double(model.weightBytes(of: all)) <= share * Double(model.weightBytes()))
    }
  }

  @Test("a draft in several precisions has a copy of each sub-layer, and of its head's tokens")
  func mixedBytes() throws {
    var random = TestRandom(41)
    for _ in 0..<20 {
      let checkpoint = try randomModel(&random)
      let model = LanguageModel(checkpoint, threads: 2)
      let draft = randomDraftModel(&random, of: checkpoint.configuration)
      try model.prepare(draft)
      // What is read as the checkpoint has it needs no copy.
      var own = 0
      for layer in model.layers.indices {
        let weights = checkpoint.layers[layer]
        if !draft.skip.attention.contains(layer), draft.weights.attention(layer) == .model {
          own += weights.byteCount(of: .attention)
        }
        if !draft.skip.mlp.contains(layer), draft.weights.mlp(layer) == .model {
          own += weights.byteCount(of: .mlp)
        }
      }
      if draft.head == .full { own += model.head.byteCount }
      #expect(model.draftCopies.byteCount == model.weightBytes(of: draft) - own)
    }
  }

  /// Relative distance of a draft's logits from the full model's.
  private func distance(
    _ generator: Generator, _ tokens: [Int], _ draft: DraftModel
  ) throws -> Double {
    var exact: [[Float]] = []
    try generator.logits(of: tokens) { exact.append(Array($1)) }
    var error = 0.0
    var norm = 0.0
    try generator.logits(of: tokens, through: draft) { position, logits in
      for (value, exact) in zip(logits, exact[position]) {
        error += (Double(value) - Double(exact)) * (Double(value) - Double(exact))
        norm += Double(exact) * Double(exact)
      }
    }
    return (error / norm).squareRoot()
  }

  @Test("logits in 8 bits are near the full model's, and nearer than those in 4")
  func nearness() throws {
    let generator = Generator(model: try Self.model(threads: 2))
    let tokens = (0..<60).map { 7 * $0 % 320 }
    let near = try distance(generator, tokens, Self.full(.eightBits))
    let far = try distance(generator, tokens, Self.full(.fourBits))
    #expect(near > 0)
    #expect(near < 0.05)
    #expect(far > 2 * near)
    #expect(far < 0.4)
    let mlp = DraftModel(
      skip: .none,
      weights: DraftWeights(
        attention: [.eightBits, .eightBits, .eightBits],
        mlp: [.fourBits, .fourBits, .fourBits]), head: DraftHead(precision: .eightBits))
    let between = try distance(generator, tokens, mlp)
    #expect(between > near && between < far)
    #expect(try distance(generator, tokens, .full) == 0)
  }

  @Test("so are the reference model's")
  func referenceNearness() throws {
    let generator = Generator(
      model: LanguageModel(try Checkpoint(directory: referenceModel), threads: 2))
    let tokens = try generator.generate(prompt: [1, 50, 300, 7], maximumTokens: 36).ids
    let near = try distance(generator, tokens, Self.full(.eightBits))
    let far = try distance(generator, tokens, Self.full(.fourBits))
    #expect(near > 0 && near < 0.03 && far > 2 * near && far < 0.35)
  }

  @Test("a short head's logits are those of its tokens in the whole head, bit for bit")
  func shortHeads() throws {
    var random = TestRandom(42)
    for _ in 0..<20 {
      let checkpoint = try randomModel(&random)
      let generator = Generator(model: LanguageModel(checkpoint, threads: 2))
      let draft = randomDraftModel(&random, of: checkpoint.configuration)
      let whole = DraftModel(
        skip: draft.skip, weights: draft.weights,
        head: DraftHead(precision: draft.head.precision))
      let known = Set(draft.head.vocabulary?.ids.map { Int($0) } ?? [])
      let tokens = [1, 0, 2, 1, 1]
      var exact: [[Float]] = []
      try generator.logits(of: tokens, through: whole) { exact.append(Array($1)) }
      try generator.logits(of: tokens, through: draft) { position, logits in
        let expected = exact[position].enumerated().map { token, logit in
          known.isEmpty || known.contains(token) ? logit : -.infinity
        }
        #expect(Array(logits) == expected)
      }
    }
  }

  @Test(
    "a product's bits do not depend on rows, threads and instructions", arguments: precisions)
  func products(precision: WeightPrecision) throws {
    var random = TestRandom(43)
    let teams = (1...3).map { ThreadTeam(count: $0) }
    for (inputs, outputs) in [(8, 5), (32, 16), (33, 70), (320, 333)] {
      var configuration = ModelConfiguration(
        hiddenSize: inputs, intermediateSize: outputs, layerCount: 1, headCount: 1,
        keyValueHeadCount: 1, headDimension: 4, vocabularySize: 3, maxPositionEmbeddings: 4)
      configuration.mlpBias = true
      let model = LanguageModel(
        try Checkpoint(random: configuration, type: .f16, seed: 3), threads: 1)
      guard case .model(let source) = model.layers[0].matrix(.gate) else {
        Issue.record("a checkpoint's matrix is not its own")
        continue
      }
      let x = (0..<19).map { _ in random.floats(inputs, -3...3) }
      let products = teams.flatMap { team in
        let bytes = DraftCopy.byteCount(source, precision, nil)
        let copy = DraftCopy(source, precision, nil, in: DraftCopy.Memory(for: [bytes]))
        team.run { copy.fill($0) }
        return Self.dots.flatMap { dot in
          [1, 2, 5, 19].map { Self.product(copy, x, dot, team, rows: $0) }
        }
      }
      #expect(products.allSatisfy { $0 == products[0] })
      Self.check(products[0], source, x, precision)
    }
  }

  /// copy · x, so many rows at a time.
  private static func product(
    _ copy: DraftCopy, _ x: [[Float]], _ dot: sk_dot, _ team: ThreadTeam, rows: Int
  ) -> [[Float]] {
    guard case .quantized(let view) = copy.view else { return [] }
    let stride = sk_quantized_row_bytes(view.inputs)
    var y: [[Float]] = []
    for first in Swift.stride(from: 0, to: x.count, by: rows) {
      let piece = x[first..<min(first + rows, x.count)]
      var part = [Float](repeating: .nan, count: piece.count * view.outputs)
      withUnsafeTemporaryAllocation(byteCount: piece.count * stride, alignment: 64) { packed in
        for (row, values) in piece.enumerated() {
          sk_quantize_row(
            SK_PORTABLE, values, view.inputs, packed.baseAddress?.advanced(by: row * stride))
        }
        part.withUnsafeMutableBufferPointer { part in
          team.run { member in
            var raw = view.raw
            sk_quantized_matmul(
              dot, &raw, packed.baseAddress, stride, piece.count, false, part.baseAddress,
              view.outputs, member.team, Int32(member.thread))
          }
        }
      }
      y += piece.indices.map { row in
        Array(part[(row - first) * view.outputs..<(row - first + 1) * view.outputs])
      }
    }
    return y
  }

  /// Whether a product is what the source's weights give, but for rounding.
  private static func check(
    _ y: [[Float]], _ source: MatrixView, _ x: [[Float]], _ precision: WeightPrecision
  ) {
    var weights = [Float](repeating: 0, count: source.outputs * source.inputs)
    sk_widen(source.type, source.weights, weights.count, &weights)
    let largest = Double(weights.reduce(0) { max($0, abs($1)) })
    // Rounding errors are independent, each a part of a block's largest magnitude: six standard
    // deviations of their sum.
    let part = precision == .eightBits ? 0.005 : 0.05
    let bound = 6 * part * largest * 3 * Double(source.inputs).squareRoot()
    for (y, x) in zip(y, x) {
      for output in 0..<source.outputs {
        var exact = Double(source.bias?[output] ?? 0)
        for input in 0..<source.inputs {
          exact += Double(weights[output * source.inputs + input]) * Double(x[input])
        }
        #expect(abs(Double(y[output]) - exact) < bound)
      }
    }
  }
}
