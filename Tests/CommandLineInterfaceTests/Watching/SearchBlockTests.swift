import DraftEvaluation
import Foundation
import Inference
import StudyTestSupport
import Testing

@testable import CommandLineInterface
@testable import SkipSearch

@Suite("A running search on a terminal")
struct SearchBlockTests {
  /// Half of 200 trials done at two a second, one running for three seconds.
  private func running(layerCount: Int = 5) throws -> SearchProgress {
    var progress = SearchProgress()
    progress.begin(trials: 200, layerCount: layerCount)
    let result = StudyResult.example()
    progress.follow(
      .proposed(index: 0, TrialPlan(origin: .design, model: .full, predicted: nil)), at: 10)
    progress.follow(
      .trial(result.trials[1], best: result.trials[1], count: 100, of: 200), at: 57)
    let draft = DraftModel(
      skip: SkipSet(attention: [0, 3], mlp: [1]), weights: .uniform(.fourBits))
    let prediction = Trial.Prediction(logSpeedup: log(1.5), standardDeviation: 0.1)
    progress.follow(
      .proposed(index: 100, TrialPlan(origin: .model, model: draft, predicted: prediction)), at: 57)
    return progress
  }

  private func lines(_ progress: SearchProgress, width: Int, height: Int = 24) -> [String] {
    SearchBlock(progress: progress, now: 60, width: width, height: height).lines.map(\.text)
  }

  @Test("has a bar, rate, time to go, the best with its interval, what is tried, and the layers")
  func wide() throws {
    let expected = [
      "trials 100/200 " + String(repeating: "━", count: 23) + String(repeating: "─", count: 24)
        + " 2.0/s · ETA 0:50",
      "best   1.63x (1.60–1.66) · trial 1 · 3 of 10 skipped",
      "now    3 s · expected 1.50x (1.23–1.82) · 3 of 10 skipped, 4 bits · by model",
      "       0",
      "attn   ·#·#·",
      "MLP    ··#··",
      "       # skipped   8 4 bits   · the model's own",
    ]
    #expect(lines(try running(), width: 79) == expected)
  }

  @Test("the block keeps its height while the next draft is chosen")
  func choosing() throws {
    var progress = try running()
    let height = lines(progress, width: 79).count
    let trial = StudyResult.example().trials[1]
    progress.follow(.trial(trial, best: trial, count: 101, of: 200), at: 59)
    let lines = lines(progress, width: 79)
    #expect(lines.count == height && lines[2] == "now    1 s · choosing the next draft")
  }

  @Test("what matters least goes first where there is little room")
  func narrow() throws {
    let narrow = lines(try running(), width: 19)
    #expect(narrow[0].hasPrefix("trial 100/200 ━") && narrow[1] == "best 1.63x")
    #expect(narrow[2].hasPrefix("now 3 s") && narrow[4] == "a ·#·#·" && narrow[5] == "m ··#··")
    for width in 19...220 {
      for layers in [1, 5, 24, 80, 126] {
        let lines = lines(try running(layerCount: layers), width: width)
        #expect(lines.allSatisfy { $0.count <= width }, "\(width)")
        #expect(lines[0].contains("100/200") && lines[1].contains("1.63x"))
        if width >= 39 { #expect(lines[0].contains("ETA 0:50") && lines[0].contains("━")) }
        if width >= 60 { #expect(lines[2].contains("expected 1.50x")) }
        #expect(lines.count >= 6)
      }
    }
    for height in 1...12 {
      let lines = lines(try running(), width: 79, height: height)
      #expect(lines.count <= height && lines[0].hasPrefix("trials"))
      if height == 5 { #expect(lines[3].hasPrefix("attn") && lines[4].hasPrefix("MLP")) }
    }
  }

  @Test("every phase has its line")
  func phases() throws {
    var progress = SearchProgress()
    #expect(lines(progress, width: 79) == ["reading the model … 1:00"])
    progress.follow(.measuringBaseline, at: 30)
    #expect(lines(progress, width: 79) == ["measuring plain decoding … 0:30"])
    progress.follow(.validating(done: 5, of: 20, drafts: 3), at: 40)
    progress.follow(.validating(done: 10, of: 20, drafts: 3), at: 50)
    let line = lines(progress, width: 79)
    #expect(
      line.count == 1 && line[0].hasPrefix("measuring the best 3 on held-out prompts 10/20 ━"))
    #expect(line[0].hasSuffix("ETA 0:20"))
    progress.follow(.waiting(for: Claim(number: 0, worker: "a", task: .finals)), at: 58)
    #expect(lines(progress, width: 79) == ["waiting for a, which measures the best drafts … 0:02"])
    // Of a resumed journal nothing says how fast this process is.
    var resumed = SearchProgress()
    resumed.begin(trials: 200, layerCount: 5)
    resumed.follow(.resumed(trials: 90), at: 0)
    resumed.follow(
      .proposed(index: 90, TrialPlan(origin: .design, model: .full, predicted: nil)), at: 10)
    #expect(!lines(resumed, width: 79)[0].contains("/s"))
    let trial = StudyResult.example().trials[1]
    resumed.follow(.trial(trial, best: nil, count: 100, of: 200), at: 60)
    #expect(lines(resumed, width: 79)[0].hasSuffix("5.0 s each · ETA 8:20"))
  }

  @Test("no time to go is beyond the time limit, in any phase")
  func limited() throws {
    var progress = SearchProgress()
    progress.begin(trials: 200, layerCount: 5, deadline: 75)
    progress.follow(
      .proposed(index: 0, TrialPlan(origin: .design, model: .full, predicted: nil)), at: 10)
    let trial = StudyResult.example().trials[1]
    progress.follow(.trial(trial, best: nil, count: 10, of: 200), at: 60)
    #expect(lines(progress, width: 79)[0].hasSuffix("5.0 s each · ETA 0:15"))
    progress.follow(.validating(done: 0, of: 20, drafts: 3), at: 30)
    progress.follow(.validating(done: 10, of: 20, drafts: 3), at: 50)
    #expect(lines(progress, width: 79)[0].hasSuffix("ETA 0:15"))
  }

  @Test("several layers share a character where there is no room for each")
  func strip() {
    let model = DraftModel(
      skip: SkipSet(attention: [0, 1, 2], mlp: []), weights: .uniform(.eightBits))
    let strip = LayerStrip(model, layerCount: 8, columns: 4)
    #expect(strip.attention == "#+88" && strip.mlp == "8888" && strip.layersPerMark == 2)
    #expect(LayerStrip(model, layerCount: 8, columns: 8).attention == "###88888")
    #expect(LayerStrip(.full, layerCount: 25, columns: 100).numbers == "0         10        20")
    #expect(LayerStrip(.full, layerCount: 25, columns: 13).numbers == "0         20")
  }
}
