import Checkpoints
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("Evaluation by decoding")
struct DecodeBenchTests {
  /// One run of the decoder: which prompt, and whether it drafted.
  private struct Run: Equatable {
    var prompt: Int
    var skip: SkipSet?
  }

  /// A decoder that emits `output(prompt)`, at 10 ms per plain token and half of that
  /// with drafting.
  private final class Recorder {
    var runs: [Run] = []
    var output: (Int) -> [Int] = { prompt in (0..<20).map { prompt * 100 + $0 } }
    var speculativeOutput: ((Int) -> [Int])?
    var speculativeSecondsPerToken: (SkipSet) -> Double = { _ in 0.005 }
    var finish = Generation.Finish.endOfText

    /// Seconds of a plain token.
    var plainSecondsPerToken = 0.01

    func decoder(prompts: Int) -> DraftDecoder {
      let list = (0..<prompts).map { EncodedPrompt(ids: [$0], name: "line \($0 + 1)") }
      return DraftDecoder(prompts: list) { [self] prompt, draft, _ in
        runs.append(Run(prompt: prompt.ids[0], skip: draft?.model.skip))
        var ids = output(prompt.ids[0])
        if draft != nil, let speculativeOutput { ids = speculativeOutput(prompt.ids[0]) }
        var telemetry = DecodingTelemetry()
        telemetry.emittedTokenCount = ids.count
        let perToken =
          draft.map { speculativeSecondsPerToken($0.model.skip) } ?? plainSecondsPerToken
        telemetry.decodingSeconds = Double(ids.count - 1) * perToken
        if draft != nil {
          telemetry.draftTokenCount = 16
          telemetry.acceptedDraftTokenCount = 12
          telemetry.draftingSeconds = 0.04
          telemetry.targetModelCallCount = 4
        }
        return DraftDecoder.Decoded(ids: ids, finish: finish, telemetry: telemetry)
      }
    }

    func bench(
      prompts: Int, plainInterval: Int = 1, repetitions: Int = 1
    ) throws -> DecodeBench {
      try DecodeBench.prepare(
        decoder(prompts: prompts), plainInterval: plainInterval, rules: StopRuleGrid(maximum: 8),
        repetitions: repetitions, choices: { _ in DraftChoices(draftMaximum: 8) },
        until: .never)
    }
  }

  private let candidate = Draft(
    model: DraftModel(skip: SkipSet(attention: [1], mlp: [])), stop: StopRule())

