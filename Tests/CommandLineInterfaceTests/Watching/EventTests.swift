import Files
import Foundation
import SkipSearch
import TestSupport
import Testing

@Suite("Events of a search")
struct EventTests {
  @Test("are lines of JSON in their order, the last with the result's path")
  func stream() throws {
    try withTemporaryDirectory { directory in
      try TinyModel.writeTalking(to: "\(directory)/model")
      let texts = ["Once upon a time", "The cat sat on the mat. The cat", "def add(a, b):"]
      try writeAtomically(
        texts.map { "{\"prompt\": \"\($0)\"}\n" }.joined(), to: "\(directory)/prompts.jsonl")
      let outcome = try BuiltProgram.run([
        "search", "-m", "\(directory)/model", "--prompts", "\(directory)/prompts.jsonl",
        "--trials", "4", "-n", "24", "-o", "\(directory)/results", "--force", "--stop", "never",
        "-t", "1", "--events",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      var events: [JSONField] = []
      for line in outcome.output.split(separator: "\n") {
        events.append(JSONField(try JSON(parsing: line.utf8, file: "line"), file: "line"))
      }
      let names = try events.map { try $0.required("event").string() }
      #expect(names.prefix(3) == ["started", "measuring_baseline", "baseline"])
      #expect(names.last == "result" && names.contains("bound"))
      #expect(names.count { $0 == "trial" } == 4 && names.count { $0 == "proposed" } >= 4)
      let seconds = try events.map { try $0.required("seconds").double() }
      #expect(seconds == seconds.sorted())
      let trials = try events.filter { try $0.required("event").string() == "trial" }
      #expect(try trials.map { try $0.required("done").integer() } == [1, 2, 3, 4])
      let path = try #require(events.last).required("path").string()
      let result = try StudyResult(file: path)
      let told = try trials.map { try $0.required("trial").required("index").integer() }
      #expect(told == result.trials.map(\.index))
      // Progress for people goes on beside it, in plain lines.
      #expect(outcome.errors.contains("trial 4/4") && !outcome.errors.contains("\u{1B}"))
    }
  }

  #if os(Linux)
    @Test("a search whose events nobody reads any more ends as others do, with what it found saved")
    func closedPipe() throws {
      try withTemporaryDirectory { directory in
        try TinyModel.writeTalking(to: "\(directory)/model")
        let outcome = try BuiltProgram.run(
          [
            "-c",
            "\"$0\" search -m model --trials 100000 --stop never --force -n 8 -q --events | head -3 >&2;"
              + " echo ${PIPESTATUS[0]}",
            BuiltProgram.url.path,
          ], of: URL(fileURLWithPath: "/bin/bash"), in: directory)
        #expect(outcome.output == "141\n", "\(outcome.errors)")
        #expect(outcome.errors.contains("Interrupted; what was found is in results/"))
        #expect(!outcome.errors.contains("Error:"))
      }
    }
  #endif
}
