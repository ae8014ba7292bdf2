import Inference
import StudyTestSupport
import Testing

@testable import SkipSearch

@Suite("Python modules of drafts")
struct TransformersModuleTests {
  private func text(_ draft: Draft, path: String = "models/tiny model") -> String {
    var model = StudySubject.test(layerCount: 3).model
    model.path = path
    return TransformersModule(draft, model: model).text
  }

  private static let skip = SkipSet(attention: [1, 2], mlp: [])

  private func lines(_ text: String, _ names: String...) -> [String] {
    let lines = text.split(separator: "\n").map(String.init)
    return names.compactMap { name in lines.first { $0.hasPrefix("\(name) = ") } }
  }

  @Test("the draft is in constants that Python reads")
  func constants() {
    let stop = StopRule(
      maximum: 5, criterion: .confidence(0.25),
      lookup: LookupRule(limits: [0, 0, 3, 4], continues: true))
    let module = text(Draft(model: DraftModel(skip: Self.skip), stop: stop))
    #expect(
      lines(
        module, "MODEL", "LAYERS", "SKIP_ATTN", "SKIP_MLP", "MAXIMUM", "STOP", "LOOKUP",
        "OMISSIONS") == [
          #"MODEL = "models/tiny model""#, "LAYERS = 3", "SKIP_ATTN = [1, 2]", "SKIP_MLP = []",
          "MAXIMUM = 5", #"STOP = {"kind": "confidence", "threshold": 0.25}"#,
          #"LOOKUP = {"limits": [0, 0, 3, 4], "continues": True}"#, "OMISSIONS = []",
        ])
    #expect(module.contains("# It is the whole draft.\n\nimport argparse\n"))
    // What the constants are for.
    for name in ["skipping(", "generate(", "plain(", "main("] {
      #expect(module.contains("\ndef \(name)"))
    }
    #expect(module.hasSuffix("if __name__ == \"__main__\":\n    main()\n"))
    #expect(module.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("every stop rule has its parameters")
  func rules() {
    func stop(_ criterion: StopCriterion) -> String {
      let draft = Draft(
        model: DraftModel(skip: Self.skip), stop: StopRule(maximum: 2, criterion: criterion))
      let module = text(draft)
      let start = module.ranges(of: "STOP = ").first?.upperBound ?? module.endIndex
      let end = module.ranges(of: "\n# [n]").first?.lowerBound ?? module.endIndex
      return String(module[start..<end])
    }
    #expect(stop(.fixed) == #"{"kind": "fixed"}"#)
    #expect(
      stop(.adaptive(AdaptiveThreshold())) == """
        {
            "kind": "adaptive", "target": 0.9, "step": 0.01,
            "initial": 0.8, "acceptance_decay": 0.5,
            "threshold_decay": 0.9,
        }
        """)
    #expect(
      stop(.calibrated(CalibratedThresholds([0.5, .infinity])))
        == #"{"kind": "calibrated", "thresholds": [0.5, float("inf")]}"#)
  }

  @Test("a path with quotes, strokes and line ends stays a string")
  func paths() {
    let draft = Draft(model: DraftModel(skip: Self.skip), stop: StopRule())
    let module = text(draft, path: "a \"b\"\\\nimport os\u{1}é")
    #expect(
      lines(module, "MODEL") == [#"MODEL = "a \"b\"\\\nimport os\u0001é""#])
  }

  @Test("what it cannot do stands at its top")
  func omissions() {
    let model = DraftModel(
      skip: Self.skip, weights: .uniform(.fourBits), head: DraftHead(precision: .eightBits))
    let module = text(Draft(model: model, stop: StopRule()))
    #expect(
      module.contains(
        """
        # - The draft's copies of weights in 4 bits are left out: it reads the model's own.
        # - The draft's head in 8 bits is left out: it reads the model's own.

        import argparse
        """))
    #expect(module.contains("OMISSIONS = [\n    \"The draft's copies of weights in 4 bits"))
  }

  @Test("whole layers: the best trial that skips such, or what of a set is such")
  func wholeLayers() throws {
    let result = StudyResult.example()
    // Its trial 0 is uniform skipping, [1, 3] of both kinds.
    let best = try #require(WholeLayerDraft(result))
    #expect(best.skipped == [1, 3] && best.kept == [0, 2, 4])
    #expect(best.evaluation == result.sets.first { $0.trial == 0 }?.heldOut)
    #expect(best.expectation.hasPrefix("Expected acceptance rate: 75.0% (fixed), measured on"))
    // The other set, [1, 3] and [2], has no whole layer.
    let other = try #require(result.sets.first { $0.trial == 1 })
    #expect(WholeLayerDraft(result, of: other) == nil)
    var mixed = result
    mixed.trials = []
    mixed.sets[0].heldOut?.draft = Draft(
      model: DraftModel(skip: SkipSet(attention: [1, 3], mlp: [3, 4])), stop: StopRule())
    let part = try #require(WholeLayerDraft(mixed, of: mixed.sets[0]))
    #expect(part.skipped == [3] && part.kept == [0, 1, 2, 4] && part.evaluation == nil)
    #expect(part.expectation.hasSuffix("not measured with exactly these layers."))
  }
}
