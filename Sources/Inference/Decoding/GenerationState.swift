/// How far one generation has come: what it has emitted and done, and whether that ends it.
struct GenerationState {
  /// The most tokens to emit.
  let maximum: Int
  let endOfText: Set<Int>
  private(set) var ids: [Int] = []
  /// The token emitted last: its keys and values are not in the cache yet.
  private(set) var last = 0
  var finish: Generation.Finish?
  var telemetry = DecodingTelemetry()
  private var rounds: [Generation.Round] = []
  private var timings: [Generation.Timing] = []

  init(maximum: Int, endOfText: Set<Int>, promptTokens: Int) {
    self.maximum = maximum
    self.endOfText = endOfText
    telemetry.promptTokenCount = promptTokens
  }

  /// How many tokens may still be emitted.
  var remaining: Int { maximum - ids.count }

  /// Emits tokens up to an end-of-text token or the maximum, and hands them on.
  mutating func emit(_ tokens: [Int], _ onTokens: ([Int]) -> Bool) {
    var emitted: [Int] = []
    for token in tokens where finish == nil {
      emitted.append(token)
      ids.append(token)
      last = token
      if endOfText.contains(token) {
        finish = .endOfText
      } else if ids.count == maximum {
        finish = .length
      }
    }
    telemetry.emittedTokenCount = ids.count
    if !onTokens(emitted), finish == nil { finish = .interrupted }
  }

  /// Counts a step of plain decoding.
  mutating func add(_ timing: Generation.Timing) {
    telemetry.targetModelCallCount += 1
    timings.append(timing)
  }

  /// Counts a round.
  mutating func add(_ round: Generation.Round, _ timing: Generation.Timing) {
    add(timing)
    rounds.append(round)
    telemetry.roundCount += 1
    telemetry.draftTokenCount += round.drafted
    telemetry.acceptedDraftTokenCount += round.accepted
    telemetry.lookedUpTokenCount += round.lookedUp
    telemetry.acceptedLookedUpTokenCount += round.acceptedLookedUp
    telemetry.draftingSeconds += timing.draftSeconds.reduce(0, +)
    telemetry.verificationSeconds += timing.verificationSeconds
  }

  /// What has come of it.
  var generation: Generation {
    Generation(
      ids: ids, finish: finish ?? .length, telemetry: telemetry, rounds: rounds, timings: timings)
  }
}