  @Test("plain and speculative runs alternate, and their order changes from prompt to prompt")
  func alternation() throws {
    let recorder = Recorder()
    let bench = try recorder.bench(prompts: 4)
    for _ in 0..<2 {
      recorder.runs = []
      let evaluation = try bench.evaluate(candidate, against: nil, until: .never)
      #expect(recorder.runs.map(\.prompt) == [0, 0, 1, 1, 2, 2, 3, 3])
      let plainFirst = stride(from: 0, to: 8, by: 2).map { recorder.runs[$0].skip == nil }
      #expect(
        plainFirst.count { $0 } == 2 && zip(plainFirst, plainFirst.dropFirst()).allSatisfy(!=))
      #expect(evaluation.speedup.map { abs($0.speedup - 2) < 1e-12 } == true)
      #expect(evaluation.acceptanceRate == 0.75)
      #expect(abs((evaluation.tokensPerSecond ?? 0) - 200) < 1e-9)
      // 2.5 ms per draft step, 10 ms per plain token.
      #expect(abs((evaluation.draftCostRatio ?? 0) - 0.25) < 1e-12)
    }
  }

  @Test("with a plain run next to every third prompt only, the drift corrects the others")
  func sparse() throws {
    let recorder = Recorder()
    // Without a baseline there is nothing to estimate from.
    let first = try recorder.decoder(prompts: 6).evaluate(candidate, until: .never)
    #expect(first.samples.allSatisfy { $0.isPlainMeasured })
    let bench = try recorder.bench(prompts: 6, plainInterval: 3, repetitions: 3)
    var measured: [[Int]] = []
    for (slowdown, expected) in [(1.0, 2.0), (1.5, 3.0), (0.5, 1.0)] {
      recorder.plainSecondsPerToken = 0.01 * slowdown
      recorder.runs = []
      let evaluation = try bench.evaluate(candidate, against: nil, until: .never)
      #expect(recorder.runs.count == 6 + 2)
      #expect(abs((evaluation.speedup?.speedup ?? 0) - expected) < 1e-9)
      measured.append(evaluation.samples.filter(\.isPlainMeasured).map(\.prompt))
    }
    // Every prompt has its turn.
    #expect(Set(measured.flatMap(\.self)) == Set(0..<6))
    // Identity is checked where no plain run is beside it, too.
    recorder.speculativeOutput = { [0, 1, 2].map { $0 + 7 } + [$0] }
    for _ in 0..<3 {
      #expect(throws: EvaluationError.self) {
        try bench.evaluate(candidate, against: nil, until: .never)
      }
    }
  }

  @Test("the validation gives every draft each position in the order equally often")
  func rotation() throws {
    let recorder = Recorder()
    let decoder = recorder.decoder(prompts: 3)
    let candidates = [1, 2].map {
      Draft(model: DraftModel(skip: SkipSet(attention: [$0], mlp: [])), stop: StopRule())
    }
    var steps: [Int] = []
    let evaluations = try decoder.validate(
      candidates, repetitions: 3, until: .never, progress: { done, _ in steps.append(done) })
    #expect(steps == Array(0...9))
    #expect(evaluations.map(\.draft) == candidates)
    #expect(evaluations.allSatisfy { $0.samples.count == 9 && $0.promptCount == 3 })
    // After the warm-up: nine rounds of three runs.
    let rounds = recorder.runs.dropFirst().enumerated().reduce(into: [[SkipSet?]]()) {
      if $1.offset % 3 == 0 { $0.append([]) }
      $0[$0.count - 1].append($1.element.skip)
    }
    for position in 0..<3 {
      for skip in [nil] + candidates.map({ Optional($0.model.skip) }) {
        #expect(rounds.count { $0[position] == skip } == 3)
      }
    }
  }

  @Test("a token that differs is an internal error with its position, whoever runs first")
  func identity() throws {
    let recorder = Recorder()
    recorder.speculativeOutput = { prompt in
      (0..<20).map { prompt == 1 && $0 == 7 ? -1 : prompt * 100 + $0 }
    }
    let decoder = recorder.decoder(prompts: 3)
    for turn in 0..<2 {
      #expect(
        throws: EvaluationError.notLossless(prompt: "line 2", position: 7, draft: candidate)
      ) {
        try decoder.evaluate(candidate, turn: turn, until: .never)
      }
    }
    // One token too few is a difference too.
    recorder.speculativeOutput = { recorder.output($0).dropLast() }
    #expect(
      throws: EvaluationError.notLossless(prompt: "line 1", position: 19, draft: candidate)
    ) {
      try decoder.evaluate(candidate, until: .never)
    }
  }

  @Test("plain decoding that is not reproducible is an internal error too")
  func reproducibility() throws {
    let recorder = Recorder()
    var count = 0
    recorder.output = { _ in
      count += 1
      return [1, 2, 3, count]
    }
    #expect(throws: EvaluationError.notReproducible(prompt: "line 1", position: 3)) {
      try recorder.bench(prompts: 1, repetitions: 2)
    }
  }

  @Test("loops are counted, with and without an end-of-text token after them")
  func loops() throws {
    let recorder = Recorder()
    recorder.output = { prompt in
      prompt < 2
        ? [1, 2, 3] + Array(repeating: [4, 5], count: 8).flatMap(\.self) + [0]
        : Array(0..<20)
    }
    let ended = try recorder.bench(prompts: 5, repetitions: 2).baseline
    #expect(ended.loopingPromptCount == 2)
    #expect(ended.promptCount == 5 && ended.tokenCount == 2 * 20 + 3 * 20)
    #expect(ended.samples.count == 2 && abs(ended.tokensPerSecond - 100) < 1e-9)
    recorder.finish = .length
    let cut = try recorder.bench(prompts: 5).baseline
    #expect(cut.loopingPromptCount == 0, "a last token that breaks the loop")
  }

  @Test("a hopeless draft ends after three prompts, and is marked so")
  func racing() throws {
    let recorder = Recorder()
    let decoder = recorder.decoder(prompts: 8)
    let good = try decoder.evaluate(candidate, until: .never)
    recorder.speculativeSecondsPerToken = { _ in 0.02 }
    let bad = try decoder.evaluate(candidate, against: good, until: .never)
    #expect(bad.stoppedEarly && bad.samples.count == 3)
    recorder.speculativeSecondsPerToken = { _ in 0.0049 }
    let better = try decoder.evaluate(candidate, against: good, until: .never)
    #expect(!better.stoppedEarly && better.samples.count == 8)
  }

  @Test("an interruption is noticed between prompts")
  func interruption() {
    let recorder = Recorder()
    let decoder = recorder.decoder(prompts: 4)
    #expect(throws: EvaluationError.interrupted) {
      try decoder.evaluate(candidate, until: StopSignal { recorder.runs.count >= 4 })
    }
    #expect(recorder.runs.count < 7)
  }

  @Test("answers of a single token leave nothing to measure, and that is said")
  func nothing() {
    let recorder = Recorder()
    recorder.output = { _ in [0] }
    #expect(throws: EvaluationError.nothingToMeasure) {
      try recorder.bench(prompts: 2)
    }
  }

  /// A random model with a vocabulary of 40 and no end of text.
  private func tinyModel(layers: Int) throws -> LanguageModel {
    let configuration = ModelConfiguration(
      hiddenSize: 16, intermediateSize: 24, layerCount: layers, headCount: 4,
      keyValueHeadCount: 2, headDimension: 4, vocabularySize: 40, maxPositionEmbeddings: 96)
    return LanguageModel(try Checkpoint(random: configuration, type: .f32, seed: 4), threads: 1)
  }

  @Test("a real tiny model: nothing skipped is accepted always, anything else is still lossless")
  func engine() throws {
    let model = try tinyModel(layers: 3)
    let prompts = (0..<4).map { EncodedPrompt(ids: [1, 5 + $0, 9], name: "\($0)") }
    let decoder = DraftDecoder(
      generator: Generator(model: model), prompts: prompts, maximumTokens: 24)
    let bench = try DecodeBench.prepare(
      decoder, rules: StopRuleGrid(maximum: 8), repetitions: 2,
      choices: { _ in DraftChoices(draftMaximum: 8) }, until: .never)
    #expect(bench.baseline.tokenCount == 4 * 24)
    let full = Draft(model: .full, stop: StopRule(maximum: 4, criterion: .fixed))
    let all = try bench.evaluate(full, against: nil, until: .never)
    #expect(all.acceptanceRate == 1)
    for sample in all.samples {
      #expect(sample.tokenCount == 24)
      #expect(sample.plainSeconds > 0 && sample.speculativeSeconds > sample.draftingSeconds)
    }
    let none = Draft(model: DraftModel(skip: .everything(layerCount: 3)), stop: full.stop)
    let rest = try bench.evaluate(none, against: nil, until: .never)
    #expect((rest.acceptanceRate ?? 1) < 1)
    // Every token after the first comes from an accepted draft or from a verification.
    for sample in rest.samples {
      #expect(
        sample.acceptedDraftTokenCount + sample.targetModelCallCount == sample.tokenCount - 1)
    }
  }

  @Test("a prompt that the model cannot continue is named")
  func badPrompt() throws {
    let decoder = DraftDecoder(
      generator: Generator(model: try tinyModel(layers: 1)),
      prompts: [EncodedPrompt(ids: [99], name: "line 7")], maximumTokens: 4)
    #expect {
      try DecodeBench.prepare(
        decoder, rules: StopRuleGrid(maximum: 8), repetitions: 1,
        choices: { _ in DraftChoices(draftMaximum: 8) }, until: .never)
    } throws: { "\($0)".contains("line 7") && "\($0)".contains("vocabulary") }
  }
}
