import EvaluationTestSupport
import Files
import Foundation
import Statistics
import Testing

@testable import DraftEvaluation
@testable import Inference

@Suite("Cost model")
struct CostModelTests {
  private static let layerCount = 12
  private static let truth = CostModel.detailed(layerCount: layerCount)

  private static func load(_ attention: Int, _ mlp: Int) -> DraftLoad {
    DraftLoad(
      sublayers: [.model: DraftLoad.Sublayers(attention: attention, mlp: mlp)], head: .model,
      headShare: 1,
      bytes: Double(attention) * truth.shape.attentionBytes + Double(mlp) * truth.shape.mlpBytes)
  }

  /// What a step costs that reads the checkpoint's own weights.
  private static func modelOwn(
    _ step: CostModel.DraftStep
  ) -> CostModel.DraftStep.Precision {
    step.precisions[.model] ?? CostModel.DraftStep.Precision(attention: .nan, mlp: .nan)
  }

  /// What a model says of a pass.
  private static func predict(_ model: CostModel, _ pass: TimedPass) -> Double {
    let context = Double(pass.context)
    switch pass.kind {
    case .plain: return model.plainSeconds(context: context)
    case .draft(let isFirst, let load):
      return (isFirst ? model.firstStep : model.laterStep)
        .seconds(load, context: context, shape: model.shape)
    case .verification(let rows): return model.verificationSeconds(rows: rows, context: context)
    }
  }

  /// One of four: kinds whose times are fitted apart.
  private static func family(_ pass: TimedPass) -> Int {
    switch pass.kind {
    case .plain: 0
    case .draft(true, _): 1
    case .draft(false, _): 2
    case .verification: 3
    }
  }

