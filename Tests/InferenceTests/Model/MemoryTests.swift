#if os(Linux)
  import Checkpoints
  import Foundation
  import TestSupport
  import Testing

  @testable import Inference

  /// How much of the weights is in memory, by the kernel's own account (mincore).
  private func residentBytes(_ tensors: [WeightTensor]) -> Int {
    tensors.reduce(0) { total, tensor in
      guard let base = tensor.bytes.baseAddress else { return total }
      let page = Int(getpagesize())
      let begin = Int(bitPattern: base) / page * page
      let length = Int(bitPattern: base) + tensor.bytes.count - begin
      var pages = [UInt8](repeating: 0, count: (length + page - 1) / page)
      mincore(UnsafeMutableRawPointer(bitPattern: begin), length, &pages)
      return total + page * pages.count { $0 & 1 == 1 }
    }
  }

  @Suite("Weights in memory")
  struct MemoryTests {
    @Test(
      "opening a model of 8 GB reads hardly any of it", arguments: TinyModel.ElementType.allCases)
    func opening(type: TinyModel.ElementType) throws {
      var shape = TinyModel()
      shape.type = type
      shape.hiddenSize = 4096
      shape.headCount = 32
      shape.keyValueHeadCount = 8
      shape.intermediateSize = 14_336
      shape.vocabularySize = 32_000
      shape.layerCount = type == .f32 ? 9 : 18
      try withTemporaryDirectory { directory in
        let bytes = try shape.writeHoles(to: directory)
        #expect(bytes > 8_000_000_000)
        let model = LanguageModel(try Checkpoint(directory: directory), threads: 2)
        let weights = model.checkpoint
        let matrices =
          [weights.embedding, weights.head]
          + weights.layers.flatMap { layer in
            [LayerTensor.query, .gate, .down].compactMap { layer.matrices[$0] }
          }
        #expect(matrices.count == 2 + 3 * shape.layerCount)
        // Pages that a header or a norm shares with a matrix.
        #expect(residentBytes(matrices) < 4 << 20)
      }
    }
  }
#endif
