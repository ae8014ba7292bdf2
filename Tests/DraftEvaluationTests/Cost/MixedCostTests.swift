import Checkpoints
import EvaluationTestSupport
import Files
import Statistics
import Testing

@testable import DraftEvaluation
@testable import Inference

@Suite("Costs of drafts in several precisions")
struct MixedCostTests {
  private static let truth = CostModel.mixed(layerCount: 12)
  private static let short = DraftVocabulary((0..<250).map { UInt32($0) })
  private static let choices = DraftChoices(
    precisions: [.model, .eightBits, .fourBits],
    vocabularies: [nil, short], draftMaximum: 8)

  private static func seconds(_ model: CostModel, _ pass: TimedPass) -> Double {
    let context = Double(pass.context)
    switch pass.kind {
    case .plain: return model.plainSeconds(context: context)
    case .draft(let isFirst, let load):
      return (isFirst ? model.firstStep : model.laterStep)
        .seconds(load, context: context, shape: model.shape)
    case .verification(let rows): return model.verificationSeconds(rows: rows, context: context)
    }
  }

  /// The passes of rounds with those drafts that a measurement takes.
  private static func passes(noise: Double, seed: UInt64) -> [TimedPass] {
    var random = RandomSource(seed: seed)
    var measured = MeasuredDrafts(choices, longestRound: 15, seed: seed)
    var passes: [TimedPass] = []
    for pair in 0..<CostMeasurement.pairCount(choices) {
      let draft = measured.draft(pair, layerCount: truth.layerCount)
      let load = DraftLoad(draft.model, of: truth.shape)
      for round in 0..<12 {
        let context = 5 + 25 * round + random.below(10)
        passes.append(TimedPass(kind: .plain, context: context, seconds: 0))
        for step in 0..<draft.stop.maximum {
          passes.append(
            TimedPass(kind: .draft(isFirst: step == 0, load), context: context + step, seconds: 0))
        }
        passes.append(
          TimedPass(
            kind: .verification(rows: draft.stop.maximum + 1), context: context, seconds: 0))
      }
    }
    for index in passes.indices {
      // Irwin and Hall's approximation of a standard normal number.
      let normal = (0..<12).reduce(-6) { sum, _ in sum + random.uniform() }
      passes[index].seconds = seconds(truth, passes[index]) * max(0.5, 1 + noise * normal)
    }
    return passes
  }

  private static func largestError(_ model: CostModel) -> Double {
    var random = RandomSource(seed: 52)
    var worst = 0.0
    for number in 0..<300 {
      func precisions() -> [WeightPrecision] {
        (0..<12).map { _ in WeightPrecision.allCases[random.below(3)] }
      }
      func some() -> [Int] { (0..<12).filter { _ in random.below(3) == 0 } }
      let draft = DraftModel(
        skip: SkipSet(attention: some(), mlp: some()),
        weights: number % 3 == 0
          ? .uniform(.fourBits) : DraftWeights(attention: precisions(), mlp: precisions()),
        head: choices.heads[number % choices.heads.count])
      let (costs, exact) = (model.costs(of: draft), truth.costs(of: draft))
      for context in [10.0, 150, 300] {
        for drafts in [1, 2, 7] {
          let ratio =
            costs.draftSeconds(drafts, context: context)
            / exact.draftSeconds(drafts, context: context)
          worst = max(worst, abs(ratio - 1))
        }
      }
    }
    return worst
  }

  @Test("planted costs come back from passes with 0.5% and with 3% of noise")
  func recovery() {
    let exact = CostModel(
      fitting: Self.passes(noise: 0.005, seed: 51), shape: Self.truth.shape, maximumRows: 16)
    #expect(Self.largestError(exact) < 0.015)
    let noisy = CostModel(
      fitting: Self.passes(noise: 0.03, seed: 51), shape: Self.truth.shape, maximumRows: 16)
    #expect(Self.largestError(noisy) < 0.03)
    for (precision, planted) in Self.truth.laterStep.precisions {
      let fitted = noisy.laterStep.precisions[precision]
      #expect(abs((fitted?.attention ?? 0) / planted.attention - 1) < 0.15)
      #expect(abs((fitted?.mlp ?? 0) / planted.mlp - 1) < 0.15)
      if planted.head > 0 { #expect(abs((fitted?.head ?? 0) / planted.head - 1) < 0.15) }
    }
  }

  @Test("a load counts what is read in each precision, in sub-layers and in bytes")
  func loads() {
    let draft = DraftModel(
      skip: SkipSet(attention: [0, 1], mlp: [11]),
      weights: DraftWeights(
        attention: Array(repeating: .fourBits, count: 6) + Array(repeating: .model, count: 6),
        mlp: Array(repeating: .eightBits, count: 12)),
      head: DraftHead(precision: .fourBits, vocabulary: Self.short))
    let load = DraftLoad(draft, of: Self.truth.shape)
    #expect(
      load.sublayers == [
        .fourBits: DraftLoad.Sublayers(attention: 4, mlp: 0),
        .model: DraftLoad.Sublayers(attention: 6, mlp: 0),
        .eightBits: DraftLoad.Sublayers(attention: 0, mlp: 11),
      ])
    #expect(load.head == .fourBits && load.headShare == 0.25 && load.attention == 10)
    #expect(abs(load.bytes - (4 * 0.28e6 + 6 * 1e6 + 11 * 0.53 * 2e6)) < 1)
    // By hand, context 40: 100 µs; 40 + 180 + 242 of sub-layers; 40 of context; 3.78 MB uncached,
    // 75.6; a quarter of a head in 4 bits, of which nothing is known but what 8 bits say: 0.25 ·
    // 140 · 0.28 / 0.53.
    let expected = 1e-6 * (100 + 40 + 180 + 242 + 40 + 75.6 + 35 * 0.28 / 0.53)
    let step = Self.truth.laterStep.seconds(load, context: 40, shape: Self.truth.shape)
    #expect(abs(step - expected) < 1e-12)
  }

