import DraftEvaluation
import Files
import Foundation
import Inference
import StudyTestSupport
import TestSupport
import Testing

@testable import SkipSearch

@Suite("Journals")
struct JournalTests {
  private var settings: StudySettings {
    var settings = StudySettings.classical
    settings.trials = 24
    settings.seed = 5
    settings.draftStop = .adaptive(AdaptiveThreshold())
    return settings
  }

  private func evaluator() -> SyntheticBench {
    SyntheticBench(
      layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5)
  }

  private func header(
    _ change: (inout StudySubject, inout StudySettings) -> Void = { _, _ in }
  ) -> JournalHeader {
    var subject = StudySubject.test(layerCount: 5)
    var settings = settings
    change(&subject, &settings)
    return JournalHeader(subject: subject, settings: settings)
  }

  /// A finished study's journal.
  private func finished(in directory: String) throws -> (path: String, result: StudyResult) {
    let journal = try Journal.create(in: directory, header: header())
    let result = try runStudy(
      evaluator(), settings: settings, journal: journal, directory: directory)
    return (journal.path, result)
  }

  @Test("a study creates its directory and journal at once, named after model and time")
  func creation() throws {
    try withTemporaryDirectory { directory in
      let time = Date(timeIntervalSince1970: 1_769_860_805)
      let journal = try Journal.create(in: "\(directory)/a/b", header: header(), time: time)
      #expect(journal.path == "\(directory)/a/b/tiny-model-20260131T120005Z.jsonl")
      #expect(journal.resultPath == "\(directory)/a/b/tiny-model-20260131T120005Z.json")
      let second = try Journal.create(in: "\(directory)/a/b", header: header(), time: time)
      #expect(second.path == "\(directory)/a/b/tiny-model-20260131T120005Z-2.jsonl")
      #expect(try JournalContent(journal.path).header.settings == settings)
    }
  }

