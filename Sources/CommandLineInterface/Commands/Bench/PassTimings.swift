import Files
import Inference

/// Times the passes that lines of standard input name: `bench --stdin`.
struct PassTimings {
  private let timer: EngineTimer

  init(_ timer: EngineTimer) { self.timer = timer }

  /// Answers each line with a line of JSON: `decode 5` with the seconds of five passes.
  func answerInput() throws(InputError) {
    while let line = readLine() { try StandardOutput().write(answer(to: line).compact + "\n") }
  }

  private func answer(to line: String) -> JSON {
    let words = line.split(separator: " ")
    guard let count = words.last.flatMap({ Int($0) }), (1...100_000).contains(count),
      let pass = Self.pass(words.dropLast().map(String.init))
    else {
      let forms = "decode N, draft N, step BITS N, verify ROWS N, far ROWS N, prefill N, read N"
      return ["error": .string("\"\(line)\" is none of: \(forms)")]
    }
    return timer.canRun(pass)
      ? ["seconds": JSON(timer.seconds(pass, passes: count))]
      : ["error": "so many rows do not fit this model's context or one pass"]
  }

  /// `decode`, `draft`, `step BITS`, `verify ROWS`, `far ROWS`, `prefill` or `read`; nil for anything
  /// else.
  static func pass(_ words: [String]) -> EnginePass? {
    switch (words.first, words.count) {
    case ("decode", 1): .decode
    case ("draft", 1): .draft
    case ("step", 2):
      words[1] == "model"
        ? .step(.model) : Int(words[1]).flatMap(WeightPrecision.init(bits:)).map(EnginePass.step)
    case ("prefill", 1): .prefill
    case ("read", 1): .read
    case ("verify", 2): Int(words[1]).flatMap { $0 >= 1 ? .verify(rows: $0) : nil }
    case ("far", 2): Int(words[1]).flatMap { $0 >= 1 ? .far(rows: $0) : nil }
    default: nil
    }
  }
}
