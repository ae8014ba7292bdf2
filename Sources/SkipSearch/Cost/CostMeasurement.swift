import BayesianOptimization
import Inference

/// Times the passes of decoding on this machine, with random skip sets and rounds of all lengths, in
/// turn with plain decoding of the same prompts.
///
/// Everything is timed where it happens, in the generator: choosing tokens and confidences are in, and
/// caches are in the state that decoding leaves them in. Within a pair, times are divided by how much
/// slower or faster plain decoding was than its median: a machine whose speed drifts must not make one
/// skip set dearer than another.
struct CostMeasurement {
  let generator: Generator
  /// Token ids.
  let prompts: [[Int]]
  /// The most tokens that a round drafts.
  let draftMaximum: Int
  let seed: UInt64
  /// Pairs of a speculative and a plain run.
  var pairs = 32
  /// Tokens of each run.
  var tokens = 24

  /// - Throws: `interrupted`, or where a prompt does not fit the model.
  func measure(isStopped: @escaping () -> Bool) throws(EvaluationError) -> CostModel {
    let layerCount = generator.model.configuration.layerCount
    var random = RandomSource(seed: seed)
    var runs: [(plain: Generation, speculative: Generation, skip: SkipSet)] = []
    for pair in 0..<pairs {
      // Densities cover what a search may ask for; a set per pair, so that their errors average out.
      let density = 0.15 + 0.7 * (Double(pair) + 0.5) / Double(pairs)
      func some() -> [Int] {
        (0..<layerCount).filter { _ in random.uniform() < density }
      }
      let skip = SkipSet(attention: some(), mlp: some())
      let drafting: Generator.Drafting = (
        skip, DraftSettings(maximum: pair * 5 % draftMaximum + 1, stop: .confidence(0))
      )
      let prompt = pair * prompts.count / pairs
      var plain: Generation?
      var speculative: Generation?
      // Which of the two is first changes from pair to pair.
      for turn in 0..<2 {
        if (turn + pair) % 2 == 0 {
          plain = try run(prompt, nil, isStopped)
        } else {
          speculative = try run(prompt, drafting, isStopped)
        }
      }
      if let plain, let speculative { runs.append((plain, speculative, skip)) }
    }
    let speeds = runs.map { run in median(run.plain.timings.map(\.verificationSeconds)) }
    let typical = median(speeds.filter { $0 > 0 })
    let passes = zip(runs, speeds).flatMap { run, speed in
      guard speed > 0 else { return [TimedPass]() }
      let drift = speed / typical
      let load = DraftLoad(generator.model, skipping: run.skip)
      return TimedPass.passes(of: run.plain, drafting: nil, drift: drift)
        + TimedPass.passes(of: run.speculative, drafting: load, drift: drift)
    }
    guard Self.isEnough(passes) else { throw .nothingToMeasure }
    return CostModel(fitting: passes, layerCount: layerCount, maximumRows: draftMaximum + 1)
  }

  private func run(
    _ prompt: Int, _ drafting: Generator.Drafting?, _ isStopped: @escaping () -> Bool
  ) throws(EvaluationError) -> Generation {
    guard !isStopped() else { throw .interrupted }
    let result: Generation
    do throws(GenerationError) {
      result = try generator.generate(
        prompt: prompts[prompt], maximumTokens: tokens, drafting: drafting,
        ignoringEndOfText: true, onTokens: { _ in !isStopped() })
    } catch {
      throw .generation(place: "prompt \(prompt + 1)", error)
    }
    guard result.finish != .interrupted else { throw .interrupted }
    return result
  }

  private static func isEnough(_ passes: [TimedPass]) -> Bool {
    let kinds = passes.map(\.kind)
    return kinds.contains(.plain)
      && kinds.contains { if case .draft(true, _) = $0 { true } else { false } }
      && kinds.contains { if case .verification = $0 { true } else { false } }
  }
}

extension DraftLoad {
  /// The load of a draft step of a model.
  init(_ model: LanguageModel, skipping skip: SkipSet) {
    let layers = model.configuration.layerCount
    let all = model.weightBytes()
    let whole = 0..<layers
    self.init(
      attention: layers - skip.attention.count, mlp: layers - skip.mlp.count,
      attentionBytes: Double(all - model.weightBytes(skipping: SkipSet(attention: whole, mlp: [])))
        / Double(layers),
      mlpBytes: Double(all - model.weightBytes(skipping: SkipSet(attention: [], mlp: whole)))
        / Double(layers))
  }
}
