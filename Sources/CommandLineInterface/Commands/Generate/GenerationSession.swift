import DraftEvaluation
import Files
import Foundation
import Inference
import Tokenizers

/// Generates for one prompt after another and prints what comes out.
final class GenerationSession {
  private let options: GenerationOptions
  private let sampling: Sampling
  private let tokenizer: Tokenizer
  private let generator: Generator
  private let draft: Draft?
  private let output = StandardOutput()
  private var total = DecodingTelemetry()
  private var plainTotal = DecodingTelemetry()
  /// The prompts whose drafted output was not plain decoding's.
  private var differing: [String] = []
  private var count = 0

  /// - Parameter draft: nil to decode plainly.
  init(
    options: GenerationOptions, sampling: Sampling, tokenizer: Tokenizer, generator: Generator,
    draft: Draft?
  ) {
    self.options = options
    self.sampling = sampling
    self.tokenizer = tokenizer
    self.generator = generator
    self.draft = draft
  }

  private var compares: Bool { options.mode == .compared }

  /// Generates for one prompt.
  func run(_ prompt: EncodedPrompt, number: Int, of promptCount: Int) throws {
    // In turn, the order changing from prompt to prompt, so that neither is always the warm one.
    let plainFirst = number % 2 == 1
    var plain = compares && plainFirst ? try decode(prompt, nil, streams: false) : nil
    let result = try decode(prompt, draft, streams: !options.isJSON)
    if compares, !plainFirst, !Interruption.isRequested {
      plain = try decode(prompt, nil, streams: false)
    }
    count += 1
    total += result.telemetry
    var isIdentical: Bool?
    if let plain, !Interruption.isRequested {
      plainTotal += plain.telemetry
      if sampling.isGreedy {
        isIdentical = plain.ids == result.ids
        if isIdentical == false { differing.append(prompt.name) }
      }
    }
    let figures = DecodingFigures(drafted: result.telemetry, plain: plain?.telemetry)
    if options.isJSON {
      try output.write(json(result, figures, isIdentical).compact + "\n")
    } else if !options.isQuiet {
      for line in figures.lines(width: Terminal.textWidth(STDERR_FILENO)) { message(line) }
      if let isIdentical {
        message("identical:        \(isIdentical ? "yes" : "NO: please report this")")
      }
      message("")
    }
    if promptCount == 1 { try checkIdentity() }
  }

  /// After many prompts: their sums.
  func finish() throws {
    let figures = DecodingFigures(drafted: total, plain: compares ? plainTotal : nil)
    if options.isJSON {
      let identical = sampling.isGreedy ? differing.isEmpty : nil
      let summary: JSON = ["prompts": .integer(count), "telemetry": total.json]
      let line: JSON = ["summary": summary.adding(comparison(figures, identical))]
      try output.write(line.compact + "\n")
    } else if !options.isQuiet {
      message("\(count) prompts together:")
      for line in figures.lines(width: Terminal.textWidth(STDERR_FILENO)) { message(line) }
      if compares, sampling.isGreedy {
        message("identical:        \(count - differing.count) of \(count) outputs")
      }
    }
    try checkIdentity()
  }

  private func checkIdentity() throws(OutputDiffers) {
    if !differing.isEmpty { throw OutputDiffers(prompts: differing) }
  }

  private func decode(
    _ prompt: EncodedPrompt, _ draft: Draft?, streams: Bool
  ) throws -> Generation {
    var stream = StreamingDecoder(tokenizer, skipSpecialTokens: true)
    let sink = OutputSink { [output] piece throws(InputError) in try output.write(piece) }
    let result = try generator.generate(
      prompt: prompt.ids, maximumTokens: options.maximumTokens, sampling: sampling,
      draft: draft, ignoringEndOfText: options.ignoresEndOfText
    ) { ids in
      if streams { sink.write(ids.map { stream.append($0) }.joined()) }
      return !Interruption.isRequested && sink.error == nil
    }
    if streams { sink.write(stream.finish() + "\n") }
    if let error = sink.error { throw error }
    return result
  }

  private func json(
    _ result: Generation, _ figures: DecodingFigures, _ isIdentical: Bool?
  ) -> JSON {
    let json: JSON = [
      "text": .string(tokenizer.decode(result.ids, skipSpecialTokens: true)),
      "ids": JSON(result.ids),
      "prompt_tokens": .integer(result.telemetry.promptTokenCount),
      "finish": .string(result.finish.rawValue),
      "telemetry": result.telemetry.json,
    ]
    return json.adding(comparison(figures, isIdentical))
  }

  /// What `--compare` adds; nothing without it.
  private func comparison(_ figures: DecodingFigures, _ isIdentical: Bool?) -> [JSON.Member] {
    guard let plain = figures.plain else { return [] }
    return [
      JSON.Member("plain", plain.json),
      JSON.Member("identical", isIdentical.map { .bool($0) } ?? .null),
      JSON.Member("speedup", figures.speedup.map { .double($0) } ?? .null),
    ]
  }
}

/// Speculative decoding gave other tokens than plain decoding: a defect of this program.
struct OutputDiffers: Error, CustomStringConvertible {
  let prompts: [String]

  var description: String {
    "internal error: the output of \(prompts.joined(separator: ", ")) differs from plain "
      + "decoding's; please report this"
  }
}
