import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch
import Tokenizers

/// Generates for one prompt after another and prints what comes out.
final class GenerationSession {
  private let command: GenerateCommand
  private let text: TextModel
  private let generator: Generator
  private let draft: Draft?
  private let output = StandardOutput()
  private var total = DecodingTelemetry()
  private var plainTotal = DecodingTelemetry()
  private var differing: [String] = []
  private var count = 0

  init(
    command: GenerateCommand, text: TextModel, generator: Generator,
    draft: Draft?
  ) {
    self.command = command
    self.text = text
    self.generator = generator
    self.draft = draft
  }

  /// Generates for one prompt.
  func run(_ prompt: EncodedPrompt, number: Int, of promptCount: Int) throws {
    // In turn, the order changing from prompt to prompt, so that neither kind is always the warm one.
    let plainFirst = number % 2 == 1
    var plain = command.compares && plainFirst ? try decode(prompt, nil, streams: false) : nil
    let result = try decode(prompt, draft, streams: !command.isJSON)
    if command.compares, !plainFirst, !Interruption.isRequested {
      plain = try decode(prompt, nil, streams: false)
    }
    count += 1
    total += result.telemetry
    var isIdentical: Bool?
    if let plain, !Interruption.isRequested {
      plainTotal += plain.telemetry
      if command.sampling.isGreedy {
        isIdentical = plain.ids == result.ids
        if isIdentical == false { differing.append(prompt.name) }
      }
    }
    if command.isJSON {
      try output.write(json(result, plain, isIdentical).compact + "\n")
    } else if !command.isQuiet {
      report(result, plain, isIdentical)
    }
    if !differing.isEmpty, promptCount == 1 { throw OutputDiffers(places: differing) }
  }

  /// After many prompts: their sums.
  func finish() throws {
    if command.isJSON {
      var members: [JSON.Member] = [
        JSON.Member("prompts", .integer(count)), JSON.Member("telemetry", total.json),
      ]
      if command.compares {
        members.append(JSON.Member("plain", plainTotal.json))
        members.append(
          JSON.Member(
            "identical", command.sampling.isGreedy ? .bool(differing.isEmpty) : .null))
        members.append(JSON.Member("speedup", speedup(plainTotal, total)))
      }
      try output.write(JSON.object([JSON.Member("summary", .object(members))]).compact + "\n")
    } else if !command.isQuiet {
      message("\(count) prompts together:")
      figures(total, command.compares ? plainTotal : nil)
      if command.compares, command.sampling.isGreedy {
        message("identical:        \(count - differing.count) of \(count) outputs")
      }
    }
    if !differing.isEmpty { throw OutputDiffers(places: differing) }
  }

  private func decode(
    _ prompt: EncodedPrompt, _ draft: Draft?, streams: Bool
  ) throws -> Generation {
    var stream = StreamingDecoder(text.tokenizer, skipSpecialTokens: true)
    let sink = LineSink { [output] piece throws(InputError) in try output.write(piece) }
    let result = try generator.generate(
      prompt: prompt.ids, maximumTokens: command.maximumTokens, sampling: command.sampling,
      draft: draft, ignoringEndOfText: command.ignoresEndOfText
    ) { ids in
      if streams { sink.write(ids.map { stream.append($0) }.joined()) }
      return !Interruption.isRequested && sink.error == nil
    }
    if streams { sink.write(stream.finish() + "\n") }
    if let error = sink.error { throw error }
    return result
  }

  private func json(_ result: Generation, _ plain: Generation?, _ isIdentical: Bool?) -> JSON {
    var members: [JSON.Member] = [
      JSON.Member(
        "text", .string(text.tokenizer.decode(result.ids, skipSpecialTokens: true))),
      JSON.Member("ids", JSON(result.ids)),
      JSON.Member("prompt_tokens", .integer(result.telemetry.promptTokenCount)),
      JSON.Member("finish", .string(result.finish.rawValue)),
      JSON.Member("telemetry", result.telemetry.json),
    ]
    if let plain {
      members.append(JSON.Member("plain", plain.telemetry.json))
      members.append(JSON.Member("identical", isIdentical.map { .bool($0) } ?? .null))
      members.append(JSON.Member("speedup", speedup(plain.telemetry, result.telemetry)))
    }
    return .object(members)
  }

  private func speedup(_ plain: DecodingTelemetry, _ drafted: DecodingTelemetry) -> JSON {
    drafted.decodingSeconds > 0 && plain.decodingSeconds > 0
      ? .double(plain.decodingSeconds / drafted.decodingSeconds) : .null
  }

  private func report(_ result: Generation, _ plain: Generation?, _ isIdentical: Bool?) {
    figures(result.telemetry, plain?.telemetry)
    if let isIdentical {
      message("identical:        \(isIdentical ? "yes" : "NO: please report this")")
    }
    message("")
  }

  private func figures(_ drafted: DecodingTelemetry, _ plain: DecodingTelemetry?) {
    func number(_ value: Double?, _ digits: Int) -> String {
      value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }
    message(
      "prefill:          \(drafted.promptTokenCount) tokens, "
        + "\(number(drafted.prefillTokensPerSecond, 1)) tokens/s")
    message(
      "decoding:         \(drafted.emittedTokenCount) tokens, "
        + "\(number(drafted.tokensPerSecond, 1)) tokens/s")
    if drafted.roundCount > 0 {
      message(
        "drafting:         \(drafted.roundCount) rounds, \(drafted.acceptedDraftTokenCount) of "
          + "\(drafted.draftTokenCount) drafts accepted, acceptance rate "
          + number(drafted.acceptanceRate, 3))
    }
    if let plain {
      message("plain decoding:   \(number(plain.tokensPerSecond, 1)) tokens/s")
      let ratio =
        drafted.decodingSeconds > 0 ? plain.decodingSeconds / drafted.decodingSeconds : nil
      message("speedup:          \(number(ratio, 2))x")
    }
  }
}

/// Speculative decoding gave other tokens than plain decoding: a defect of this program.
struct OutputDiffers: Error, CustomStringConvertible {
  let places: [String]

  var description: String {
    "internal error: the output of \(places.joined(separator: ", ")) differs from plain decoding's; "
      + "please report this"
  }
}

extension DecodingTelemetry {
  /// The contract's `telemetry`.
  var json: JSON {
    [
      "round_count": .integer(roundCount),
      "draft_token_count": .integer(draftTokenCount),
      "accepted_draft_token_count": .integer(acceptedDraftTokenCount),
      "target_model_call_count": .integer(targetModelCallCount),
      "acceptance_rate": acceptanceRate.map { .double($0) } ?? .null,
      "tokens_per_second": tokensPerSecond.map { .double($0) } ?? .null,
      "prefill_tokens_per_second": prefillTokensPerSecond.map { .double($0) } ?? .null,
      "emitted_token_count": .integer(emittedTokenCount),
      "decoding_seconds": .double(decodingSeconds),
      "prefill_seconds": .double(prefillSeconds),
    ]
  }
}
