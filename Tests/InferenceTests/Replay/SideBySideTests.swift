import Checkpoints
import TestSupport
import Testing

@testable import Inference

@Suite("Texts that are decoded side by side")
struct SideBySideTests {
  /// What a text is compared by: its tokens, its probabilities' bits, and its keys and values'.
  private struct Content: Equatable {
    let text: GreedyText
    let probabilities: [UInt64]
    let entries: [UInt32]

    init(_ text: VerifiedText) {
      self.text = text.text
      probabilities = text.probabilities.map(\.bitPattern)
      let view = text.cache.view
      var entries: [UInt32] = []
      for layer in 0..<view.layout.layerCount {
        for head in 0..<view.layout.headCount {
          for position in 0..<text.cache.count {
            let key = view.key(layer: layer, head: head, position: position)
            let value = view.value(layer: layer, head: head, position: position)
            for component in 0..<view.layout.width {
              entries.append(key[component * KeyValueLayout.block].bitPattern)
              entries.append(value[component].bitPattern)
            }
          }
        }
      }
      self.entries = entries
    }
  }

  @Test("are those of decoding one after another, bit for bit, ends of text and of room included")
  func equality() throws {
    var random = TestRandom(61)
    var finishes: Set<Generation.Finish> = []
    var compared = 0
    for _ in 0..<40 {
      let checkpoint = try randomModel(&random)
      let configuration = checkpoint.configuration
      let generator = Generator(
        model: LanguageModel(
          checkpoint, threads: Int.random(in: 1...3, using: &random),
          instructionSet: instructionSets.randomElement(using: &random) ?? .portable),
        contextLength: Int.random(in: 20...60, using: &random))
      guard generator.decodesSideBySide else { continue }
      let prompts = (0..<Int.random(in: 1...9, using: &random)).map { _ in
        (0..<Int.random(in: 1...generator.capacity, using: &random)).map { _ in
          Int.random(in: 0..<configuration.vocabularySize, using: &random)
        }
      }
      let maximum = Int.random(in: 1...50, using: &random)
      let texts = try #require(
        generator.verifiedTexts(prompts: prompts, maximumTokens: maximum))
      #expect(texts.count == prompts.count)
      for (prompt, text) in zip(prompts, texts) {
        let one = try #require(
          try generator.verifiedText(prompt: prompt, maximumTokens: maximum).text)
        #expect(Content(try text.get()) == Content(one))
        finishes.insert(one.finish)
        compared += 1
      }
    }
    #expect(finishes.count >= 3 && compared > 60)
  }

  @Test("are more than a pass has rows for")
  func many() throws {
    let generator = Generator(
      model: LanguageModel(try Checkpoint(directory: referenceModel), threads: 2))
    let prompts = (0..<Workspace.maximumRows + 9).map { number in
      (0..<1 + number % 7).map { 5 + (number * 11 + $0 * 3) % 90 }
    }
    let texts = try #require(generator.verifiedTexts(prompts: prompts, maximumTokens: 6))
    for (prompt, text) in zip(prompts, texts) {
      let one = try #require(
        try generator.verifiedText(prompt: prompt, maximumTokens: 6).text)
      #expect(Content(try text.get()) == Content(one))
    }
  }

  @Test("a prompt that does not fit has an error of its own, and the others their texts")
  func errors() throws {
    let generator = Generator(
      model: LanguageModel(try Checkpoint(directory: referenceModel), threads: 1),
      contextLength: 16)
    let long = [Int](repeating: 3, count: 17)
    let texts = try #require(
      generator.verifiedTexts(prompts: [[7, 8], long, [-1], [9]], maximumTokens: 4))
    #expect(throws: GenerationError.promptTooLong(tokens: 17, capacity: 16)) {
      try texts[1].get()
    }
    #expect(throws: GenerationError.self) { try texts[2].get() }
    #expect(try texts[0].get().prompt == [7, 8])
    #expect(try texts[3].get().prompt == [9])
  }

  @Test("are none where somebody stops")
  func stopping() throws {
    let generator = Generator(
      model: LanguageModel(try Checkpoint(directory: referenceModel), threads: 1))
    var passes = 0
    let texts = generator.verifiedTexts(prompts: [[7, 8], [9]], maximumTokens: 40) {
      passes += 1
      return passes > 5
    }
    #expect(texts == nil)
    // What is left of them disturbs nobody.
    let whole = try #require(generator.verifiedTexts(prompts: [[7, 8]], maximumTokens: 40))
    let one = try #require(
      try generator.verifiedText(prompt: [7, 8], maximumTokens: 40).text)
    #expect(Content(try whole[0].get()) == Content(one))
  }
}
