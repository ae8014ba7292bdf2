import Inference
import Report

/// What a generation took, for a person, beside plain decoding where that was measured too.
struct DecodingFigures {
  let drafted: DecodingTelemetry
  let plain: DecodingTelemetry?

  /// Plain over drafted decoding's seconds; nil where one of them is nothing.
  var speedup: Double? {
    guard let plain, plain.decodingSeconds > 0, drafted.decodingSeconds > 0 else { return nil }
    return plain.decodingSeconds / drafted.decodingSeconds
  }

  /// A line for each figure, and more where there is no room for one.
  func lines(width: Int) -> [String] {
    figures.flatMap { figure in
      guard figure.count > width else { return [figure] }
      let words = figure.dropFirst(Self.column).split(separator: " ").map(String.init)
      return wrapped(
        words, lead: String(figure.prefix(Self.column)), indent: Self.column, width: width)
    }
  }

  /// Where what follows a name begins.
  private static let column = 18

  private var figures: [String] {
    var lines = [
      "prefill:          \(drafted.promptTokenCount) tokens, "
        + "\(fixed(drafted.prefillTokensPerSecond, 1)) tokens/s",
      "decoding:         \(drafted.emittedTokenCount) tokens, "
        + "\(fixed(drafted.tokensPerSecond, 1)) tokens/s",
    ]
    if drafted.roundCount > 0 {
      lines.append(
        "drafting:         \(drafted.roundCount) rounds, \(drafted.acceptedDraftTokenCount) of "
          + "\(drafted.draftTokenCount) drafts accepted, acceptance rate "
          + fixed(drafted.acceptanceRate, 3))
    }
    if drafted.lookedUpTokenCount > 0 {
      lines.append(
        "of these looked up: \(drafted.acceptedLookedUpTokenCount) of "
          + "\(drafted.lookedUpTokenCount) accepted")
    }
    if let plain {
      lines.append("plain decoding:   \(fixed(plain.tokensPerSecond, 1)) tokens/s")
      lines.append("speedup:          \(fixed(speedup, 2))x")
    }
    return lines
  }
}
