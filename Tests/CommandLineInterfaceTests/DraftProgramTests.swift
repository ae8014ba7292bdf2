import DraftEvaluation
import Files
import Foundation
import Inference
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

/// The built program with drafts of every kind, on a random model of five layers that reads texts
/// by the reference model's tokenizer.
@Suite("The program's drafts", .serialized)
struct DraftProgramTests {
  /// A directory with the model, a joint result for it, and prompts.
  private func withModel(_ body: (_ model: String, _ directory: String) throws -> Void) throws {
    try withTemporaryDirectory { directory in
      var tiny = TinyModel()
      tiny.layerCount = 5
      tiny.hiddenSize = 64
      tiny.intermediateSize = 96
      tiny.vocabularySize = 4096
      tiny.maxPositionEmbeddings = 512
      tiny.endOfTextIDs = [2]
      let model = "\(directory)/model"
      try createDirectory(model)
      try tiny.write(to: model)
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.copyItem(
          atPath: "\(referenceModel)/\(name)", toPath: "\(model)/\(name)")
      }
      try StudyResult.joint().write(to: "\(directory)/joint.json")
      let texts = ["Once upon a time", "The cat sat on the mat. The cat", "def add(a, b):"]
      try writeAtomically(
        texts.map { "{\"prompt\": \"\($0)\"}\n" }.joined(), to: "\(directory)/prompts.jsonl")
      try body(model, directory)
    }
  }

  @Test("text is plain decoding's with every kind of draft")
  func identical() throws {
    try withModel { model, directory in
      let joint = "--skip-set \(directory)/joint.json --force"
      let drafts = [
        "--draft-weights 8", "--draft-weights 4 --draft-max 3 --draft-stop fixed",
        "--draft-weights auto --lookup auto", "--draft-weights model --draft-max 2",
        "--draft-vocabulary 64", "--draft-vocabulary 1 --draft-weights 4", "--lookup 1",
        "--draft-max 0 --lookup 3", "--lookup 16 --draft-weights 4", joint,
        joint + " --draft-weights 8 --lookup off", joint + " --draft-max 0",
        joint + " --draft-vocabulary full",
      ]
      for draft in drafts {
        let sampled = draft.hasPrefix("--draft-weights auto") ? " --temperature 0.8" : ""
        let line =
          "generate -f \(directory)/prompts.jsonl -n 40 --compare --json \(draft)\(sampled)"
        let outcome = try BuiltProgram.run(["generate", "-m", model] + words(line).dropFirst())
        #expect(outcome.status == 0, "\(draft): \(outcome.errors)")
        let lines = try outcome.lines()
        try #require(lines.count == 4)
        let telemetry = try lines[3].required("summary").required("telemetry")
        #expect(try telemetry.required("draft_token_count").integer() > 0, "\(draft)")
        guard sampled.isEmpty else { continue }
        #expect(try lines[3].required("summary").member("identical", as: .bool), "\(draft)")
        let lookedUp = try telemetry.required("looked_up_token_count").integer()
        if draft.contains("--lookup off") { #expect(lookedUp == 0) }
        if draft == "--lookup 1" || draft.hasSuffix("--draft-max 0") {
          let drafted = try telemetry.required("draft_token_count").integer()
          #expect(lookedUp > 0 && lookedUp == drafted, "\(draft)")
        }
      }
      let one = try BuiltProgram.run([
        "generate", "-m", model, "-p", "Once", "-n", "8", "--draft-weights", "4",
      ])
      #expect(one.status == 0 && one.errors.contains("draft weights:"))
    }
  }

  @Test("what cannot be is said in one sentence")
  func errors() throws {
    try withModel { model, directory in
      // A trial of the result: its vocabulary is there by name alone.
      let result = JSONField(StudyResult.joint().json, file: "r")
      let trial = try result.required("trials").elements()[2].value.compact
      try writeAtomically(trial, to: "\(directory)/trial.json")
      let lookup = try result.required("trials").elements()[0].value.compact
      try writeAtomically(lookup, to: "\(directory)/lookup.json")
      let cases: [(String, Int32, String)] = [
        ("--draft-weights 5", 64, "expected auto, model, 8, 4"),
        ("--compare", 64, "--compare needs a draft"), ("--lookup 0", 64, "from 1 to 16"),
        ("--draft-max 0", 64, "need a draft"),
        ("--draft-max 0 --draft-weights 4", 64, "give --lookup"),
        ("--skip-set \(directory)/trial.json", 65, "the tokens of the draft's vocabulary"),
        ("--skip-set \(directory)/joint.json", 65, "was found for another model"),
        ("--skip-set \(directory)/lookup.json --lookup off", 65, "is a lookup alone"),
      ]
      for (line, status, sentence) in cases {
        let outcome = try BuiltProgram.run(
          ["generate", "-m", model, "-p", "x", "-n", "3"] + words(line))
        #expect(outcome.status == status, "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains(sentence), "\(line): \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("Error: ") && outcome.output.isEmpty)
      }
      let alone = try BuiltProgram.run(
        ["generate", "-m", model, "-p", "x", "-n", "9", "--compare", "--json", "--skip-set"]
          + ["\(directory)/lookup.json"])
      #expect(try alone.json().member("identical", as: .bool))
    }
  }

  @Test("a result's best draft is evaluated, and replay counts what decoding counts")
  func evaluate() throws {
    try withModel { model, directory in
      let common = ["-m", model, "--prompts", "\(directory)/prompts.jsonl", "-n", "24"]
      let file = ["--skip-set", "\(directory)/joint.json", "--force"]
      let both = try BuiltProgram.run(["evaluate", "--evaluator", "auto"] + common + file)
      #expect(both.status == 0, "\(both.errors)")
      let line = try both.json()
      #expect(try line.required("agreement").member("counts", as: .bool))
      #expect(try line.required("draft").required("max").integer() == 4)
      #expect(try line.required("draft").required("lookup").required("n").integer() == 2)

      // Whatever the order of the lines, each is evaluated as it is.
      let result = JSONField(StudyResult.joint().json, file: "r")
      let best = try result.required("best").value.compact
      let trials = try result.required("trials").elements().map(\.value.compact)
      let long = #"{"attn": [1], "mlp": [], "draft": {"max": 20, "stop": "fixed"}}"#
      let lines = [#"{"attn": [1], "mlp": []}"#, best, trials[2], trials[0], long, trials[1]]
      let outcome = try BuiltProgram.run(
        ["evaluate", "--stdin", "--evaluator", "auto"] + common,
        input: lines.map { $0 + "\n" }.joined())
      #expect(outcome.status == 65, "\(outcome.errors)")
      let answers = try outcome.lines()
      try #require(answers.count == 6)
      for (index, answer) in answers.enumerated() where index != 2 {
        #expect(try answer.optional("error") == nil, "\(index): \(answer.value.compact)")
        #expect(try answer.required("agreement").member("counts", as: .bool), "\(index)")
      }
      #expect(try answers[2].required("error").string().contains("vocabulary"))
      let sampled = try BuiltProgram.run(
        ["evaluate", "--evaluator", "replay", "--starts", "64", "--lookup", "2"] + common + file)
      #expect(sampled.status == 0, "\(sampled.errors)")
    }
  }

  @Test("bench measures draft steps in every precision, and decodes with the draft")
  func bench() throws {
    try withModel { model, directory in
      let outcome = try BuiltProgram.run([
        "bench", "-m", model, "-r", "1", "-t", "2", "--json", "--draft-weights", "4", "--lookup",
        "2",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try outcome.json()
      for key in ["model", "8", "4"] {
        #expect(try report.required("draft_step_over_full").required(key).double() > 0)
        let samples = try report.required("samples").required("draft_step_seconds_by_bits")
        #expect(try samples.required(key).elements().count == 1)
      }
      let speculative = try report.required("speculative")
      #expect(try speculative.required("identical").value.compact == "true")
      #expect(try speculative.required("speedup").double() > 0)
      let table = try BuiltProgram.run(["bench", "-m", model, "-r", "1", "-t", "2"])
      #expect(table.output.contains("draft step in 8 bits over one token"))
      for line in table.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test("a search varies everything, its result is used, and its journal is kept to its policy")
  func search() throws {
    try withModel { model, directory in
      let outcome = try BuiltProgram.run(
        [
          "search", "-m", model, "--prompts", "\(directory)/prompts.jsonl", "--trials", "5", "-n",
          "24", "-o", "\(directory)/results", "--force", "-q", "--json", "-t", "1", "--stop",
          "never",
        ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let result = try StudyResult(try outcome.json())
      #expect(result.trials.count == 5)
      // Where no lookup pays there is none.
      let begins = result.trials.prefix(2).map(\.origin.name)
      #expect(begins == ["lookup alone", "8 bits"] || begins == ["8 bits", "4 bits"])
      #expect(result.settings.policy == DraftPolicy() && result.bound != nil)
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/results")
      let path = try #require(names.first { $0.hasSuffix(".json") })
      #expect(names.contains(path.replacing(".json", with: ".html")))
      let generated = try BuiltProgram.run([
        "generate", "-m", model, "-p", "Once", "-n", "20", "--compare", "--json", "--skip-set",
        "\(directory)/results/\(path)",
      ])
      if result.best == nil {
        #expect(generated.status == 65 && generated.errors.contains("no set that beats"))
      } else {
        #expect(try generated.json().member("identical", as: .bool))
      }
      let journal = try #require(names.first { $0.hasSuffix(".jsonl") })
      let resumed = try BuiltProgram.run(
        [
          "search", "-m", model, "--prompts", "\(directory)/prompts.jsonl", "--trials", "6", "-n",
          "24", "--lookup", "off", "-q", "-t", "1", "--resume", "\(directory)/results/\(journal)",
        ])
      #expect(resumed.status == 65 && resumed.errors.contains("give --lookup auto"))
    }
  }

  private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
}

extension BuiltProgram.Outcome {
  /// The JSON of each line of the output.
  fileprivate func lines() throws(InputError) -> [JSONField] {
    var fields: [JSONField] = []
    for line in output.split(separator: "\n") {
      fields.append(JSONField(try JSON(parsing: line.utf8, file: "line"), file: "line"))
    }
    return fields
  }

  fileprivate func json() throws(InputError) -> JSONField {
    JSONField(try JSON(parsing: output.utf8, file: "the output"), file: "the output")
  }
}
