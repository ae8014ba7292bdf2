import Checkpoints
import Files
import GGUF
import Report
import SkipSearch

/// `skip-search export`: what a search found, for other programs.
struct ExportCommand: Command {
  static let description = CommandDescription(
    "export", "Write what a search found for other programs.",
    discussion: """
      csv: all trials. huggingface, draft-and-verify: the skip set, as other programs write it; \
      --skip-set and --enqueue read both. transformers: a Python module that generates with the \
      draft. draft-model: the draft's whole layers as a model of its own, for --speculative-model, \
      assistant_model and the like. What a format has no place for is said on standard error.
      """,
    options: [
      format, output, rank, model, SkipSetOptions.forcing,
    ],
    positional: (
      name: "result", most: 1,
      help: "The result of a search (.json), its journal or a study's directory."
    ),
    examples: [
      CommandExample(
        "The draft as a Python module",
        "skip-search export results/SmolLM2-….json --format transformers --output draft.py"),
      CommandExample(
        "All trials, for a spreadsheet",
        "skip-search export results/SmolLM2-….json --format csv --output trials.csv"),
      CommandExample(
        "The whole layers of the best draft as a model",
        "skip-search export results/SmolLM2-….json --format draft-model --model SmolLM2 "
          + "--output SmolLM2-draft"),
    ])

  static let format = Option(
    required: "format", "f", value: "name", ValueFormat<ExportFormat>.keyword,
    "What to write: csv, huggingface, draft-and-verify, transformers or draft-model.")
  static let output = Option(
    "output", "o", value: "path", .text, otherwise: "standard output",
    "Where it goes: a file, with draft-model a new directory.")
  static let rank = Option(
    "rank", value: "n", .integer(in: 1 ... .max), otherwise: "the best",
    "Which of the result's sets.")
  static let model = Option(
    "model", "m", value: "path", .modelDirectory,
    "The model that the search was about, to check that the draft is of it; draft-model copies its "
      + "layers.")

  let path: String
  let format: ExportFormat
  let output: String?
  let rank: Int?
  let model: String?
  let force: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    guard let path = arguments.positionals.first else {
      throw arguments.error("Missing expected argument '<result>': the result of a search")
    }
    self.path = path
    format = try arguments[Self.format]
    output = try arguments[Self.output]
    rank = try arguments[Self.rank]
    model = try arguments[Self.model]
    force = try arguments[SkipSetOptions.forcing]
    if output == path {
      throw arguments.error("'\(path)' is to be read; give another file to write")
    }
    if rank != nil, !format.isOfOneDraft {
      throw arguments.error("--rank chooses a draft, and \(format.rawValue) is of all trials")
    }
    if format == .draftModel, model == nil || output == nil {
      throw arguments.error(
        "draft-model needs --model, whose layers it copies, and --output, a new directory")
    }
  }

  func run() throws {
    let path = try resultPath()
    let result = try StudyResult(file: path)
    if let model {
      try ModelOptions.check(directory: model)
      try result.check(isOf: try Checkpoint(path: model), file: path, force: force)
    }
    if format == .csv { return try write(TrialTable(result).csv) }
    if format == .draftModel { return try writeModel(result, path) }
    let entry = try result.entry(rank: rank, file: path)
    let draft = entry.decisive.draft
    switch format {
    case .huggingFace: try write(SkipSetDictionary.huggingFace(draft.model.skip))
    case .draftAndVerify:
      let name = result.subject.model.name
      try write(SkipSetDictionary.draftAndVerify(draft.model.skip, model: name))
    case .transformers:
      let module = TransformersModule(draft, model: result.subject.model)
      try write(module.text)
      return tell(module.omissions)
    case .csv, .draftModel: break
    }
    tell(draft.omissions(exportingRounds: false))
  }

  /// The result that the path means, which may also be a study's directory or a journal.
  private func resultPath() throws(InputError) -> String {
    guard fileExists(path), fileExists("\(path)/.") || path.hasSuffix(".jsonl") else { return path }
    let files = try StudyFiles(path)
    if let result = files.result { return result }
    throw InputError(
      .missing, file: path,
      "this search has no result yet; see where it stands with: "
        + "\(Invocation.current.words) status \(quoted(path))")
  }

  private func writeModel(_ result: StudyResult, _ path: String) throws {
    guard let model, let output else { return }
    let chosen = try rank.map { rank throws(InputError) in
      try result.entry(rank: rank, file: path)
    }
    guard let draft = WholeLayerDraft(result, of: chosen) else {
      throw InputError(
        file: path, field: "sets",
        "no draft skips a layer as a whole, attention and MLP; try one with search --enqueue")
    }
    if case .gguf = try ModelLocation(model) {
      throw InputError(file: model, "the layers are copied from a Hugging Face directory only")
    }
    try ModelExcerpt(of: model, keeping: draft.kept).write(to: output)
    try StandardOutput().write("\(output)\n")
    let layers = draft.skipped.map(String.init).joined(separator: ", ")
    tell([
      "Layers \(layers) are left out; \(draft.kept.count) of "
        + "\(result.subject.model.layerCount) remain.", draft.expectation,
    ])
  }

  private func tell(_ sentences: [String]) {
    for sentence in sentences { message("Note: \(sentence)") }
  }

  private func write(_ text: String) throws {
    guard let output else { return try StandardOutput().write(text) }
    try writeAtomically(text, to: output)
    try StandardOutput().write("\(output)\n")
  }
}

extension StudyResult {
  /// - Throws: `unusable` where the search was about another model.
  fileprivate func check(
    isOf checkpoint: Checkpoint, file: String, force: Bool
  ) throws(InputError) {
    let fingerprint = checkpoint.fingerprint
    let layerCount = checkpoint.configuration.layerCount
    guard subject.model.fingerprint != fingerprint || subject.model.layerCount != layerCount,
      !force || subject.model.layerCount != layerCount
    else { return }
    throw InputError(
      file: file, field: "model.fingerprint",
      "this result was found for another model (\(subject.model.fingerprint), not "
        + "\(fingerprint)); give that one with --model"
        + (subject.model.layerCount == layerCount ? ", or export anyway with --force" : ""))
  }
}
