import DraftEvaluation
import EvaluationTestSupport
import Files
import Inference

/// Answers by the engine.
struct ProbeServer {
  private let generator: Generator
  private let capabilities: [String]
  private var prompts: [EncodedPrompt] = []
  private var maximumTokens = 0
  private var texts: [Int: VerifiedText] = [:]

  init(capabilities: String?) throws {
    generator = try ProbeModel.generator()
    self.capabilities =
      capabilities.map { $0.split(separator: ",").map(String.init) }
      ?? ["replay", "costs", "distances", "decode", "lookup"]
  }

  mutating func answer(_ name: String, _ request: JSONField) throws(InputError) -> JSON {
    switch name {
    case "hello": return try hello(request)
    case "plain":
      let (text, seconds) = try plain(try request.required("prompt").integer())
      return ["ids": JSON(text.ids), "seconds": .double(seconds), "prefill_seconds": 0.25]
    case "costs": return costs
    case "replay": return try replay(request)
    case "distances": return try distances(request)
    case "decode": return try decode(request)
    default: throw request.error("unknown request")
    }
  }

  private mutating func hello(_ request: JSONField) throws(InputError) -> JSON {
    maximumTokens = try request.required("max_tokens").integer()
    prompts = ProbeModel.prompts(try request.required("prompts").elements().count)
    return [
      "protocol": .string(EvaluatorDescription.schema),
      "model": [
        "name": "tiny/model", "architecture": "LlamaForCausalLM", "parameters": 12_345,
        "dtype": "float32", "fingerprint": "0123456789abcdef",
      ],
      "machine": ["name": "Probe", "threads": 1], "layers": .integer(ProbeModel.layerCount),
      "vocabulary_size": .integer(ProbeModel.vocabularySize),
      "context_length": .integer(ProbeModel.contextLength),
      "end_of_text": JSON(ProbeModel.endOfText),
      "capabilities": .array(capabilities.map { .string($0) }),
      "prompts": .array(
        prompts.map { prompt in
          [
            "ids": JSON(prompt.ids), "name": .string(prompt.name),
            "kind": prompt.kind.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }

  private mutating func plain(
    _ number: Int
  ) throws(InputError) -> (text: VerifiedText, seconds: Double) {
    let prompt = prompts[number]
    do throws(GenerationError) {
      let (text, decoding) = try generator.verifiedText(
        prompt: prompt.ids, maximumTokens: maximumTokens)
      guard let text else { preconditionFailure("nobody interrupts") }
      texts[number] = text
      return (text, decoding.telemetry.decodingSeconds)
    } catch {
      throw InputError(file: prompt.name, error.description)
    }
  }

  private var costs: JSON {
    let costs = ProbeModel.costs
    let each = costs.laterStep.precisions[.model]
    return [
      "plain_seconds": .double(costs.plain), "mean_context": .double(costs.meanContext),
      "draft_step": [
        "fixed_seconds": .double(costs.laterStep.fixed),
        "attention_seconds": .number(each?.attention), "mlp_seconds": .number(each?.mlp),
      ],
      "verification_seconds_by_rows": JSON(costs.verification),
    ]
  }

  private func draft(_ field: JSONField) throws(InputError) -> DraftModel {
    let skip = try SkipSet(field, layerCount: ProbeModel.layerCount)
    return DraftModel(
      skip: skip,
      weights: try DraftWeights.codec(skipping: skip, layerCount: ProbeModel.layerCount)
        .read(try field.required("weights")),
      head: DraftHead(precision: try JSONCodec.precision.read(try field.required("head"))))
  }

  private func replay(_ request: JSONField) throws(InputError) -> JSON {
    let model = try draft(try request.required("draft"))
    let asked = try request.required("positions").elements().map { field throws(InputError) in
      try field.integers(in: 0...1000)
    }
    let ahead = try request.optional("behind")?.elements().map { field throws(InputError) in
      try field.elements().count
    }
    let least = try request.optional("least_confidence")?.double()
    let numbers = texts.keys.sorted()
    let replayer = DraftReplayer(
      generator, texts: numbers.compactMap { texts[$0] },
      draftMaximum: asked.map { $0[2] }.max() ?? 1, lookupMaximum: max(1, ahead?.max() ?? 0))
    var records: [DraftRecord] = []
    for (index, position) in asked.enumerated() {
      let count = ahead?[index] ?? 0
      let found = replayer.records(
        of: [
          DraftReplayer.Position(
            text: numbers.firstIndex(of: position[0]) ?? 0, index: position[1])
        ], drafting: model,
        // Whatever the match is, as many tokens as were looked up there.
        behind: count == 0 ? nil : LookupRule(least: 1, maximum: count, continues: true),
        extent: least.map { .whileConfident($0) } ?? .complete)
      records += found ?? []
    }
    return [
      "matched": JSON(records.map(\.matched)),
      "confidences": .array(records.map { JSON($0.confidences) }),
      "ends": .array(records.map { .bool($0.endsText) }),
    ]
  }

  private func distances(_ request: JSONField) throws(InputError) -> JSON {
    let numbers = texts.keys.sorted()
    let replayer = DraftReplayer(
      generator, texts: numbers.compactMap { texts[$0] }, draftMaximum: 1)
    let positions = try request.required("positions").elements().map {
      field throws(InputError) in
      let position = try field.integers(in: 0...1000)
      return DraftReplayer.Position(
        text: numbers.firstIndex(of: position[0]) ?? 0, index: position[1])
    }
    let models = try request.required("drafts").elements().map { field throws(InputError) in
      try draft(field)
    }
    return ["distances": JSON(replayer.meanTotalVariations(of: positions, drafting: models) ?? [])]
  }

  private func decode(_ request: JSONField) throws(InputError) -> JSON {
    let prompt = prompts[try request.required("prompt").integer()]
    let draft = Draft(
      model: try draft(try request.required("draft")),
      stop: try rule(try request.required("rule")))
    do throws(GenerationError) {
      let generation = try generator.generate(
        prompt: prompt.ids, maximumTokens: maximumTokens, draft: draft)
      let counts = generation.telemetry
      return [
        "ids": JSON(generation.ids), "seconds": .double(counts.decodingSeconds),
        "drafting_seconds": .double(counts.draftingSeconds),
        "drafted": .integer(counts.draftTokenCount),
        "accepted": .integer(counts.acceptedDraftTokenCount),
        "target_calls": .integer(counts.targetModelCallCount),
      ]
    } catch {
      throw InputError(file: prompt.name, error.description)
    }
  }

  private func rule(_ field: JSONField) throws(InputError) -> StopRule {
    let least = try field.required("least_confidence").double()
    let products = try field.required("least_products").elements().map { field throws(InputError) in
      try field.double()
    }
    let lookup = try field.optional("lookup").map { field throws(InputError) in
      LookupRule(
        limits: try field.required("limits").elements().map { field throws(InputError) in
          try field.integer()
        }, continues: try field.required("continues").bool())
    }
    return StopRule(
      maximum: try field.required("max").integer(),
      criterion: !products.isEmpty
        ? .calibrated(CalibratedThresholds(products)) : least > 0 ? .confidence(least) : .fixed,
      lookup: lookup)
  }
}
