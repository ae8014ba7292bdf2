import Inference
import Report

/// What an answer took, in a line.
struct ChatFigures {
  let line: String

  init(_ answer: ChatSession.Answer) {
    let telemetry = answer.generation.telemetry
    var parts = [
      "\(telemetry.emittedTokenCount) tokens, \(fixed(telemetry.tokensPerSecond, 1)) tokens/s"
    ]
    if let plain = answer.plainTokensPerSecond, let speed = telemetry.tokensPerSecond {
      parts.append("\(fixed(speed / plain, 2))x plain decoding's \(fixed(plain, 1))")
    }
    if telemetry.roundCount > 0 {
      parts.append("acceptance rate \(fixed(telemetry.acceptanceRate, 3))")
    }
    parts.append(
      "\(telemetry.reusedTokenCount) of \(telemetry.promptTokenCount) prompt tokens known")
    line = parts.joined(separator: " · ")
  }
}
