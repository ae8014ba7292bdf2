import Files
import Foundation

/// What goes wrong, and when.
struct Trouble {
  private let kind: String?
  private let request: String?
  private let marker: String?
  private let logFile: String?

  init(_ options: [String: String]) {
    kind = options["--fail"]
    request = options["--at"]
    marker = options["--once"]
    logFile = options["--log"]
  }

  /// Every line of the conversation, for a test that looks at them.
  func log(_ line: String) {
    guard let logFile, let file = fopen(logFile, "a") else { return }
    fputs(line + "\n", file)
    fclose(file)
  }

  /// The answer, or what comes instead.
  func changed(_ answer: JSON, to name: String) throws -> JSON {
    guard let kind, name == request else { return answer }
    if let marker {
      if fileExists(marker) { return answer }
      try writeAtomically("", to: marker)
    }
    func say(_ text: String) throws { try writeAll(text, to: STDOUT_FILENO, name: "trouble") }
    switch kind {
    case "crash":
      try writeAll("out of luck\n", to: STDERR_FILENO, name: "trouble")
      exit(3)
    case "kill": kill(getpid(), SIGKILL)
    case "stall": sleep(1000)
    case "deaf":
      signal(SIGTERM, SIG_IGN)
      while true { sleep(1000) }
    case "close":
      close(STDOUT_FILENO)
      sleep(1000)
    case "text": try say("Loading weights: 100%\n")
    case "long":
      let piece = String(repeating: "x", count: 1 << 20)
      for _ in 0...64 { try say(piece) }
      sleep(1000)
    case "flood":
      let line = String(repeating: "e", count: 99) + "\n"
      for _ in 0..<30_000 { try writeAll(line, to: STDERR_FILENO, name: "trouble") }
    case "id": return changed(answer, "id", 12_345)
    case "refuse": return changed(answer, "error", "no memory for that")
    case "null": return changed(answer, "matched", .null)
    case "few": return changed(answer, "matched", [1])
    case "nan": try say("{\"id\": 3, \"matched\": [NaN]}\n")
    case "much":
      guard case .array(let values)? = answer["matched"] else { break }
      return changed(answer, "matched", JSON(values.map { _ in 60 }))
    case "ids": return changed(answer, "ids", [1_000_000])
    case "other": return changed(answer, "ids", JSON([Int](repeating: 1, count: 40)))
    case "another":
      guard case .array(let ids)? = answer["ids"] else { break }
      let first: JSON = ids.first?.compact == "0" ? 1 : 0
      return changed(answer, "ids", .array([first] + ids.dropFirst()))
    case "protocol": return changed(answer, "protocol", "skip-search/evaluator/2")
    default: break
    }
    return answer
  }

  private func changed(_ answer: JSON, _ key: String, _ value: JSON) -> JSON {
    guard case .object(let members) = answer else { return answer }
    return .object(members.filter { $0.key != key } + [JSON.Member(key, value)])
  }
}
