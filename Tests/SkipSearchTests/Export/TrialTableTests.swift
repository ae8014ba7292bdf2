import StudyTestSupport
import Testing

@testable import SkipSearch

@Suite("The table of trials")
struct TrialTableTests {
  /// The columns of the example that stand in it as they are given there.
  @Test("every trial is a line under the names of its columns")
  func lines() throws {
    let csv = TrialTable(.example()).csv
    #expect(csv.hasSuffix("\n"))
    let rows = csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == rows[0].count })
    func cells(_ row: Int, _ names: String...) throws -> [String] {
      try names.map { rows[row][try #require(rows[0].firstIndex(of: $0))] }
    }
    let names = csv.prefix { $0 != "\n" }
    #expect(
      names == """
        index,origin,skipped_attention,skipped_mlp,attention_layers,mlp_layers,weights,head_bits,\
        head_vocabulary,draft_max,draft_stop,lookup_least,lookup_max,acceptance_rate,\
        draft_cost_ratio,tokens_per_second,speedup,speedup_low,speedup_high,predicted_speedup,\
        stopped_early,prompts,seconds
        """)
    #expect(
      try cells(1, "index", "origin", "attention_layers", "mlp_layers", "predicted_speedup")
        == ["0", "uniform", "1 3", "1 3", ""])
    #expect(
      try cells(2, "index", "origin", "skipped_attention", "skipped_mlp", "weights", "head_bits")
        == ["1", "model", "2", "1", "model", "model"])
    #expect(
      try cells(2, "draft_max", "draft_stop", "lookup_least", "acceptance_rate", "seconds")
        == ["4", "fixed", "", "0.75", "2.5"])
    #expect(try cells(2, "stopped_early", "prompts") == ["false", "4"])
    let interval = try cells(2, "speedup_low", "speedup", "speedup_high").compactMap(Double.init)
    #expect(interval.count == 3 && interval == interval.sorted())
    #expect(try abs(#require(Double(try cells(2, "predicted_speedup")[0])) - 1.2840254) < 1e-6)
  }

  @Test("cells that a reader would take apart or trim are quoted")
  func escaping() {
    let cells = [
      "plain": "plain", "": "", "a,b": "\"a,b\"", "say \"x\"": "\"say \"\"x\"\"\"",
      "two\nlines": "\"two\nlines\"", "a\r\nb": "\"a\r\nb\"", " edge": "\" edge\"", "é": "é",
    ]
    for (cell, written) in cells { #expect(TrialTable.escaped(cell) == written) }
    var result = StudyResult.example()
    result.trials[0].origin = .known("mine, \"new\"")
    #expect(TrialTable(result).csv.contains("\n0,\"mine, \"\"new\"\"\",2,"))
  }
}