  @Test("an output directory that cannot be written is an I/O error before anything is measured")
  func unwritable() throws {
    try withTemporaryDirectory { directory in
      try writeAtomically("", to: "\(directory)/file")
      #expect {
        try Journal.create(in: "\(directory)/file/results", header: header())
      } throws: { ($0 as? InputError)?.kind == .inputOutput }
    }
  }

  @Test("a full disk is an I/O error")
  func fullDisk() throws {
    // Writing to /dev/full fails as a full disk does.
    guard fileExists("/dev/full") else { return }
    try withTemporaryDirectory { directory in
      let time = Date(timeIntervalSince1970: 0)
      let path = "\(directory)/tiny-model-\(time.formatted(Journal.fileNameTime))"
      try FileManager.default.createSymbolicLink(
        atPath: "\(path).json", withDestinationPath: "/dev/full")
      let file = try AppendingFile(appendingTo: "\(path).json")
      #expect { try file.append("x") } throws: { ($0 as? InputError)?.kind == .inputOutput }
    }
  }

  @Test("the journal has a header and one line per trial, which give the trials back exactly")
  func lines() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let text = try readText(path)
      #expect(text.hasSuffix("\n"))
      #expect(text.split(separator: "\n").count == 1 + settings.trials)
      #expect(try JournalContent(path).trials == result.trials)
    }
  }

  @Test("cut at any byte, it gives every complete line, and a notice for a torn one")
  func everyOffset() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let bytes = try readFile(path)
      let newlines = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      let headerEnd = newlines[0] + 1
      for length in stride(from: 0, to: headerEnd, by: 13) {
        #expect(throws: InputError.self) {
          try JournalContent(Array(bytes.prefix(length)), file: "j")
        }
      }
      // Every offset within the first lines, and around each line's end.
      let offsets = Set(headerEnd...newlines[3] + 1).union(
        newlines.dropFirst().flatMap { [$0 - 1, $0, $0 + 1] })
      for length in offsets {
        let content = try JournalContent(Array(bytes.prefix(length)), file: "j")
        let complete = newlines.dropFirst().count { $0 <= length }
        #expect(content.trials == Array(result.trials.prefix(complete)))
        let endsWithLine = length == headerEnd || newlines.contains(length - 1)
        let lacksNewline = newlines.contains(length)
        #expect(content.lacksNewline == lacksNewline)
        #expect(content.notices.isEmpty == (endsWithLine || lacksNewline))
        #expect(
          content.notices.isEmpty
            || content.validByteCount == (newlines.last { $0 < length } ?? 0) + 1)
      }
    }
  }

  @Test("a changed byte is refused by the line's number, and in the last line costs that trial")
  func changedBytes() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let bytes = try readFile(path)
      let newlines = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      var random = SplitMix64(seed: 5)
      for line in newlines.indices {
        let first = line == 0 ? 0 : newlines[line - 1] + 1
        for _ in 0..<20 {
          var changed = bytes
          let place = Int.random(in: first..<newlines[line], using: &random)
          // Another digit keeps the JSON whole and within all ranges, often.
          let digit = UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
          guard (0x30...0x39).contains(changed[place]), changed[place] != digit else { continue }
          changed[place] = digit
          guard line == newlines.count - 1 else {
            let error = #expect(throws: InputError.self) {
              try JournalContent(changed, file: "j")
            }
            #expect(error?.field?.hasPrefix("line \(line + 1)") ?? false)
            continue
          }
          let content = try JournalContent(changed, file: "j")
          #expect(content.trials == result.trials.dropLast())
          #expect(content.notices.count == 1 && content.validByteCount == first)
        }
      }
    }
  }

  @Test("empty lines are passed over with a notice; journals without checksums are read")
  func tolerance() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let text = try readText(path)
      let spaced = text.replacingOccurrences(of: "\n", with: "\n \n")
      let content = try JournalContent(Array(spaced.utf8), file: "j")
      #expect(content.trials == result.trials && content.notices.count == 1)
      let plain = text.replacing(/,"checksum":"[0-9a-f]{16}"/, with: "")
      try #require(plain.count < text.count)
      let old = try JournalContent(Array(plain.utf8), file: "j")
      #expect(old.trials == result.trials && old.notices.isEmpty)
    }
  }

  @Test("what passes cost may follow trials, which a notice says, and is there once")
  func lateCosts() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let journal = try Journal.resume(path, header: header())
      let costs = CostModel.detailed(layerCount: result.subject.model.layerCount)
      try journal.append(costs)
      let content = try JournalContent(path)
      #expect(content.costs == costs && content.trials == result.trials)
      #expect(content.notices.count == 1)
      try journal.append(costs)
      try journal.append(result.trials[0])
      #expect(throws: InputError.self) { try JournalContent(path) }
    }
  }

  @Test("two cannot write to one journal, and the second is told who does")
  func twoWriters() throws {
    try withTemporaryDirectory { directory in
      let journal = try Journal.create(in: directory, header: header())
      let error = #expect(throws: InputError.self) {
        try Journal.resume(journal.path, header: header())
      }
      #expect(error?.kind == .inputOutput)
      #expect(error?.problem.contains("process \(getpid())") ?? false)
      #expect(journal.isInPlace)
      try FileManager.default.removeItem(atPath: journal.path)
      #expect(!journal.isInPlace)
    }
  }

  @Test("a result given in a journal's place names the journal")
  func resultForJournal() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let place = path.dropLast(6) + ".json"
      try result.write(to: String(place))
      let error = #expect(throws: InputError.self) {
        try Journal.resume(String(place), header: header())
      }
      #expect(error?.problem.contains(path) ?? false)
    }
  }

  @Test("killed and resumed, a study goes on as if nothing had happened")
  func resume() throws {
    try withTemporaryDirectory { directory in
      let (path, result) = try finished(in: directory)
      let bytes = try readFile(path)
      let newlines = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
      let cuts = [
        newlines[0] + 1, newlines[1] + 20, newlines[5], newlines[12] + 1, newlines[18] + 7,
      ]
      for (number, cut) in cuts.enumerated() {
        let copy = "\(directory)/copy-\(number).jsonl"
        #expect(FileManager.default.createFile(atPath: copy, contents: Data(bytes[..<cut])))
        let journal = try Journal.resume(copy, header: header())
        let taken = journal.trials.count
        let evaluator = evaluator()
        var resumed = 0
        let again = try runStudy(
          evaluator, settings: settings, journal: journal, directory: directory,
          progress: { if case .resumed(let trials) = $0 { resumed = trials } })
        #expect(resumed == taken)
        #expect(evaluator.evaluated.count == settings.trials - taken)
        #expect(again.trials.map(\.evaluation) == result.trials.map(\.evaluation))
        #expect(again.trials.map(\.objective) == result.trials.map(\.objective))
        #expect(again.trials.map(\.predicted) == result.trials.map(\.predicted))
        #expect(again.trials.map(\.origin) == result.trials.map(\.origin))
        #expect(try JournalContent(copy).trials == again.trials)
      }
    }
  }

  @Test("a finished journal with more trials asked for goes on")
  func more() throws {
    try withTemporaryDirectory { directory in
      let (path, _) = try finished(in: directory)
      var more = settings
      more.trials = 30
      let journal = try Journal.resume(path, header: header { $1.trials = 30 })
      let result = try runStudy(
        evaluator(), settings: more, journal: journal, directory: directory)
      #expect(result.trials.count == 30)
      #expect(Set(result.trials.map(\.evaluation.draft.model.skip)).count == 30)
    }
  }

  @Test("another model, other prompts and other settings are refused with advice")
  func conflicts() throws {
    try withTemporaryDirectory { directory in
      let path = try Journal.create(in: directory, header: header()).path
      func refusal(
        _ change: (inout StudySubject, inout StudySettings) -> Void
      ) -> InputError? {
        do {
          _ = try Journal.resume(path, header: header(change))
          return nil
        } catch { return error }
      }
      let changes: [(String, (inout StudySubject, inout StudySettings) -> Void)] = [
        ("another model", { subject, _ in subject.model.fingerprint = "beef" }),
        ("other prompts", { subject, _ in subject.calibration.fingerprint = "beef" }),
        ("--seed 5", { $1.seed = 6 }), ("--max-tokens 64", { $1.maximumTokens = 32 }),
        ("--draft-max 8", { $1.draftMaximum = 4 }),
        ("--draft-stop adaptive", { $1.draftStop = .fixed }),
        ("--evaluator auto", { $1.evaluator = .decode }),
        ("48 prompts per trial", { $1.promptsPerTrial = 3 }),
      ]
      for (words, change) in changes {
        let error = try #require(refusal(change))
        #expect(error.kind == .unusable)
        #expect(error.problem.contains(words), "\(error)")
        #expect(error.problem.contains("without --resume"), "\(error)")
      }
      #expect(
        refusal { subject, settings in
          settings.trials = 500
          settings.timeLimit = 60
          subject.machine.threads = 9
        } == nil)
    }
  }

  @Test("a damaged line in the middle, a wrong order and other files are refused by their place")
  func damage() throws {
    try withTemporaryDirectory { directory in
      let (path, _) = try finished(in: directory)
      let lines = try readText(path).replacing(/,"checksum":"[0-9a-f]{16}"/, with: "")
        .split(separator: "\n").map(String.init)
      func problem(_ lines: [String]) -> String {
        do {
          let text = lines.joined(separator: "\n") + "\n"
          return try JournalContent(Array(text.utf8), file: "j").notices.joined()
        } catch { return error.description }
      }
      var broken = lines
      broken[3] = String(broken[3].dropLast(9))
      #expect(problem(broken).hasPrefix("j: line 4"))
      #expect(
        problem(broken).hasSuffix(
          "; the 3 lines before it are good: head -n 3 j > new.jsonl keeps them"))
      // Who only looks sees what they say.
      let damaged = "\(directory)/damaged.jsonl"
      try writeAtomically(broken.joined(separator: "\n") + "\n", to: damaged)
      let status = try StudyStatus(damaged)
      let good = try JournalContent(
        Array((broken.prefix(3).joined(separator: "\n") + "\n").utf8), file: "j")
      #expect(status.isDamaged && status.trials == good.trials && status.trials.count >= 1)
      #expect(status.notices.contains { $0.contains("line 4") && $0.contains("head -n 3 ") })
      #expect(problem([lines[0], lines[2]]).contains("expected trial 0, found trial 1"))
      #expect(problem([lines[0], lines[1], lines[1], lines[2]]).hasPrefix("j: line 3"))
      #expect(
        problem([lines[0], lines[1].replacing("\"attn\": [", with: "\"attn\": [77, ")])
          .contains("layer 77 does not exist"))
      #expect(problem([lines[1]]).contains("schema"))
      #expect(problem(["{}"]).contains("schema"))
      #expect(problem(["[]"]).contains("expected an object"))
      #expect(problem([#"{"schema": "skip-search/result/1"}"#]).contains("no journal"))
    }
  }

  @Test("numbers that nothing could have measured are refused by their place")
  func absurdNumbers() throws {
    try withTemporaryDirectory { directory in
      var settings = StudySettings()
      (settings.trials, settings.stopsEarly, settings.seed) = (3, false, 5)
      let bench = SyntheticBench(
        layerCount: 5, hidden: SkipSet(attention: [1, 4], mlp: [0, 2]), bestSpeedup: 1.5,
        costs: .mixed(layerCount: 5))
      let journal = try Journal.create(
        in: directory,
        header: JournalHeader(subject: .test(layerCount: 5), settings: settings))
      _ = try runStudy(bench, settings: settings, journal: journal, directory: directory)
      let lines = try readText(journal.path).replacing(/,"checksum":"[0-9a-f]{16}"/, with: "")
        .split(separator: "\n").map(String.init)
      try #require(lines.count == 5)
      func refusal(_ line: Int, _ key: String, _ value: String) throws -> String {
        var changed = lines
        let pattern = try Regex("\"\(key)\": (\\[?)[-+0-9.e]+")
        let text = changed[line].replacing(pattern, maxReplacements: 1) { match in
          "\"\(key)\": \(match.output[1].substring ?? "")\(value)"
        }
        try #require(text != changed[line], "\(key)")
        changed[line] = text
        do {
          // A last line that cannot be read is dropped: this one is not the last.
          let all = (changed + [lines[4]]).joined(separator: "\n") + "\n"
          _ = try JournalContent(Array(all.utf8), file: "j")
          return ""
        } catch { return error.description }
      }
      let cases = [
        (0, "trials", "0", "settings.trials"),
        (0, "max_tokens", "9223372036854775807", "max_tokens"),
        (0, "baseline_repetitions", "4000000000", "baseline_repetitions"),
        (1, "plain_seconds", "1e308", "line 2.cost_model.plain_seconds"),
        (1, "layers", "6", "line 2.cost_model.layers"),
        (1, "verification_seconds_by_rows", "5e-324", "verification_seconds_by_rows[0]"),
        (1, "uncached_byte_seconds", "1e300", "uncached_byte_seconds"),
        (3, "log_speedup", "1e308", "line 4.objective.log_speedup"),
        (3, "variance", "1e308", "line 4.objective.variance"),
        (3, "plain_seconds", "1e308", "line 4.samples.plain_seconds[0]"),
        (3, "speculative_seconds", "1e-320", "line 4.samples.speculative_seconds[0]"),
      ]
      for (line, key, value, place) in cases {
        let problem = try refusal(line, key, value)
        #expect(problem.hasPrefix("j: ") && problem.contains(place), "\(key): \(problem)")
      }
    }
  }

  @Test("times are UTC")
  func times() {
    #expect(Date(timeIntervalSince1970: 0).formatted(.iso8601) == "1970-01-01T00:00:00Z")
    #expect(
      Date(timeIntervalSince1970: 1_709_210_096).formatted(.iso8601) == "2024-02-29T12:34:56Z")
    #expect(
      Date(timeIntervalSince1970: 1_709_210_096).formatted(Journal.fileNameTime)
        == "20240229T123456Z")
  }
}
