extension ModelConfiguration {
  /// Shapes of well-known models, for measuring speed with random weights; by the name that
  /// `bench --random-model` takes. From the models' own `config.json`.
  public static let knownShapes: [(name: String, configuration: ModelConfiguration)] = [
    ("135m", llama(576, 1536, layers: 30, heads: 9, 3, of: 64, vocabulary: 49_152, tied: true)),
    ("360m", llama(960, 2560, layers: 32, heads: 15, 5, of: 64, vocabulary: 49_152, tied: true)),
    ("1.1b", llama(2048, 5632, layers: 22, heads: 32, 4, of: 64, vocabulary: 32_000, tied: false)),
    ("1.7b", llama(2048, 8192, layers: 24, heads: 32, 32, of: 64, vocabulary: 49_152, tied: true)),
    ("3b", llama(3072, 8192, layers: 28, heads: 24, 8, of: 128, vocabulary: 128_256, tied: true)),
    (
      "8b", llama(4096, 14_336, layers: 32, heads: 32, 8, of: 128, vocabulary: 128_256, tied: false)
    ),
  ]

  private static func llama(
    _ hidden: Int, _ intermediate: Int, layers: Int, heads: Int, _ keyValueHeads: Int,
    of headDimension: Int, vocabulary: Int, tied: Bool
  ) -> ModelConfiguration {
    var configuration = ModelConfiguration(
      hiddenSize: hidden, intermediateSize: intermediate, layerCount: layers, headCount: heads,
      keyValueHeadCount: keyValueHeads, headDimension: headDimension, vocabularySize: vocabulary,
      maxPositionEmbeddings: 8192)
    configuration.tiesWordEmbeddings = tied
    configuration.bosID = 0
    return configuration
  }
}
