import DraftEvaluation
import EvaluationTestSupport
import Foundation
import Inference
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

@testable import CommandLineInterface

@Suite("The closing summary")
struct SearchSummaryTests {
  @Test("has baseline, sets, uniform skipping, the drawing, times and the command, in 80 columns")
  func summary() {
    // 192 tokens in 6.185625 s / 1.5 are 46.56 per second, / 1.1875 they are 36.86.
    let text = StudyResult.example().summary(path: "results/tiny-20260131T120005Z.json")
    let expected = """
      tiny-model: 5 layers, 27.1 M parameters, BF16; Test CPU, 2 threads, avx2
      Plain decoding: 505.3 tokens/s (3 passes: 498.0–510.5), 8 prompts, 320 tokens

      Measured again on 6 held-out prompts, in turn with plain decoding:
        draft                skipped  bits  accepted  tokens/s  speedup (95%)
      * trial 1                 3/10     –     75.0%      46.6  1.50x (1.48–1.52)
        uniform skipping        4/10     –     75.0%      36.9  1.19x (1.17–1.20)

      The best draft (trial 1) skips 2 of 5 attention blocks and 1 of 5 MLPs (#):
                  0
        attention ·#·#·
        MLP       ··#··
      A round drafts at most 4 tokens (stop rule: fixed).
      Decoding the prompts of the search, its speedup is 1.63x (1.60–1.66); on
      held-out prompts it is 7.7% slower.
      Against uniform skipping it is 26.3% faster.

      Use it (the output is the full model's, token for token):

        swift run skip-search generate --model 'models/tiny model' \\
          --skip-set results/tiny-20260131T120005Z.json \\
          --user "How many legs have three cats?" --compare

      2 trials, all of different drafts, 0 of them ended early as hopeless.
      Time: 1 h 02 min (baseline 2.0 s, trials 1 h 00 min, optimiser 3.0 s,
      held-out 2 min 00 s).

      Note: something to know.

      Result: results/tiny-20260131T120005Z.json

      """
    #expect(text == expected)
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test("draws precisions, says what is looked up, and has a row for each ingredient and kind")
  func joint() throws {
    // The figures are the hand-written result's: 320 tokens in 5.3125 s / 1.75, and so on.
    let text = StudyResult.joint(costs: .mixed(layerCount: 5)).summary(path: "r.json")
    let expected = """
      tiny-model: 5 layers, 27.1 M parameters, BF16; Test CPU, 2 threads, avx2
      Plain decoding: 505.3 tokens/s, 8 prompts (4 timed), 320 tokens

      Measured again on 10 held-out prompts, in turn with plain decoding:
        draft                skipped  bits  accepted  tokens/s  speedup (95%)
      * trial 2                 3/10   4–8     87.5%     105.5  1.75x (1.74–1.77)
        lookup alone               –     –     37.5%      75.3  1.25x (1.24–1.26)
        skipping alone          3/10     –     87.5%      64.0  1.06x (1.05–1.07)
        precision alone         0/10   4–8     87.5%      90.4  1.50x (1.49–1.51)
        without lookup          3/10   4–8     87.5%      97.9  1.63x (1.61–1.64)
        without short head      3/10   4–8     87.5%     101.7  1.69x (1.67–1.70)
        without skipping        0/10   4–8     87.5%      94.2  1.56x (1.55–1.58)

      The best draft (trial 2) skips 2 of 5 attention blocks and 1 of 5 MLPs (#), and
      reads the others in 4–8 bits:
                  0
        attention 4#8#4
        MLP       84#44
      Its head in 4 bits knows the 500 most useful of 1000 tokens.
      Where the last 2 tokens or more occurred before, what followed is drafted, 5
      tokens at most, and the model drafts on behind.
      A round drafts at most 4 tokens by the model (stop rule: calibrated).
      Replay expects 1.75x (1.73–1.77) of it on all prompts of the search.
      Decoding the prompts of the search, its speedup is 1.75x (1.72–1.79); on
      held-out prompts it is 0.0% slower.

      The bound on this machine, with every draft accepted: 4.63x if drafting were
      free, 2.38x at this draft's cost of 0.23 of a token's time. The draft reaches
      73% of the latter.

      Use it (the output is the full model's, token for token):

        swift run skip-search generate --model 'models/tiny model' \\
          --skip-set r.json \\
          --user "How many legs have three cats?" --compare

      The best draft, kind by kind:
        prompts                       number  accepted  speedup (95%)
        code edits                         5     87.5%  1.73x (1.73–1.73)
        summaries                          5     87.5%  1.77x (1.77–1.77)

      3 trials, all of different drafts, 0 of them ended early as hopeless.
      Time: 1 min 40 s (baseline 2.0 s, trials 1 min 00 s).

      Result: r.json

      """
    #expect(text == expected)
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test("says that lookup alone is best where it is")
  func lookupAlone() {
    var result = StudyResult.joint(best: 0.9, lookup: 1.5, costs: .mixed(layerCount: 5))
    result.ablations = []
    let text = result.summary(path: "r.json")
    let expected = """
      tiny-model: 5 layers, 27.1 M parameters, BF16; Test CPU, 2 threads, avx2
      Plain decoding: 505.3 tokens/s, 8 prompts (4 timed), 320 tokens

      Measured again on 10 held-out prompts, in turn with plain decoding:
        draft                skipped  bits  accepted  tokens/s  speedup (95%)
      * lookup alone               –     –     37.5%      90.4  1.50x (1.49–1.51)
        trial 2                 3/10   4–8     87.5%      54.2  0.90x (0.89–0.91)

      The best draft is lookup alone: the context drafts, and the model itself
      nothing.
      Where the last 2 tokens or more occurred before, what followed is drafted, 8
      tokens at most.
      Replay expects 1.50x (1.49–1.52) of it on all prompts of the search.
      Decoding the prompts of the search, its speedup is 1.50x (1.47–1.53); on
      held-out prompts it is 0.0% slower.

      The bound on this machine, with every draft accepted: 4.63x. Lookups cost next
      to nothing; lookup alone reaches 32% of that.

      Use it (the output is the full model's, token for token):

        swift run skip-search generate --model 'models/tiny model' \\
          --skip-set r.json \\
          --user "How many legs have three cats?" --compare

      The best draft, kind by kind:
        prompts                       number  accepted  speedup (95%)
        code edits                         5     37.5%  1.49x (1.49–1.49)
        summaries                          5     37.5%  1.52x (1.52–1.52)

      3 trials, all of different drafts, 0 of them ended early as hopeless.
      Time: 1 min 40 s (baseline 2.0 s, trials 1 min 00 s).

      Result: r.json

      """
    #expect(text == expected)
  }

  @Test("says why the first set is not the fastest on held-out prompts, where it is not")
  func rankNote() {
    let note = "Ranked on the prompts of the search"
    #expect(StudyResult.example(heldOutSpeedup: 1.125).summary(path: "r").contains(note))
    #expect(!StudyResult.example(heldOutSpeedup: 1.25).summary(path: "r").contains(note))
  }

  @Test("deep models are drawn in rows of sixty layers")
  func drawing() {
    let lines = DraftDrawing.lines(
      DraftModel(skip: SkipSet(attention: [0, 61], mlp: [59, 79])), layerCount: 80)
    #expect(lines.count == 6)
    #expect(lines[0] == "            0         10        20        30        40        50")
    #expect(lines[1] == "  attention #" + String(repeating: "·", count: 59))
    #expect(lines[2] == "  MLP       " + String(repeating: "·", count: 59) + "#")
    #expect(lines[3] == "            60        70")
    #expect(lines[4] == "  attention ·#" + String(repeating: "·", count: 18))
    #expect(lines[5] == "  MLP       " + String(repeating: "·", count: 19) + "#")
  }

  private func study(
    bestSpeedup: Double = 1.5, costs: CostModel? = nil, isInterrupted: Bool = false
  ) throws -> StudyResult {
    try withTemporaryDirectory { directory in
      let bench = SyntheticBench(
        layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: bestSpeedup,
        costs: costs)
      var stops = false
      bench.onEvaluate = { _ in stops = isInterrupted }
      var settings = StudySettings.classical
      settings.trials = 20
      return try runStudy(
        bench, settings: settings, directory: directory, isInterrupted: { stops })
    }
  }

  @Test("where nothing beats plain decoding it says so, and names no command that uses a set")
  func nothingHelps() throws {
    let summary = try study(bestSpeedup: 0.94).summary(path: "results/r.json")
    #expect(summary.contains("No draft beats plain decoding"))
    #expect(!summary.contains("--skip-set results"))
  }

  @Test("a search that was interrupted before its first trial has nothing to show")
  func nothingTried() throws {
    let result = try study(isInterrupted: true)
    #expect(result.summary(path: "r.json").contains("No trial was finished."))
  }

  @Test("with known costs it has the bound and what replay expects, in 80 columns")
  func replayed() throws {
    let text = try study(costs: .test(layerCount: 5)).summary(path: "r.json")
    #expect(text.contains("The bound on this machine"))
    #expect(text.contains("Replay expects"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test("where nothing can pay it says that nothing was tried")
  func nothingPays() throws {
    // A row costs what a token costs.
    let text = try study(costs: .test(layerCount: 5, row: 1)).summary(path: "r.json")
    #expect(text.contains("none can pay on this machine"))
  }

  @Test("it fits the terminal, apart from commands and paths", arguments: [40, 60, 72])
  func narrow(width: Int) throws {
    for result in [
      StudyResult.example(), .joint(costs: .mixed(layerCount: 5)),
      try study(costs: .test(layerCount: 5)),
    ] {
      let text = result.summary(path: "r.json", width: width)
      for line in text.split(separator: "\n") where !line.contains("--") {
        #expect(line.count <= width, "\(line)")
      }
      #expect(text.contains("speedup (95%)"))
      #expect(result.summary(path: "r.json", width: 80) == result.summary(path: "r.json"))
    }
  }

  @Test("the page is named below the result, where there is one")
  func report() {
    let result = StudyResult.example()
    #expect(
      result.summary(path: "r.json", report: "r.html").hasSuffix(
        "\n\nResult: r.json\nReport: r.html\n"))
    #expect(!result.summary(path: "r.json").contains("Report:"))
  }
}
