import Files
import Inference

/// A question to an evaluator in another process; PROTOCOL.md in Experiments/transformers has the
/// protocol.
struct EvaluatorRequest {
  /// `hello`, `plain`, `costs`, `replay`, `distances` or `decode`.
  let name: String
  let members: [JSON.Member]

  private init(_ name: String, _ members: KeyValuePairs<String, JSON>) {
    self.name = name
    self.members = members.map { JSON.Member($0.key, $0.value) }
  }

  /// The line to send.
  func line(id: Int) -> String {
    JSON.object(
      [JSON.Member("id", .integer(id)), JSON.Member("request", .string(name))] + members
    ).compact
  }

  /// Who are you, and how do your prompts look?
  static func hello(_ prompts: PromptSet, maximumTokens: Int) -> EvaluatorRequest {
    EvaluatorRequest(
      "hello",
      [
        "protocol": .string(EvaluatorDescription.schema), "max_tokens": .integer(maximumTokens),
        "prompts": .array(
          zip(prompts.prompts, prompts.names).map { prompt, name in
            prompt.json.adding([JSON.Member("name", .string(name))])
          }),
      ])
  }

  /// What follows a prompt by greedy decoding?
  ///
  /// - Parameter known: what the evaluator said before it was started again.
  static func plain(prompt: Int, known: [Int]? = nil) -> EvaluatorRequest {
    guard let known else { return EvaluatorRequest("plain", ["prompt": .integer(prompt)]) }
    return EvaluatorRequest("plain", ["prompt": .integer(prompt), "known": JSON(known)])
  }

  /// What do passes cost, those of the full model of up to so many rows?
  static func costs(rows: Int) -> EvaluatorRequest {
    EvaluatorRequest("costs", ["rows": .integer(rows)])
  }

  /// A round of a replay.
  struct Start {
    /// The prompt's number.
    var prompt: Int
    /// The output's token after which it begins.
    var index: Int
    /// The most steps.
    var steps: Int
    /// What was looked up before the draft model's first step.
    var behind: [Int]
  }

  /// What does a draft model draft after these tokens?
  static func replay(
    _ starts: some Sequence<Start>, _ model: DraftModel, extent: DraftReplayer.Extent
  ) -> EvaluatorRequest {
    let least: JSON = if case .whileConfident(let least) = extent { .double(least) } else { .null }
    let behind: JSON =
      starts.contains { !$0.behind.isEmpty } ? .array(starts.map { JSON($0.behind) }) : .null
    return EvaluatorRequest(
      "replay",
      [
        "draft": model.request,
        "positions": .array(starts.map { JSON([$0.prompt, $0.index, $0.steps]) }),
        "behind": behind, "least_confidence": least,
      ])
  }

  /// How far are draft models from the full model?
  static func distances(
    _ positions: [(prompt: Int, index: Int)], _ models: [DraftModel]
  ) -> EvaluatorRequest {
    EvaluatorRequest(
      "distances",
      [
        "drafts": .array(models.map(\.request)),
        "positions": .array(positions.map { JSON([$0.prompt, $0.index]) }),
      ])
  }

  /// What comes of a prompt by speculative decoding?
  static func decode(prompt: Int, _ draft: Draft) -> EvaluatorRequest {
    EvaluatorRequest(
      "decode",
      ["prompt": .integer(prompt), "draft": draft.model.request, "rule": draft.stop.request])
  }
}

extension Prompt {
  /// As in a prompts file.
  fileprivate var json: JSON {
    let content: [JSON.Member] =
      switch content {
      case .text(let text): [JSON.Member("prompt", .string(text))]
      case .conversation(let conversation):
        [JSON.Member("messages", .array(conversation.messages.map(\.json)))]
          + conversation.variables
      }
    return .object(content + (kind.map { [JSON.Member("kind", .string($0))] } ?? []))
  }
}

extension DraftModel {
  fileprivate var request: JSON {
    [
      "attn": JSON(skip.attention), "mlp": JSON(skip.mlp),
      "weights": DraftWeights.codec(skipping: skip, layerCount: nil).write(weights),
      "head": JSONCodec.precision.write(head.precision),
    ]
  }
}

extension StopRule {
  /// The criterion as what every step is compared with: one form for all that have no memory.
  fileprivate var request: JSON {
    var least = 0.0
    var products: [Double] = []
    switch criterion {
    case .fixed: break
    case .confidence(let threshold): least = threshold
    case .calibrated(let calibrated):
      // JSON has no infinity, and no product reaches 2. Beyond the last the round ends.
      products = (0..<maximum).map {
        $0 < calibrated.thresholds.count ? min(calibrated.thresholds[$0], 2) : 2
      }
    case .adaptive: preconditionFailure("a rule with a memory is not sent to an evaluator")
    }
    return [
      "max": .integer(maximum), "least_confidence": .double(least),
      "least_products": JSON(products),
      "lookup": lookup.map {
        ["limits": JSON($0.limits), "continues": .bool($0.continues)]
      } ?? .null,
    ]
  }
}
