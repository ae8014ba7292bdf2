import Checkpoints
import DraftEvaluation
import Inference

/// The model that the evaluator of the tests has in its process, to be compared with the same one in
/// the tests' own.
package enum ProbeModel {
  package static let layerCount = 4
  /// Some end texts early, so that outputs have all lengths.
  package static let endOfText = [3, 8]
  /// Few tokens, so that the context repeats itself.
  package static let vocabularySize = 24
  package static let contextLength = 128

  package static func generator() throws -> Generator {
    var configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: layerCount, headCount: 4,
      keyValueHeadCount: 2, headDimension: 4, vocabularySize: vocabularySize,
      maxPositionEmbeddings: contextLength)
    configuration.endOfTextIDs = endOfText
    return Generator(
      model: LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 12), threads: 1))
  }

  /// A prompt for each of another program's.
  package static func prompts(_ count: Int) -> [EncodedPrompt] {
    (0..<count).map { number in
      EncodedPrompt(
        ids: [1, 5 + number % 17, 9 + 2 * number % 13, 4 + number % 5],
        name: "prompt \(number + 1)", kind: number % 2 == 0 ? "even" : nil)
    }
  }

  /// The costs that it says.
  package static let costs = CostModel.test(layerCount: layerCount)
}
