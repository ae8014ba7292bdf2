/// What a generation has emitted so far, and whether that ends it.
struct Output {
  let maximum: Int
  let endOfText: Set<Int>
  private(set) var ids: [Int] = []
  /// The token emitted last: its keys and values are not in the cache yet.
  var last = 0
  var finish: Generation.Finish?
  var telemetry = DecodingTelemetry()
  var rounds: [Generation.Round] = []
  var timings: [Generation.Timing] = []

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
      if endOfText.contains(token) {
        finish = .endOfText
      } else if ids.count == maximum {
        finish = .length
      }
    }
    telemetry.emittedTokenCount = ids.count
    if !onTokens(emitted), finish == nil { finish = .interrupted }
  }

  var generation: Generation {
    Generation(
      ids: ids, finish: finish ?? .length, telemetry: telemetry, rounds: rounds, timings: timings)
  }
}
