import Files
import Foundation
import Testing

/// The built program, run as another program runs it.
@Suite("The program ask-tell")
struct AskTellProgramTests {
  private struct Outcome {
    let status: Int32
    let answers: [JSON]
    let errors: String
  }

  private func run(_ lines: [String], arguments: [String] = []) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("ask-tell")
    process.arguments = arguments
    let pipes = (input: Pipe(), output: Pipe(), errors: Pipe())
    process.standardInput = pipes.input
    process.standardOutput = pipes.output
    process.standardError = pipes.errors
    try process.run()
    // A program that ended early does not read: that is no error of the test's.
    signal(SIGPIPE, SIG_IGN)
    try? pipes.input.fileHandleForWriting.write(
      contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
    try pipes.input.fileHandleForWriting.close()
    let output = pipes.output.fileHandleForReading.readDataToEndOfFile()
    let errors = pipes.errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let answers = status(arguments) ? String(decoding: output, as: UTF8.self) : ""
    return Outcome(
      status: process.terminationStatus,
      answers: try answers.split(separator: "\n").map { line throws(InputError) in
        try JSON(parsing: line.utf8, file: "the output")
      }, errors: String(decoding: errors, as: UTF8.self))
  }

  private func status(_ arguments: [String]) -> Bool { arguments.isEmpty }

  private func points(_ answer: JSON, _ key: String = "points") throws -> [String] {
    try JSONField(answer, file: "the output").required(key).elements().map {
      field throws(InputError) in
      if case .object = field.value { return try field.required("point").string() }
      return try field.string()
    }
  }

  private static let problem = """
    {"dimension": 6, "seed": 2, "frozen": [0], \
    "positions": [[0,0],[0,1],[0,2],[1,0],[1,1],[1,2]], "importance": [1, 0.2, 0.3, 1, 0.1, 0.5], "initial_design": ["010010"], \
    "certain": [{"point": "000000", "value": 3}], \
    "composition": {"base_cost": 0.06, "costs": [0.1, 0.1, 0.1, 0.2, 0.2, 0.2], \
    "verification_costs": [1, 1.1, 1.2], "link": "logit"}}
    """

  @Test("a session asks, tells and reports")
  func session() throws {
    let outcome = try run([
      Self.problem, "{\"ask\": 2}",
      """
      {"tell": [{"point": "010010", "value": 2, "variance": 0.03}, \
      {"point": "010101", "value": 0.5, "variance": 0.03}]}
      """, "", "{\"enqueue\": [\"001000\"]}", "{\"ask\": 1}", "{\"best\": 2}",
      "{\"importance\": true}", "{\"pareto\": true}", "{\"stop\": true}",
      "{\"predict\": [\"000000\"]}", "{\"prospect\": {\"above\": 1, \"samples\": 8}}",
    ])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    try #require(outcome.answers.count == 11)
    #expect(outcome.answers[0].compact == "{}")
    let first = try points(outcome.answers[1])
    #expect(first.count == 2 && first[0] == "010010" && first[1].hasPrefix("0"))
    #expect(try points(outcome.answers[4]) == ["001000"])
    #expect(try points(outcome.answers[5], "best") == ["010010", "010101"])
    let harms = try JSONField(outcome.answers[6], file: "the output").required("importance")
    #expect(try harms.elements().count == 6)
    #expect(try points(outcome.answers[7], "pareto").contains("010010"))
    #expect(outcome.answers[8].compact == "{\"stop\": null}")
    let prediction = try JSONField(outcome.answers[9], file: "the output")
      .required("predictions").elements()[0].required("latent_mean").double()
    #expect(abs(prediction - 3) < 1e-4)
    let prospect = try JSONField(outcome.answers[10], file: "the output").required("prospect")
    #expect(try (0...1).contains(prospect.required("probability_above").double()))
    for name in ["gain", "best"] {
      let estimate = try prospect.required(name)
      #expect(try estimate.required("lower").double() <= estimate.required("upper").double())
    }
  }