  /// Irwin and Hall's approximation of a standard normal number.
  private static func normal(_ random: inout RandomSource) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + random.uniform() }
  }

  /// Passes as they come in 60 generations with different loads: relative noise, and a share of the
  /// passes that took ten times as long.
  private static func passes(
    of truth: CostModel, noise: Double, outliers: Double, seed: UInt64
  ) -> [TimedPass] {
    var random = RandomSource(seed: seed)
    var passes: [TimedPass] = []
    for _ in 0..<60 {
      let load = load(random.below(layerCount + 1), random.below(layerCount + 1))
      let drafts = 1 + random.below(8)
      for step in 0..<12 {
        let context = 5 + 25 * step + random.below(10)
        passes.append(TimedPass(kind: .plain, context: context, seconds: 0))
        for step in 0..<drafts {
          passes.append(
            TimedPass(kind: .draft(isFirst: step == 0, load), context: context + step, seconds: 0))
        }
        passes.append(
          TimedPass(kind: .verification(rows: drafts + 1), context: context, seconds: 0))
      }
    }
    for index in passes.indices {
      let time = predict(truth, passes[index]) * max(0.5, 1 + noise * normal(&random))
      passes[index].seconds = random.uniform() < outliers ? 10 * time : time
    }
    return passes
  }

  /// The largest deviation of the predictions' ratios from `factors`, one for each family, over
  /// passes of all loads, lengths and contexts.
  private static func largestError(
    _ model: CostModel, _ truth: CostModel, factors: [Double] = [1, 1, 1, 1]
  ) -> Double {
    var worst = 0.0
    for context in [10, 150, 300] {
      for attention in stride(from: 0, through: layerCount, by: 3) {
        for mlp in stride(from: 0, through: layerCount, by: 3) {
          let kinds: [TimedPass.Kind] = [
            .plain, .draft(isFirst: true, load(attention, mlp)),
            .draft(isFirst: false, load(attention, mlp)), .verification(rows: 2 + mlp % 8),
          ]
          for kind in kinds {
            let pass = TimedPass(kind: kind, context: context, seconds: 0)
            let ratio = predict(model, pass) / predict(truth, pass)
            worst = max(worst, abs(ratio / factors[family(pass)] - 1))
          }
        }
      }
    }
    return worst
  }

  @Test("known costs are recovered from passes with 5% noise and 3% gross outliers")
  func recovery() {
    let passes = Self.passes(of: Self.truth, noise: 0.05, outliers: 0.03, seed: 41)
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 9)
    // Interruptions are part of decoding, each counted for no more than three times the fit.
    let factors = (0..<4).map { family in
      let own = passes.filter { Self.family($0) == family }
      let exact = own.map { Self.predict(Self.truth, $0) }
      return zip(own, exact).reduce(0) { $0 + min($1.0.seconds, 3 * $1.1) } / exact.reduce(0, +)
    }
    #expect(factors.allSatisfy { $0 > 1.02 && $0 < 1.15 })
    #expect(Self.largestError(model, Self.truth, factors: factors) < 0.05)
    #expect(abs(model.residuals.plain - 0.05) < 0.01)
    #expect(abs(model.residuals.draft - 0.05) < 0.01)
    #expect(abs(model.residuals.verification - 0.05) < 0.01)
    #expect(model.residuals.passes == passes.count)
    let mean = Double(passes.reduce(0) { $0 + $1.context }) / Double(passes.count)
    #expect(abs(model.meanContext - mean) < 1e-9)
  }

  @Test("outliers do not change what the passes cost relative to one another")
  func robustness() {
    let clean = CostModel(
      fitting: Self.passes(of: Self.truth, noise: 0.01, outliers: 0, seed: 42),
      shape: Self.truth.shape, maximumRows: 9)
    #expect(Self.largestError(clean, Self.truth) < 0.03)
    let disturbed = CostModel(
      fitting: Self.passes(of: Self.truth, noise: 0.01, outliers: 0.1, seed: 42),
      shape: Self.truth.shape, maximumRows: 9)
    let plain = disturbed.plain / Self.truth.plain
    let draft = Self.modelOwn(disturbed.laterStep).mlp / Self.modelOwn(Self.truth.laterStep).mlp
    let level = disturbed.verification[4] / Self.truth.verification[4]
    for ratio in [plain, draft, level] { #expect(abs(ratio - 1.2) < 0.06) }
  }

  @Test("weights beyond the cache are found by their price, and none is found where none is paid")
  func kink() {
    let kinked = CostModel(
      fitting: Self.passes(of: Self.truth, noise: 0.005, outliers: 0, seed: 43),
      shape: Self.truth.shape, maximumRows: 9)
    #expect(abs(kinked.laterStep.cachedBytes - 15e6) < 4e6)
    #expect(abs(kinked.laterStep.uncachedByte / 2e-11 - 1) < 0.25)
    var straight = Self.truth
    straight.firstStep.uncachedByte = 0
    straight.laterStep.uncachedByte = 0
    let model = CostModel(
      fitting: Self.passes(of: straight, noise: 0.005, outliers: 0, seed: 43),
      shape: Self.truth.shape, maximumRows: 9)
    #expect(Self.largestError(model, straight) < 0.01)
  }

  @Test("the times of each kind of pass add up to the sum that was timed")
  func sums() {
    let passes = Self.passes(of: Self.truth, noise: 0.1, outliers: 0, seed: 44)
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 9)
    for family in 0..<4 {
      let own = passes.filter { Self.family($0) == family }
      let timed = own.reduce(0) { $0 + $1.seconds }
      let predicted = own.reduce(0) { $0 + Self.predict(model, $1) }
      #expect(abs(predicted / timed - 1) < 1e-9)
    }
  }

  @Test("a slope that comes out negative is noise, and taken as zero")
  func negativeSlopes() {
    var passes = Self.passes(of: Self.truth, noise: 0.01, outliers: 0, seed: 45)
    for index in passes.indices {
      let shrinking = 1e-3 / (1 + 0.002 * Double(passes[index].context))
      switch passes[index].kind {
      case .plain, .verification: passes[index].seconds = shrinking
      case .draft(_, let load):
        // The more attention, the less time.
        passes[index].seconds = shrinking * (1 - 0.03 * Double(load.attention))
      }
    }
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 9)
    #expect(model.plain > 0 && model.plainContext == 0)
    #expect(model.verification.allSatisfy { $0 > 0 } && model.verificationContext == 0)
    for step in [model.firstStep, model.laterStep] {
      let sublayers = Self.modelOwn(step)
      #expect(sublayers.attention == 0 && step.attentionContext == 0)
      #expect(sublayers.mlp >= 0 && step.uncachedByte >= 0 && step.fixed > 0)
    }
  }

  @Test("fixed parts stay positive where the context seems to explain more than everything")
  func positiveLevels() throws {
    var passes = Self.passes(of: Self.truth, noise: 0, outliers: 0, seed: 46)
    // Lines that cross zero at a context below the least one seen.
    for index in passes.indices {
      switch passes[index].kind {
      case .plain: passes[index].seconds = 1e-5 * Double(passes[index].context - 4)
      case .verification(let rows):
        passes[index].seconds = 1e-5 * Double(rows * passes[index].context - 4 * rows)
      case .draft: break
      }
    }
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 9)
    #expect(model.plain > 0)
    #expect(model.verification.allSatisfy { $0 > 0 })
    #expect(try CostModel(JSONField(model.json, file: "")) == model)
  }

  @Test("a number of rows whose few passes were all disturbed costs what its neighbours say")
  func disturbedLevel() {
    var passes = Self.passes(of: Self.truth, noise: 0.005, outliers: 0, seed: 47)
    passes.removeAll { $0.kind == .verification(rows: 6) }
    let exact = Self.truth.verificationSeconds(rows: 6, context: 100)
    for factor in [1, 1.7] {
      passes.append(
        TimedPass(kind: .verification(rows: 6), context: 100, seconds: factor * exact))
    }
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 9)
    let ratio = model.verificationSeconds(rows: 6, context: 100) / exact
    #expect(ratio > 0.9 && ratio < 1.5)
  }

  @Test("rows that were not timed lie on the line of their neighbours, beyond them too")
  func missingRows() {
    let passes = Self.passes(of: Self.truth, noise: 0, outliers: 0, seed: 48).filter {
      if case .verification(let rows) = $0.kind { [3, 5, 8].contains(rows) } else { true }
    }
    let model = CostModel(fitting: passes, shape: Self.truth.shape, maximumRows: 12)
    #expect(model.verification.count == 12)
    // The truth is linear in the rows.
    for rows in 1...20 {
      for context in [0.0, 100] {
        let exact = 1.1e-3 + 8e-5 * Double(rows - 1) + 1e-6 * Double(rows) * context
        let predicted = model.verificationSeconds(rows: rows, context: context)
        #expect(abs(predicted / exact - 1) < 1e-6, "\(rows) rows")
      }
    }
  }

  @Test("a round's costs are those of its passes, one by one")
  func rounds() {
    let skip = SkipSet(attention: [1, 2, 7], mlp: [0, 4])
    let costs = Self.truth.costs(of: DraftModel(skip: skip))
    let load = Self.load(9, 10)
    for drafts in 0...10 {
      for context in [0, 17, 200] {
        var drafting = 0.0
        var plain = 0.0
        for step in 0..<drafts {
          let coefficients = step == 0 ? Self.truth.firstStep : Self.truth.laterStep
          drafting += coefficients.seconds(
            load, context: Double(context + step), shape: Self.truth.shape)
          plain += Self.truth.plainSeconds(context: Double(context + step))
        }
        let start = Double(context)
        #expect(abs(costs.draftSeconds(drafts, context: start) - drafting) < 1e-12)
        #expect(abs(costs.plainSeconds(drafts, context: start) - plain) < 1e-12)
        // A round without a draft is a step of plain decoding.
        #expect(
          costs.verificationSeconds(drafts, context: start)
            == (drafts == 0
              ? Self.truth.plainSeconds(context: start)
              : Self.truth.verificationSeconds(rows: drafts + 1, context: start)))
      }
    }
    // By hand: 9 attentions, 10 MLPs, 29 MB of which 15 are cached, context 40; a plain token 1.08
    // ms. Fixed 100 µs, sub-layers 270 and 400, context 36, bytes 280.
    let step = 1.086e-3
    #expect(abs(costs.laterStepRatio - step / 1.08e-3) < 1e-12)
  }

  @Test("passes of a generation are told apart, with their contexts, drift divided out")
  func timedPasses() {
    let timings = [
      Generation.Timing(context: 10, draftSeconds: [2, 4], verificationSeconds: 6),
      Generation.Timing(context: 13, draftSeconds: [], verificationSeconds: 8),
    ]
    let generation = Generation(
      ids: [], finish: .length, telemetry: DecodingTelemetry(), rounds: [], timings: timings)
    let load = Self.load(3, 4)
    let passes = TimedPass.passes(of: generation, drafting: load, drift: 2)
    #expect(
      passes.map(\.kind) == [
        .draft(isFirst: true, load), .draft(isFirst: false, load), .verification(rows: 3),
        .verification(rows: 1),
      ])
    #expect(passes.map(\.context) == [10, 11, 10, 13])
    #expect(passes.map(\.seconds) == [1, 2, 3, 4])
    let plain = TimedPass.passes(of: generation, drafting: nil)
    #expect(plain.map(\.kind) == [.plain, .plain] && plain.map(\.seconds) == [6, 8])
  }
}
