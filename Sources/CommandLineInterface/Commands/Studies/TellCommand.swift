import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch

/// `skip-search tell`: what came of a skip set that ask gave.
struct TellCommand: Command {
  static let description = CommandDescription(
    "tell", "Tell what came of a skip set that ask gave.",
    discussion: """
      --samples is a file (- for standard input) with a line of JSON for each prompt: \
      {"plain_seconds": 2.1, "speculative_seconds": 1.4, "tokens": 64}, and if wanted \
      "draft_tokens", "accepted_draft_tokens", "target_model_calls", "drafting_seconds". A study \
      that all trials of were told is finished; status shows its best.
      """,
    options: [study, id, outcome, standardError],
    examples: [
      CommandExample(
        "A speedup that is known to 2%",
        "skip-search tell --study study --id 7 --speedup 1.31 --standard-error 0.02"),
      CommandExample(
        "A trial that ran out of memory",
        "skip-search tell --study study --id 8 --failed \"out of memory\""),
    ])

  static let study = Option(
    required: "study", value: "dir", .studyDirectory, "The study's directory.")
  static let id = Option(
    required: "id", value: "n", .integer(in: 0...(1 << 40)), "The number that ask printed.")
  static let outcome = Choice<Told>(
    .init(
      Option(
        "speedup", value: "x",
        .number("a number from 0.0001 to 10000") { (1e-4...1e4).contains($0) },
        "Plain seconds over speculative seconds."), Told.speedup),
    .init(
      Option("samples", value: "file", .text, "Times of each prompt, JSON lines."), Told.samples),
    .init(Option("failed", value: "reason", .text, "The trial has no result."), Told.failed))
  static let standardError = Option(
    "standard-error", value: "x",
    .number("a number from 0 to 10") { (0...10).contains($0) },
    otherwise: "not known: the optimiser learns it",
    "Of the logarithm of --speedup, about its relative error.")

  /// What is told.
  enum Told: Sendable {
    case speedup(Double)
    case samples(String)
    case failed(String)
  }

  let study: StudyDirectory
  let id: Int
  let told: Told
  let standardError: Double?

  init(_ arguments: Arguments) throws(UsageError) {
    study = try arguments[Self.study]
    id = try arguments[Self.id]
    told = try arguments[Self.outcome]
    standardError = try arguments[Self.standardError]
    if standardError != nil {
      guard case .speedup = told else {
        throw arguments.error("--standard-error is of --speedup")
      }
    }
  }

  func run() throws {
    try study.check()
    guard study.hasStudy else {
      throw InputError(
        .missing, file: study.path, "no study was begun in this directory; ask begins one")
    }
    let outcome: ExternalStudy.Outcome =
      switch told {
      case .speedup(let speedup): .speedup(speedup, standardError: standardError ?? 0)
      case .failed(let reason): .failed(reason)
      case .samples(let path): .samples(try Self.samples(path))
      }
    try ExternalStudy(study, header: try Journal.header(of: study.journal)).tell(id, outcome)
  }

  private static func samples(_ path: String) throws(InputError) -> [DecodingSample] {
    let path = path == "-" ? "/dev/stdin" : path
    var samples: [DecodingSample] = []
    for (index, line) in try readText(path).split(separator: "\n").enumerated() {
      let field = JSONField(
        try JSON(parsing: Array(line.utf8), file: path, firstLine: index + 1), file: path,
        path: "line \(index + 1)")
      let count = 0...(1 << 40)
      func optional(_ key: String) throws(InputError) -> Int {
        try field.optional(key)?.integer(in: count) ?? 0
      }
      let sample = DecodingSample(
        prompt: index, tokenCount: try field.required("tokens").integer(in: count),
        plainSeconds: try seconds(field.required("plain_seconds")),
        speculativeSeconds: try seconds(field.required("speculative_seconds")),
        draftingSeconds: try field.optional("drafting_seconds").map(seconds) ?? 0,
        draftTokenCount: try optional("draft_tokens"),
        acceptedDraftTokenCount: try optional("accepted_draft_tokens"),
        targetModelCallCount: try optional("target_model_calls"))
      guard sample.isMeasurable else {
        throw field.error("\"tokens\" must be above 1, and both seconds above 0")
      }
      guard sample.acceptedDraftTokenCount <= sample.draftTokenCount else {
        throw field.error("more tokens were accepted than drafted")
      }
      samples.append(sample)
    }
    return samples
  }

  private static func seconds(_ field: JSONField) throws(InputError) -> Double {
    try JSONCodec<Double>.seconds.read(field)
  }
}
