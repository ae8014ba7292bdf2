import Files
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Excerpts of a model")
struct ModelExcerptTests {
  /// Every tensor of a directory as its files have it.
  private func tensors(_ directory: String) throws -> [String: [UInt8]] {
    let store = try TensorStore(directory: directory, part: nil)
    return withExtendedLifetime(store) {
      Dictionary(uniqueKeysWithValues: store.inOrder.map { ($0.name, Array($0.bytes)) })
    }
  }

  @Test(
    "kept layers are renumbered, everything else stays, of one file and of shards",
    arguments: [1, 3])
  func layers(shards: Int) throws {
    try withTemporaryDirectory { directory in
      var model = TinyModel()
      model.layerCount = 5
      model.shardCount = shards
      model.generationEndOfTextIDs = [3]
      try createDirectory("\(directory)/whole")
      try model.write(to: "\(directory)/whole")
      try ModelExcerpt(of: "\(directory)/whole", keeping: [0, 2, 4]).write(to: "\(directory)/part")
      let whole = try tensors("\(directory)/whole")
      let part = try tensors("\(directory)/part")
      var expected: [String: [UInt8]] = [:]
      for (name, bytes) in whole {
        guard name.hasPrefix("model.layers.") else {
          expected[name] = bytes
          continue
        }
        let rest = name.dropFirst("model.layers.".count)
        guard let layer = rest.first?.wholeNumberValue, layer % 2 == 0 else { continue }
        expected["model.layers.\(layer / 2)\(rest.dropFirst())"] = bytes
      }
      #expect(part == expected && part.count < whole.count)
      let checkpoint = try Checkpoint(directory: "\(directory)/part")
      let original = try Checkpoint(directory: "\(directory)/whole")
      #expect(checkpoint.warnings.isEmpty)
      var configuration = original.configuration
      configuration.layerCount = 3
      #expect(checkpoint.configuration == configuration)
    }
  }

  @Test("what follows from a layer's number is written out")
  func windows() throws {
    // As of Gemma 2, whose odd layers see everything.
    var whole = ModelConfiguration(
      hiddenSize: 8, intermediateSize: 8, layerCount: 5, headCount: 1, keyValueHeadCount: 1,
      headDimension: 8, vocabularySize: 8, maxPositionEmbeddings: 8)
    whole.slidingWindow = 4
    whole.fullAttentionLayers = [1, 3]
    whole.unrotatedLayers = [3]
    let cut = ExcerptConfiguration(of: whole, keeping: [0, 1, 3])
    #expect(
      cut.json(["num_hidden_layers": 5, "sliding_window": 4]).compact == """
        {"num_hidden_layers": 3, "sliding_window": 4, "layer_types": ["sliding_attention", \
        "full_attention", "full_attention"], "no_rope_layers": [1, 1, 0]}
        """)
    let listed: JSON = [
      "text_config": [
        "num_hidden_layers": 5, "layer_types": ["a", "b", "c", "d", "e"],
        "no_rope_layers": [1, 2, 3, 4, 5], "eos_token_id": [1, 2, 3, 4, 5],
      ], "vision_config": ["num_hidden_layers": 5],
    ]
    #expect(
      cut.json(listed).compact == """
        {"text_config": {"num_hidden_layers": 3, "layer_types": ["a", "b", "d"], \
        "no_rope_layers": [1, 2, 4], "eos_token_id": [1, 2, 3, 4, 5]}, \
        "vision_config": {"num_hidden_layers": 5}}
        """)
  }

  @Test("what is there already is left alone, and layers must be the model's")
  func refusals() throws {
    try withTemporaryDirectory { directory in
      try createDirectory("\(directory)/whole")
      try TinyModel().write(to: "\(directory)/whole")
      let excerpt = try ModelExcerpt(of: "\(directory)/whole", keeping: [1])
      let error = #expect(throws: InputError.self) { try excerpt.write(to: "\(directory)/whole") }
      #expect(error?.problem.contains("give a new directory") == true)
      let missing = #expect(throws: InputError.self) {
        try ModelExcerpt(of: "\(directory)/whole", keeping: [0, 2])
      }
      #expect(missing?.problem == "the model has the layers 0 to 1")
    }
  }
}
