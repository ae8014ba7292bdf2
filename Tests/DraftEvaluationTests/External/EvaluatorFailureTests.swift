import EvaluationTestSupport
import Files
import Foundation
import Inference
import TestSupport
import Testing

@testable import DraftEvaluation

@Suite("An evaluator that fails")
struct EvaluatorFailureTests {
  private let prompts = ProbeModel.prompts(6)

  /// What was said while an evaluator was used.
  private final class Log {
    var lines: [String] = []
  }

  private func evaluator(
    _ command: String, timeout: Double = 60, log: Log = Log(), until stop: StopSignal = .never
  ) throws -> ExternalEvaluator {
    var options = ExternalEvaluator.Options(timeout: timeout) { log.lines.append($0) }
    options.pause = 0.01
    return try ExternalEvaluator(
      command, prompts: Probe.prompts(6), maximumTokens: 24, options: options, until: stop)
  }

  private func bench(_ evaluator: ExternalEvaluator) throws -> ReplayBench {
    try evaluator.replayBench(
      prompts,
      options: ReplayBench.Options(maximumTokens: 24, draftMaximum: 4, trialPositions: 64),
      until: .never)
  }

  private let model = DraftModel(skip: SkipSet(attention: [1], mlp: [2]))

  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as EvaluationError {
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  @Test(
    "a command that is no evaluator is refused in one sentence",
    arguments: [
      ("exit 7", "ended with exit code 7"),
      (
        "echo no model >&2; exit 1",
        "ended with exit code 1 instead of answering \"hello\" (no model)"
      ),
      ("no-such-command-anywhere", "ended with exit code 127"), ("kill -9 $$", "signal 9"),
      ("echo 'Loading weights'", "nonsense"), ("echo", "nonsense"),
      ("echo '{\"id\": 0}'", "its answer: protocol: the field is missing"),
      ("echo '[]'", "expected an object"), ("echo '{\"id\": 5}'", "expected 0, found 5"),
      ("echo '{\"id\": 0, \"error\": \"no GPU\"}'", "says to \"hello\": no GPU"),
      ("exec >&-; exec sleep 60", "closed its standard output"),
      ("sleep 60", "did not answer \"hello\" within 1 s"),
      ("yes >&2", "did not answer"), ("exec <&-; sleep 60", "did not answer"),
      ("yes", "nonsense"), ("tr '\\n' ' ' < /dev/zero", "line of more than 64 MiB"),
    ])
  func noEvaluator(command: String, expected: String) throws {
    let clock = Stopwatch()
    let isSilent = expected.hasPrefix("did not answer")
    let text = sentence { _ = try evaluator(command, timeout: isSilent ? 1 : 60) }
    #expect(text.contains(expected), "\(command): \(text)")
    #expect(!text.contains("\n") && text.count < 700)
    #expect(clock.seconds < 50)
  }

  @Test("another version of the protocol is refused by name")
  func version() {
    let text = sentence {
      _ = try evaluator(Probe.command("--fail protocol --at hello"))
    }
    #expect(text.contains("skip-search/evaluator/1") && text.contains("protocol"))
  }

  @Test(
    "a failure is mended by starting it again, once, and what it had said is said again",
    arguments: [
      "crash", "kill", "stall", "close", "text", "long", "id", "null", "few", "nan", "much",
    ])
  func mended(kind: String) throws {
    try withTemporaryDirectory { directory in
      let log = Log()
      let own = try bench(try evaluator(Probe.command()))
        .evaluate(model, against: nil, until: .never)
      let failing = try evaluator(
        Probe.command("--fail \(kind) --at replay --once \(directory)/marker"),
        timeout: kind == "stall" ? 8 : 60, log: log)
      let outcome = try bench(failing).evaluate(model, against: nil, until: .never)
      #expect(outcome.evaluation.samples == own.evaluation.samples)
      #expect(fileExists("\(directory)/marker"))
      #expect(log.lines.count { $0.hasSuffix("; starting it again") } == 1, "\(log.lines)")
    }
  }

  @Test(
    "a failure that stays is the measurement's, with its reason; another measurement may do",
    arguments: [
      ("crash", "ended with exit code 3 instead of answering \"replay\" (out of luck)"),
      ("kill", "signal 9"), ("text", "not valid JSON"), ("id", "found 12345"),
      ("null", "matched: the field is missing"), ("few", "expected one for each of"),
      ("nan", "not valid JSON"), ("much", "agree with the output"),
      ("refuse", "the evaluator says to \"replay\": no memory for that"),
    ])
  func lasting(kind: String, expected: String) throws {
    let evaluator = try evaluator("exec " + Probe.command("--fail \(kind) --at replay"))
    let bench = try bench(evaluator)
    for _ in 0..<2 {
      let text = sentence { _ = try bench.evaluate(model, against: nil, until: .never) }
      #expect(text.contains(expected), "\(text)")
    }
    // Nothing is wrong with other questions.
    #expect(try bench.screen([model], until: .never)?.count == 1)
  }

  @Test("outputs are checked: unknown tokens, too many, others than before")
  func outputs() throws {
    let unknown = sentence {
      _ = try bench(try evaluator(Probe.command("--fail ids --at plain")))
    }
    #expect(unknown.contains("ids[0]") && unknown.contains("found 1000000"))
    let many = sentence {
      _ = try bench(try evaluator(Probe.command("--fail other --at plain")))
    }
    #expect(many.contains("expected at most 24 tokens"))
    // A draft that changes the output is the evaluator's fault.
    let other = sentence {
      let evaluator = try evaluator(Probe.command("--fail another --at decode"))
      _ = try bench(evaluator)
      _ = try evaluator.decoder(prompts).evaluate(
        Draft(model: model, stop: StopRule()), until: .never)
    }
    #expect(other.contains("with a draft, the evaluator continues prompt"), "\(other)")
  }

  @Test("a flood of errors is cut off, and does not hold up the answer")
  func flood() throws {
    let log = Log()
    let bench = try bench(try evaluator(Probe.command("--fail flood --at replay"), log: log))
    _ = try bench.evaluate(model, against: nil, until: .never)
    #expect(log.lines.contains("(further lines are left out)"))
    #expect(log.lines.count { $0.hasPrefix("eee") } <= 200)
    #expect(log.lines.allSatisfy { $0.count <= 500 })
  }

  @Test("a question is given up when asked to; the late answer is not taken for the next one's")
  func interruption() throws {
    let command =
      "while read line; do case $line in *hello*) :;; *) sleep 1;; esac; "
      + "id=${line#*:}; id=${id%%,*}; "
      + "echo '{\"id\":'$id',\"protocol\":\"skip-search/evaluator/1\",\"model\":{\"name\":\"m\","
      + "\"architecture\":\"a\",\"parameters\":1,\"dtype\":\"d\",\"fingerprint\":\"f\"},"
      + "\"machine\":{\"name\":\"m\"},\"layers\":2,\"vocabulary_size\":99,\"context_length\":9,"
      + "\"end_of_text\":[],\"capabilities\":[],\"prompts\":[{\"ids\":[1],\"name\":\"p\"}],"
      + "\"value\":'$id'}'; done"
    let evaluator = try evaluator(command)
    let clock = Stopwatch()
    #expect(throws: EvaluationError.interrupted) {
      try evaluator.ask(.costs(rows: 2), until: StopSignal { clock.seconds > 0.3 }) {
        _ throws(InputError) in 0
      }
    }
    let value = try evaluator.ask(.costs(rows: 2), until: .never) { answer throws(InputError) in
      try answer.required("value").integer()
    }
    #expect(value == 2)
  }

  @Test("a command that ignores SIGTERM is killed, with what it started")
  func deaf() throws {
    try withTemporaryDirectory { directory in
      let file = "\(directory)/child"
      let text = sentence {
        _ = try evaluator(
          "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > \(file); sleep 99' & sleep 99; sleep 99",
          timeout: 3)
      }
      #expect(text.contains("did not answer"))
      let child = try #require(
        pid_t(try readText(file).trimmingCharacters(in: .whitespacesAndNewlines)))
      // It dies when the system gets to it, and may stay a zombie of whoever adopts it.
      func isGone() -> Bool {
        guard let state = try? readText("/proc/\(child)/stat") else { return true }
        return state.contains(") Z ")
      }
      for _ in 0..<1000 where !isGone() { Thread.sleep(forTimeInterval: 0.02) }
      #expect(isGone())
    }
  }

  @Test("it ends when it is told that nothing more comes")
  func end() throws {
    let clock = Stopwatch()
    try evaluator(Probe.command()).end()
    #expect(clock.seconds < 5)
  }
}
