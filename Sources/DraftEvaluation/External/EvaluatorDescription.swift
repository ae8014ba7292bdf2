import Files
import Inference

/// What an evaluator in another process says of itself: its answer to `hello`.
public struct EvaluatorDescription: Hashable, Sendable {
  /// What it can be asked for beside `hello` and `plain`.
  public enum Capability: String, CaseIterable, Sendable {
    /// Rounds of a draft from many positions of known texts.
    case replay
    /// What passes cost.
    case costs
    /// How far drafts are from the full model.
    case distances
    /// Speculative decoding.
    case decode
    /// Speculative decoding that looks drafts up in the context.
    case lookup
  }

  /// The protocol's name and version.
  public static let schema = "skip-search/evaluator/1"

  /// What the model is called.
  public var modelName: String
  /// Its class, such as `LlamaForCausalLM`.
  public var architecture: String
  /// Its parameters; a tied head counts once.
  public var parameterCount: Int
  /// The type of its weights, such as `BF16`.
  public var elementType: String
  /// Identifies its weights and how they are computed with.
  public var fingerprint: String
  /// The machine on which it runs.
  public var machine: String
  /// Threads with which it computes.
  public var threads: Int
  /// Decoder layers.
  public var layerCount: Int
  /// Tokens.
  public var vocabularySize: Int
  /// The most positions of a text.
  public var contextLength: Int
  /// The tokens that end a text.
  public var endOfText: [Int]
  /// What it can be asked for.
  public var capabilities: [Capability]
  /// The precisions in which drafts may read the weights.
  public var precisions: [WeightPrecision]
  /// The prompts as the model sees them; at least one.
  public var prompts: [EncodedPrompt]
}

extension EvaluatorDescription {
  /// Whether it can be asked for something.
  public func can(_ capability: Capability) -> Bool { capabilities.contains(capability) }

  /// How trials are evaluated where the user wants this.
  public func kind(for wanted: EvaluatorKind) throws(EvaluationError) -> EvaluatorKind {
    let replays = can(.replay) && can(.costs)
    switch wanted {
    case .auto where replays: return can(.decode) ? .auto : .replay
    case .auto where can(.decode): return .decode
    case .replay where replays, .decode where can(.decode): return wanted
    case .replay:
      throw .evaluator(
        "the evaluator cannot replay drafts and say what passes cost: it lacks the capabilities "
          + "\"replay\" or \"costs\"; leave out --evaluator replay")
    case .decode:
      throw .evaluator(
        "the evaluator cannot decode drafts: it lacks the capability \"decode\"; leave out "
          + "--evaluator decode")
    case .auto:
      throw .evaluator(
        "the evaluator can neither replay drafts and say what passes cost, nor decode: it needs "
          + "the capabilities \"replay\" and \"costs\", or \"decode\"")
    }
  }

  /// What of a policy its drafts may vary.
  ///
  /// - Parameter kind: how trials are evaluated.
  public func policy(
    for wanted: DraftPolicy, _ kind: EvaluatorKind
  ) throws(EvaluationError) -> DraftPolicy {
    let has8 = precisions.contains(.eightBits)
    let has4 = precisions.contains(.fourBits)
    var policy = wanted
    switch wanted.weights {
    case .auto:
      policy.weights = has8 && has4 ? .auto : has8 ? .eightBits : has4 ? .fourBits : .model
    case .model where precisions.contains(.model), .eightBits where has8, .fourBits where has4:
      break
    case .model, .eightBits, .fourBits:
      throw .evaluator(
        "the evaluator does not draft with --draft-weights \(wanted.weights.rawValue)")
    }
    switch wanted.vocabulary {
    case .auto, .full: policy.vocabulary = .full
    case .size:
      throw .evaluator(
        "the evaluator drafts with all tokens; leave out --draft-vocabulary")
    }
    // A replay knows the texts, so lookups in them are this program's own.
    if kind != .replay, !can(.lookup) { policy.lookup = .off }
    return policy
  }
}

extension EvaluatorDescription: JSONRecord {
  package static func record(
    _ member: JSONMembers<EvaluatorDescription>
  ) throws(InputError) -> EvaluatorDescription {
    try member.constant(
      "protocol", schema,
      otherwise: "this program speaks \"\(schema)\" and no other version of the protocol")
    let (name, architecture, parameters, type, fingerprint) = try member.object("model") {
      member throws(InputError) in
      (
        try member("name", \.modelName, .text), try member("architecture", \.architecture, .text),
        try member("parameters", \.parameterCount, .integer(in: 0...(1 << 60))),
        try member("dtype", \.elementType, .text),
        try member("fingerprint", \.fingerprint, .text)
      )
    }
    let (machine, threads) = try member.object("machine") { member throws(InputError) in
      (
        try member("name", \.machine, .text),
        try member("threads", \.threads, .integer(in: 1...(1 << 20)).ifAbsent(1))
      )
    }
    let layers = try member("layers", \.layerCount, .integer(in: 1...SkipSet.layerLimit))
    let vocabularySize = try member(
      "vocabulary_size", \.vocabularySize, .integer(in: 1...(1 << 30)))
    let context = try member("context_length", \.contextLength, .integer(in: 2...(1 << 40)))
    let token = JSONCodec<Int>.integer(in: 0...vocabularySize - 1)
    return EvaluatorDescription(
      modelName: name, architecture: architecture, parameterCount: parameters, elementType: type,
      fingerprint: fingerprint, machine: machine, threads: threads, layerCount: layers,
      vocabularySize: vocabularySize, contextLength: context,
      endOfText: try member("end_of_text", \.endOfText, .array(of: token)),
      capabilities: try member(
        "capabilities", \.capabilities, .array(of: .name(of: "capability"))),
      precisions: try member(
        "precisions", \.precisions,
        JSONCodec.array(of: .precision).checked("expected at least one") { !$0.isEmpty }
          .ifAbsent([.model])),
      prompts: try member("prompts", \.prompts, prompts(token: token, context)))
  }

  private static func prompts(
    token: JSONCodec<Int>, _ context: Int
  ) -> JSONCodec<[EncodedPrompt]> {
    let codec = JSONCodec<EncodedPrompt>.object { member throws(InputError) in
      EncodedPrompt(
        ids: try member(
          "ids", \.ids,
          JSONCodec.array(of: token).checked(
            "expected at least one token, and room for an answer"
          ) { !$0.isEmpty && $0.count < context }),
        name: try member("name", \.name, .text),
        kind: try member("kind", \.kind, .nullable(.text)))
    }
    return JSONCodec.array(of: codec).checked("expected at least one prompt") { !$0.isEmpty }
  }
}

extension JSONCodec<String> {
  /// A text that is shown to people, in a line.
  fileprivate static var text: JSONCodec {
    JSONCodec<String>.string.checked("expected a text of 1 to 1000 characters in one line") {
      (1...1000).contains($0.count)
        && $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
  }
}
