import DraftEvaluation
import EvaluationTestSupport
import Files
import Foundation
import FoundationXML
import Inference
import SkipSearch
import StudyTestSupport
import TestSupport
import Testing

@testable import Report

@Suite("The page of a search")
struct PageTests {
  private static let joint = StudyResult.joint(costs: .mixed(layerCount: 5))

  @Test("pages of all results in the repository, alone and in pairs, are well-formed")
  func repositoryResults() throws {
    let files = try resultFiles()
    try #require(files.count >= 3)
    let reports = try files.map { try ReportData(file: $0) }
    for (index, report) in reports.enumerated() {
      let other = reports[(index + 1) % reports.count]
      for page in [try Page([report]), try Page([report, other])] {
        let ids = page.allElements.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count, "identifiers are unique")
        for element in page.allElements {
          let names = (element["aria-labelledby"] ?? "").split(separator: " ")
          #expect(names.allSatisfy { ids.contains(String($0)) })
        }
        for link in page.elements("a") {
          let target = try #require(link["href"])
          #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())))
        }
        #expect(!page.text.contains("nan") && !page.text.contains("inf%"))
      }
    }
  }

  @Test("the answer comes first, with its interval, its prompts and the command that uses it")
  func answer() throws {
    let page = try Page(Self.joint, path: "results/it's.json")
    let best = try #require(Self.joint.best?.heldOut?.speedup)
    let answer = try #require(page.elements("section").first)
    let text = answer.stringValue ?? ""
    #expect(page.elements("h1").map(\.stringValue) == ["1.75x the speed of plain decoding"])
    #expect(text.contains("95% interval \(try #require(best.intervalWords))"))
    #expect(text.contains("on 10 held-out prompts"))
    #expect(text.contains("--model 'models/tiny model'"))
    #expect(text.contains(#"--skip-set 'results/it'\''s.json'"#))
    #expect(text.contains("skips 2 of 5 attention blocks and 1 of 5 MLPs"))
    for name in ["skipping alone", "precision alone", "without lookup", "without short head"] {
      #expect(text.contains(name))
    }
    #expect(text.contains("1.69x (") && text.contains("1.06x ("))
  }

  @Test("the figures have the result's numbers")
  func figures() throws {
    let page = try Page(Self.joint)
    #expect(page.text(id: "only-by-trial-d").contains("The best is trial 2 with 1.75x"))
    #expect(page.text(id: "only-by-time-d").contains("3 trials in 9.0 s"))
    #expect(
      page.text(id: "only-map-d").contains(
        "attention – 8 bits: 2; 4 bits: 0, 4; skipped: 1, 3. MLP – 8 bits: 0; 4 bits: 1, 3–4; "
          + "skipped: 2."))
    #expect(
      page.text(id: "only-trade-off-d").contains(
        "trial 0 accepts 37.5% at cost 0.000; trial 1 accepts 87.5% at cost 0.125."))
    #expect(page.text(id: "only-round-d").contains("emits 4.00 tokens: accepted drafts 3.50"))
    #expect(page.text(id: "only-lengths-d").contains("10 prompts, 80 rounds"))
    let kinds = page.text(id: "only-held-out-d")
    #expect(kinds.contains("held-out, code edits (5): 1.7") && kinds.contains("summaries (5)"))
    #expect(kinds.contains("prompts of the search, replayed: 1.7"))
    #expect(page.text(id: "prediction").contains("Too few trials were predicted"))
  }

  @Test("the settings name model, machine, prompts, policy and time")
  func settings() throws {
    let text = try Page(Self.joint).text(id: "settings")
    for part in [
      "models/tiny model", "27.1 M, BF16", "Test CPU", "2, avx2", "40.5 GB/s", "505.3 tokens/s",
      "3 of at most 3", "gp, 0", "trials 1 min 00 s", "skip-search --model 'models/tiny model'",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(try Page(StudyResult.example()).text(id: "settings").contains("something to know"))
  }

  @Test("every trial has its row, and headings say by what it is sorted")
  func trials() throws {
    let page = try Page(Self.joint)
    let table = try #require(page.elements("table").first { $0["class"] == "sortable" })
    let heads = page.elements("th", in: table)
    #expect(heads.map { $0["aria-sort"] }.filter { $0 == "ascending" }.count == 1)
    #expect(heads.allSatisfy { $0["scope"] == "col" && $0["aria-sort"] != nil })
    let rows = page.elements("tr", in: table).filter { $0["data-trial"] != nil }
    #expect(rows.map { $0["data-trial"] } == ["0", "1", "2"])
    #expect(rows.map { $0["class"] } == [nil, nil, "best"])
    let cells = rows.map { row in
      page.elements("td", in: row).map { $0.stringValue ?? "" }
    }
    #expect(cells.allSatisfy { $0.count == heads.count })
    #expect(cells[2][0...2] == ["2", "model", "1.75x"] && cells[2][5] == "87.5%")
    #expect(cells[0][1] == "lookup alone" && cells[0][10] == "–")
    #expect(cells[2][10] == "4 bits, 500 tokens" && cells[2][9] == "4–8")
  }

  @Test("a trial that ended early has its estimate, and no interval of another figure")
  func earlyEnds() throws {
    var result = Self.joint
    result.trials[1].evaluation.stoppedEarly = true
    result.trials[1].objective.logSpeedup = log(0.75)
    let page = try Page(result)
    let row = try #require(
      page.elements("tr").first { $0["data-trial"] == "1" })
    let cells = page.elements("td", in: row).map { $0.stringValue ?? "" }
    #expect(cells[2...3] == ["0.75x", "–"] && cells.last == "early")
  }

  @Test("no name from a file becomes markup")
  func hostileNames() throws {
    let hostile = "</script></style><img src=x onerror=alert(1)>\u{202E}&\"'"
    var result = Self.joint
    result.subject.model.path = "models/" + hostile
    result.subject.model.architecture = hostile
    result.subject.machine.cpu = hostile
    result.subject.command = ["skip-search", hostile]
    result.subject.calibration.source = hostile
    result.subject.calibration.heldOutKinds = (0..<10).map { _ in hostile }
    result.subject.version = hostile
    result.warnings = [hostile]
    result.createdAt = hostile
    for index in result.trials.indices { result.trials[index].origin = .known(hostile) }
    let one = ReportData(result, path: "results/\(hostile).json")
    for page in [
      try Page([one]), try Page([one, ReportData(Self.joint, path: "r.json")]),
      try Page(KeyFigure(panel: Panel.panels([one])[0]).source),
    ] {
      #expect(page.elements("img").isEmpty && page.elements("script").count <= 1)
      #expect(page.elements("style").count == 1)
      #expect(page.allElements.allSatisfy { $0["onerror"] == nil && $0["src"] == nil })
    }
  }

  @Test("the page allows its own style and script, and loads nothing")
  func policy() throws {
    let page = try Page(Self.joint)
    let meta = try #require(
      page.elements("meta").first { $0["http-equiv"] == "Content-Security-Policy" })
    let policy = try #require(meta["content"])
    #expect(policy.hasPrefix("default-src 'none';"))
    for name in ["style", "script"] {
      let source = try #require(page.elements(name).first?.stringValue)
      #expect(policy.contains("\(name)-src 'sha256-\(SHA256.base64(source))'"))
    }
    // A style attribute would need an exception.
    #expect(page.allElements.allSatisfy { $0["style"] == nil })
  }

  @Test("a journal without trials says where it stands, one with trials what is known so far")
  func journals() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/a.jsonl"
      try writeAtomically(journal(Self.joint, trials: 0), to: path)
      let empty = try Page([try ReportData(file: path)])
      #expect(empty.elements("h1").first?.stringValue?.hasPrefix("No trial yet") == true)
      #expect(empty.text.contains("The search has begun, and no trial is finished."))
      #expect(empty.text.contains("--resume \(path)"))
      #expect(empty.element(id: "convergence") == nil && empty.element(id: "settings") != nil)
      try writeAtomically(journal(Self.joint, trials: 2), to: path)
      let some = try Page([try ReportData(file: path)])
      #expect(
        some.elements("h1").first?.stringValue?.hasPrefix(
          "1.38x the speed of plain decoding so far") == true)
      #expect(some.text.contains("by trial 1; 2 of at most 3 trials are finished."))
      let footer = try #require(some.elements("footer").first?.stringValue)
      #expect(footer.contains("Made at 2026-02-01T00:00:00Z of what was known then."))
      #expect(footer.contains("skip-search report \(path)"))
    }
  }

  @Test("where no draft beats plain decoding, the page says so and gives no command")
  func noGain() throws {
    let page = try Page(StudyResult.joint(best: 0.96, lookup: 0.98))
    #expect(page.elements("h1").first?.stringValue == "No gain beyond doubt")
    #expect(page.text.contains("not above 1 beyond doubt"))
    #expect(!page.text.contains("--skip-set"))
  }

  @Test("two searches stand side by side on the same scales")
  func comparison() throws {
    let one = ReportData(Self.joint, path: "one.json")
    let other = ReportData(.joint(best: 1.25, costs: .mixed(layerCount: 5)), path: "two.json")
    let page = try Page([one, other])
    #expect(page.text.contains("B’s speedup is 0.71x A’s"))
    #expect(page.text.contains("Model, prompts and machine are the same"))
    #expect(page.elements("h1").count == 1)
    func axis(_ id: String) throws -> [String?] {
      let chart = try #require(page.element(id: id)?.parent as? XMLElement)
      return page.elements("text", in: chart).map(\.stringValue).filter {
        Double($0 ?? "") != nil
      }
    }
    #expect(try axis("first-by-trial-t") == axis("second-by-trial-t"))
    #expect(try !axis("first-by-trial-t").isEmpty)
  }

  @Test("the key figure has the answer and is one well-formed picture")
  func keyFigure() throws {
    let picture = try Page(
      KeyFigure(panel: Panel.panels([ReportData(Self.joint, path: "r.json")])[0]).source)
    #expect(picture.document.rootElement()?.localName == "svg")
    let texts = picture.elements("text").map { $0.stringValue ?? "" }
    #expect(texts.contains("1.75x") && texts.contains("without lookup"))
    #expect(texts.contains { $0.contains("on 10 held-out prompts") })
  }

  @Test("files of version 0.1.0 are shown")
  func oldFiles() throws {
    for name in ["result.json", "journal.jsonl"] {
      let data = try ReportData(file: fixture("golden/version-0.1.0/\(name)"))
      #expect(!data.trials.isEmpty)
      #expect(try Page([data]).elements("h1").first?.stringValue?.contains("x ") == true)
    }
  }

  @Test("the page of a file lies beside it")
  func paths() {
    #expect(StudyReport.path(beside: "results/a.json") == "results/a.html")
    #expect(StudyReport.path(beside: "a.jsonl") == "a.html")
    #expect(StudyReport.path(beside: "a") == "a.html")
  }
}