  @Test(
    "every method answers, and proposals repeat",
    arguments: ["gp", "random", "annealing", "greedy"])
  func methods(name: String) throws {
    let lines = [
      "{\"dimension\": 10, \"method\": \"\(name)\", \"seed\": 7}", "{\"ask\": 15}",
      "{\"tell\": [{\"point\": \"1010101010\", \"value\": 1}]}", "{\"ask\": 5}", "{\"best\": 1}",
    ]
    let outcome = try run(lines)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try #require(outcome.answers.count == 5)
    #expect(Set(try points(outcome.answers[1]) + points(outcome.answers[3])).count == 20)
    #expect(try points(outcome.answers[4], "best") == ["1010101010"])
    #expect(try run(lines).answers.map(\.compact) == outcome.answers.map(\.compact))
  }

  @Test("bits that require others are one only where those are, whatever the method")
  func prerequisites() throws {
    for method in ["gp", "random", "annealing", "greedy"] {
      let outcome = try run([
        """
        {"dimension": 6, "method": "\(method)", "prerequisites": [[3, 0], [4, 1], [5, 4]], \
        "positions": [[0,0],[0,1],null,[1,0],[1,1],[2,1]], "initial_design": ["000001"]}
        """, "{\"ask\": 1}", "{\"tell\": [{\"point\": \"010011\", \"value\": 1}]}", "{\"ask\": 30}",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try points(outcome.answers[1]) == ["010011"])
      // 3 levels, 4 levels and a bit: 24 points.
      let rest = try points(outcome.answers[3])
      #expect(Set(rest).count == 23 && !rest.contains("010011"))
      for point in rest.map(Array.init) {
        #expect(point[3] <= point[0] && point[4] <= point[1] && point[5] <= point[4])
      }
    }
  }

  @Test("values told with chunks are believed to share their noise")
  func chunks() throws {
    func mean(_ chunks: (String, String)) throws -> Double {
      let outcome = try run([
        "{\"dimension\": 4}",
        """
        {"tell": [{"point": "0000", "value": 1, "variance": 1, "chunks": \(chunks.0)}, \
        {"point": "0001", "value": 3, "variance": 1, "chunks": \(chunks.1)}]}
        """, "{\"predict\": [\"0000\"]}",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try JSONField(try #require(outcome.answers.last), file: "the output")
        .required("predictions").elements()[0].required("latent_mean").double()
    }
    // What both have in common is the chunks' noise; the difference is the points' own.
    #expect(try mean(("[1]", "[1]")) < mean(("[1]", "[2]")) - 0.01)
  }

  @Test("the old names of positions and chunks still read, and mean the same")
  func oldNames() throws {
    let lines = [
      Self.problem,
      """
      {"tell": [{"point": "000011", "value": 1, "variance": 1, "chunks": [1, 2]}, \
      {"point": "010010", "value": 3, "variance": 1, "chunks": [2, 3]}]}
      """, "{\"ask\": 4}", "{\"predict\": [\"000000\", \"001100\"]}",
    ]
    let old = lines.map {
      $0.replacing("\"positions\"", with: "\"places\"")
        .replacing("\"chunks\"", with: "\"sample\"")
    }
    #expect(old[0] != lines[0] && old[1] != lines[1])
    let (outcome, oldOutcome) = (try run(lines), try run(old))
    #expect(outcome.status == 0 && outcome.answers.count == 4, "\(outcome.errors)")
    #expect(oldOutcome.status == 0, "\(oldOutcome.errors)")
    #expect(oldOutcome.answers.map(\.compact) == outcome.answers.map(\.compact))
  }

  @Test("an evaluation that failed has no value, and its point is not proposed again")
  func failures() throws {
    for method in ["gp", "random", "annealing", "greedy"] {
      for value in ["NaN", "null"] {
        let outcome = try run([
          "{\"dimension\": 2, \"method\": \"\(method)\"}", "{\"ask\": 1}",
          "{\"tell\": [{\"point\": \"00\", \"value\": \(value)}]}", "{\"best\": 4}", "{\"ask\": 4}",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        try #require(outcome.answers.count == 5)
        #expect(outcome.answers[3].compact == "{\"best\": []}")
        let (first, rest) = (try points(outcome.answers[1]), try points(outcome.answers[4]))
        #expect(!rest.contains("00"), "also where it was not asked for")
        #expect(Set(first + rest + ["00"]).count == 4 && rest.count == (first == ["00"] ? 3 : 2))
      }
    }
  }

  @Test("what cannot be used ends with one sentence and its exit code")
  func errors() throws {
    let small = "{\"dimension\": 3}"
    let cases: [([String], Int32, String)] = [
      (["nonsense"], 65, "line 1"),
      ([small, "{\"tell\": [{\"point\": \"000\", \"value\": 1e308}]}"], 65, "tell[0].value"),
      ([small, "{\"tell\": [{\"point\": \"000\", \"value\": Infinity}]}"], 65, "finite"),
      (["{}"], 65, "line 1.dimension: the field is missing"),
      (["{\"dimension\": 0}"], 65, "from 1 to 4096"),
      (["{\"dimension\": 3, \"method\": \"magic\"}"], 65, "expected one of \"gp\""),
      (["{\"dimension\": 3, \"frozen\": [3]}"], 65, "frozen[0]"),
      (["{\"dimension\": 3, \"importance\": [1, 2]}"], 65, "expected 3 elements"),
      (["{\"dimension\": 3, \"importance\": [1, 2, -1]}"], 65, "importance[2]"),
      (["{\"dimension\": 3, \"prerequisites\": [[1]]}"], 65, "expected [bit, prerequisite]"),
      (["{\"dimension\": 3, \"prerequisites\": [[1, 3]]}"], 65, "prerequisites[0][1]"),
      (
        ["{\"dimension\": 3, \"prerequisites\": [[1, 0], [1, 2]]}"], 65,
        "bit 1 has a prerequisite already"
      ),
      (
        ["{\"dimension\": 3, \"prerequisites\": [[1, 0], [2, 1], [0, 2]]}"], 65,
        "prerequisites[2]: bit 0 would require itself"
      ),
      ([small, "{\"prospect\": {}}"], 65, "prospect.above: the field is missing"),
      (
        [
          """
          {"dimension": 2, "composition": {"base_cost": 1, "costs": [1, 1], \
          "pair_costs": [[0, 0, 1]], "verification_costs": [1]}}
          """
        ], 65, "pair_costs[0]: expected two different bits"
      ),
      ([small, "{\"ask\": 0}"], 65, "line 2.ask"), ([small, "{\"frob\": 1}"], 65, "\"frob\""),
      ([small, "{\"ask\": 1, \"best\": 1}"], 65, "one request"),
      ([small, "{\"tell\": [{\"point\": \"01\", \"value\": 1}]}"], 65, "3 zeros and ones"),
      ([small, "{\"tell\": [{\"point\": \"010\", \"value\": \"x\"}]}"], 65, "expected a number"),
      (
        [small, "{\"tell\": [{\"point\": \"010\", \"value\": 1, \"variance\": -1}]}"], 65,
        "not negative"
      ),
      (
        [small, "{\"tell\": [{\"point\": \"010\", \"value\": 1, \"sample\": []}]}"], 65,
        "sample: expected at least one number"
      ),
      (
        [small, "{\"tell\": [{\"point\": \"010\", \"value\": 1, \"sample\": [-1]}]}"], 65,
        "sample[0]"
      ),
      (
        [small, "{\"tell\": [{\"point\": \"010\", \"value\": 1, \"chunks\": [-1]}]}"], 65,
        "chunks[0]"
      ),
      (
        [
          small,
          "{\"tell\": [{\"point\": \"010\", \"value\": 1, \"chunks\": [1], \"sample\": [1]}]}",
        ], 65, "line 2.tell[0]: \"sample\" is the old name of \"chunks\""
      ),
      (
        ["{\"dimension\": 1, \"places\": [[0, 0]], \"positions\": [[0, 0]]}"], 65,
        "\"places\" is the old name of \"positions\""
      ),
      (["{\"dimension\": 1, \"positions\": [[0]]}"], 65, "positions[0]"),
      (
        ["{\"dimension\": 3, \"method\": \"random\"}", "{\"pareto\": true}"], 65, "only the method"
      ),
    ]
    for (lines, status, sentence) in cases {
      let outcome = try run(lines)
      #expect(outcome.status == status, "\(lines)")
      #expect(outcome.errors.hasPrefix("Error: standard input: "), "\(outcome.errors)")
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(try run([], arguments: ["--frob"]).status == 64)
    #expect(try run([], arguments: ["--help"]).status == 0)
  }
}
