import DraftEvaluation
import Files
import Inference
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Skip-set files")
struct SkipSetFileTests {
  private func read(
    _ text: String, layerCount: Int = 6, fingerprint: String = "f00d", force: Bool = false
  ) throws -> SkipSetFile {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/set.json"
      try writeAtomically(text, to: path)
      return try SkipSetFile.read(
        path, layerCount: layerCount, fingerprint: fingerprint, force: force)
    }
  }

  private func problem(_ text: String, layerCount: Int = 6) -> InputError? {
    do {
      _ = try read(text, layerCount: layerCount)
      return nil
    } catch {
      return error as? InputError
    }
  }

  private static let expected = SkipSet(attention: [2, 5], mlp: [3])

  @Test(
    "every form of the contract gives the same set",
    arguments: [
      #"{"attn": [2, 5], "mlp": [3]}"#,
      #"{"attention": [5, 2], "mlp": [3]}"#,
      #"{"skip_layer_ids": {"attn": [2, 5], "mlp": [3]}}"#,
      #"{"skip_layer_ids": {"attention": [2, 5, 5], "mlp": [3.0]}}"#,
      #"{"meta-llama/Llama-2-13b-hf": {"attention": [2, 5], "mlp": [3]}}"#,
      #"{"smol": {"skip_layer_ids": {"attn": [2, 5], "mlp": [3]}}}"#,
      #"{"mlp": [3], "attn": [2, 5], "comment": "by hand"}"#,
    ])
  func forms(_ text: String) throws {
    let file = try read(text)
    #expect(file.model.skip == Self.expected)
    #expect(file.stop == nil)
    #expect(file.modelFingerprint == nil)
  }

  @Test("one of the two lists may be missing or null")
  func oneList() throws {
    #expect(try read(#"{"attn": [0]}"#).model.skip == SkipSet(attention: [0], mlp: []))
    #expect(try read(#"{"attn": null, "mlp": [1]}"#).model.skip == SkipSet(attention: [], mlp: [1]))
    #expect(try read(#"{"attn": [], "mlp": []}"#).model.skip == SkipSet.none)
  }

  @Test("an entry brings its draft settings along")
  func entry() throws {
    let text = #"""
      {"skip_layer_ids": {"attn": [2, 5], "mlp": [3]},
       "draft": {"max": 5, "stop": "confidence", "threshold": 0.25}}
      """#
    let file = try read(text)
    #expect(file.model.skip == Self.expected)
    #expect(file.stop == StopRule(maximum: 5, criterion: .confidence(0.25)))
  }

  private static func result(best: String, fingerprint: String = "f00d") -> String {
    #"{"schema": "skip-search/result/1", "model": {"fingerprint": "\#(fingerprint)"}, "#
      + #""skip_layer_ids": {"attn": [], "mlp": []}, "best": \#(best)}"#
  }

  private static let best =
    #"{"skip_layer_ids": {"attn": [2, 5], "mlp": [3]}, "draft": {"max": 4, "stop": "fixed"}}"#

  @Test("a result of ours gives its best entry")
  func ours() throws {
    let file = try read(Self.result(best: Self.best))
    #expect(file.model.skip == Self.expected)
    #expect(file.stop == StopRule(maximum: 4, criterion: .fixed))
    #expect(file.modelFingerprint == "f00d")
  }

  @Test("a result for another model is refused with advice, unless forced")
  func otherModel() throws {
    let text = Self.result(best: Self.best, fingerprint: "beef")
    let error = try #require(problem(text))
    #expect(error.kind == .unusable)
    #expect(error.field == "model.fingerprint")
    #expect(error.problem.contains("search again") && error.problem.contains("--force"))
    #expect(try read(text, force: true).model.skip == Self.expected)
  }

  @Test("another model is named as the cause also where its layers do not exist here")
  func otherDeeperModel() {
    let text = Self.result(best: Self.best, fingerprint: "beef")
    #expect(problem(text, layerCount: 3)?.field == "model.fingerprint")
  }

  @Test("a result without a best set says to generate without one")
  func nothingFound() {
    let error = problem(Self.result(best: "null"))
    #expect(error?.field == "best")
    #expect(error?.problem.contains("without --skip-set") == true)
  }

  @Test("a layer out of range is named with its place, its value and the model's layers")
  func outOfRange() throws {
    let error = try #require(problem(#"{"attn": [0, 1, 99], "mlp": []}"#))
    #expect(error.file.hasSuffix("set.json"))
    #expect(error.field == "attn[2]")
    #expect(error.problem == "layer 99 does not exist: the model has 6 layers, 0 to 5")
  }

  @Test(
    "hostile content gets a sentence",
    arguments: [
      (#"[]"#, nil), (#"3"#, nil), (#"{}"#, nil), (#"{"layers": [1]}"#, nil),
      (#"{"m": {"n": {"attn": [1]}}}"#, nil),
      (#"{"attn": 3}"#, "attn"), (#"{"attn": {"0": 1}}"#, "attn"),
      (#"{"attn": [1], "attention": [1]}"#, nil),
      (#"{"attn": [-1]}"#, "attn[0]"), (#"{"attn": ["1"]}"#, "attn[0]"),
      (#"{"attn": [1.5]}"#, "attn[0]"), (#"{"attn": [true]}"#, "attn[0]"),
      (#"{"attn": [null]}"#, "attn[0]"), (#"{"mlp": [[1]]}"#, "mlp[0]"),
      (#"{"attn": [9223372036854775807]}"#, "attn[0]"), (#"{"attn": [1e300]}"#, "attn[0]"),
      (#"{"attn": [-9223372036854775808]}"#, "attn[0]"),
      (#"{"skip_layer_ids": [1, 2]}"#, "skip_layer_ids"),
      (#"{"skip_layer_ids": {}}"#, "skip_layer_ids"),
      (#"{"schema": 1}"#, "schema"), (#"{"schema": "other"}"#, "schema"),
      (#"{"schema": "skip-search/result/1", "best": {}}"#, "best"),
      (#"{"schema": "skip-search/journal/1"}"#, "schema"),
      (#"{"a": {"attn": [1]}, "b": {"attn": [2]}}"#, nil),
      (#"{"attn": [1], "draft": {"max": 0, "stop": "fixed"}}"#, "draft"),
      (#"{"attn": [1], "draft": {"max": -1, "stop": "fixed"}}"#, "draft.max"),
      (#"{"attn": [1], "draft": {"max": 1000000, "stop": "fixed"}}"#, "draft.max"),
      (#"{"attn": [1], "draft": {"max": 4}}"#, "draft.stop"),
      (#"{"attn": [1], "draft": {"max": 4, "stop": "never"}}"#, "draft.stop"),
      (#"{"attn": [1], "draft": {"max": 4, "stop": "confidence"}}"#, "draft.threshold"),
      (
        #"{"attn": [1], "draft": {"max": 4, "stop": "confidence", "threshold": 2}}"#,
        "draft.threshold"
      ),
      (
        #"{"attn": [1], "draft": {"max": 4, "stop": "adaptive", "beta1": -1}}"#, "draft.beta1"
      ),
    ] as [(String, String?)])
  func hostile(_ text: String, _ field: String?) throws {
    let error = try #require(problem(text))
    #expect(error.kind == .unusable)
    #expect(error.field == field)
  }

  @Test("what is no JSON, or no file, is said to be so")
  func noFile() {
    #expect(problem("{\"attn\": [1")?.problem.contains("not valid JSON") == true)
    #expect(problem("")?.kind == .unusable)
    #expect {
      try SkipSetFile.read("/nonexistent/set.json", layerCount: 2, fingerprint: "")
    } throws: { ($0 as? InputError)?.kind == .missing }
  }

  @Test("a huge list is refused by its length")
  func huge() {
    let numbers = String(repeating: "1, ", count: 200_000) + "1"
    #expect(problem("{\"attn\": [\(numbers)]}")?.problem.contains("200001 elements") == true)
  }

  @Test("the encoder's output is read back, for sets and settings")
  func roundTrips() throws {
    var random = SplitMix64(seed: 3)
    let stops: [StopCriterion] = [
      .fixed, .confidence(0.125), .adaptive(AdaptiveThreshold()),
      .adaptive(
        AdaptiveThreshold(
          target: 0.5, acceptanceDecay: 0.25, thresholdDecay: 0.75, step: 0.03,
          initialThreshold: 0.1)),
    ]
    for round in 0..<50 {
      let layers = Int.random(in: 1...40, using: &random)
      let set = SkipSet(
        attention: (0..<layers).filter { _ in Bool.random(using: &random) },
        mlp: (0..<layers).filter { _ in Bool.random(using: &random) })
      #expect(try SkipSet(JSONField(set.json, file: ""), layerCount: layers) == set)
      let draft = StopRule(
        maximum: Int.random(in: 1...64, using: &random), criterion: stops[round % stops.count])
      #expect(try StopRule(JSONField(draft.json, file: "")) == draft)
    }
  }

  @Test("stop rules are read from an option's argument, and nothing else is")
  func arguments() {
    for text in ["fixed", "confidence:0.6", "adaptive", "adaptive:0.85"] {
      #expect(StopCriterion(argument: text)?.argument == text)
    }
    for text in [
      "", "fixed:1", "confidence", "confidence:", "confidence:2", "confidence:-0.1",
      "confidence:nan", "adaptive:x", "Adaptive", "confidence:0.5:0.6",
    ] {
      #expect(StopCriterion(argument: text) == nil, "\(text)")
    }
  }

  @Test("known sets are different, keep first and last layer, and begin with uniform skipping")
  func known() {
    for layers in 1...40 {
      let sets = KnownSkipSets.all(layerCount: layers)
      #expect(Set(sets.map(\.skip)).count == sets.count)
      for set in sets {
        #expect(!set.skip.isEmpty && set.skip.fits(layerCount: layers))
        for edge in [0, layers - 1] {
          #expect(!set.skip.attention.contains(edge) && !set.skip.mlp.contains(edge))
        }
      }
      if layers >= 3 { #expect(sets.first?.skip == KnownSkipSets.uniform(layerCount: layers)) }
    }
    let odd = Array(stride(from: 1, to: 22, by: 2))
    #expect(KnownSkipSets.uniform(layerCount: 24) == SkipSet(attention: odd, mlp: odd))
  }
}