  @Test("what was never read costs what the nearest precision says by its bytes")
  func unknown() {
    let costs = CostModel.detailed(layerCount: 12)
    for (precision, ratio) in [(WeightPrecision.eightBits, 8.5 / 16), (.fourBits, 4.5 / 16)] {
      // Nothing is uncached in few bits; sub-layers 12 · (30 + 40).
      let model = DraftModel(skip: .none, weights: .uniform(precision))
      let step = costs.laterStep.seconds(
        DraftLoad(model, of: costs.shape), context: 0, shape: costs.shape)
      let uncached = max(0, 36e6 * ratio - 15e6) * 2e-11
      #expect(abs(step - (1e-4 + 840e-6 * ratio + uncached)) < 1e-12)
    }
  }

  @Test("where all heads are alike their time is part of the constant")
  func oneHead() {
    let shape = Self.truth.shape
    let full = [SkipSet.none, SkipSet(attention: [3], mlp: [])].map {
      DraftLoad(DraftModel(skip: $0, weights: .uniform(.fourBits)), of: shape)
    }
    #expect(DraftFeatures(full).heads.isEmpty && DraftFeatures(full).precisions == [.fourBits])
    let short = DraftLoad(
      DraftModel(skip: .none, head: DraftHead(precision: .model, vocabulary: Self.short)),
      of: shape)
    let features = DraftFeatures(full + [short])
    #expect(features.heads == [.model] && features.precisions == [.model, .fourBits])
  }

  @Test("a first step behind looked-up tokens costs their rows, and later ones their context")
  func behindLookups() {
    let costs = Self.truth.costs(of: DraftModel(skip: .none, weights: .uniform(.eightBits)))
    let first = costs.draftSeconds(1, context: 50)
    let rows = Self.truth.verificationSeconds(rows: 4, context: 50)
    let row = Self.truth.verificationSeconds(rows: 1, context: 50)
    #expect(abs(costs.draftSeconds(1, behind: 3, context: 50) / (first * rows / row) - 1) < 1e-12)
    let later = costs.draftSeconds(2, context: 53) - costs.draftSeconds(1, context: 53)
    let two = costs.draftSeconds(2, behind: 3, context: 50)
    #expect(abs(two - costs.draftSeconds(1, behind: 3, context: 50) - later) < 1e-12)
    #expect(costs.draftSeconds(0, behind: 3, context: 50) == 0)
  }

  @Test("first steps behind lookups are not taken for those of one row")
  func timedPasses() {
    var timing = Generation.Timing(context: 10, draftSeconds: [2, 4], verificationSeconds: 6)
    timing.lookedUp = 3
    let generation = Generation(
      ids: [], finish: .length, telemetry: DecodingTelemetry(), rounds: [], timings: [timing])
    let load = DraftLoad(.full, of: Self.truth.shape)
    let passes = TimedPass.passes(of: generation, drafting: load)
    #expect(passes.map(\.kind) == [.draft(isFirst: false, load), .verification(rows: 6)])
    #expect(passes.map(\.context) == [14, 10] && passes.map(\.seconds) == [4, 6])
  }

  @Test("a model is measured with precisions, heads and the rows of long lookups")
  func measurement() throws {
    let configuration = ModelConfiguration(
      hiddenSize: 32, intermediateSize: 48, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
      headDimension: 8, vocabularySize: 1000, maxPositionEmbeddings: 96)
    let model = LanguageModel(
      try Checkpoint(random: configuration, type: .bf16, seed: 5), threads: 1)
    let choices = DraftChoices(
      precisions: [.model, .fourBits], vocabularies: [nil, Self.short], draftMaximum: 4)
    let costs = try CostMeasurement.measure(
      generator: Generator(model: model), prompts: [[1, 2], [3, 4, 5]], choices: choices,
      longestRound: 15, seed: 1, until: .never)
    #expect(costs.shape == DraftShape(model) && costs.shape.vocabularySize == 1000)
    #expect(costs.verification.count == 16 && costs.verification.allSatisfy { $0 > 0 })
    for step in [costs.firstStep, costs.laterStep] {
      #expect(Set(step.precisions.keys) == [.model, .fourBits])
    }
    // The embedding is no part of a step's weights: all is sub-layers and head.
    let draft = DraftModel(
      skip: .none, weights: .uniform(.fourBits), head: DraftHead(precision: .fourBits))
    let head = Double(model.weightBytes(of: draft)) - DraftLoad(draft, of: costs.shape).bytes
    #expect(abs(head - Double(model.weightBytes(of: onlyHead))) < 1)
    #expect(try CostModel(JSONField(costs.json, file: "")) == costs)
  }

  private var onlyHead: DraftModel {
    DraftModel(skip: .everything(layerCount: 3), head: DraftHead(precision: .fourBits))
  }
}
