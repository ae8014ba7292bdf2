import EvaluationTestSupport
import Files
import Foundation

/// An evaluator in a process of its own, for tests: it serves the engine's own replay and decoding of a
/// tiny model by the protocol, and fails where it is told to.
///
///     evaluator-probe [--capabilities a,b] [--fail KIND --at REQUEST [--once MARKER]] [--log FILE]
///
/// With a marker, a file, it fails only while that is not there, and makes it.
@main
struct Main {
  static func main() throws {
    var options: [String: String] = [:]
    var words = CommandLine.arguments.dropFirst()
    while let word = words.popFirst() { options[word] = words.popFirst() ?? "" }
    let trouble = Trouble(options)
    var server = try ProbeServer(capabilities: options["--capabilities"])
    func say(_ message: JSON) throws {
      let line = message.compact
      trouble.log(line)
      try writeAll(line + "\n", to: STDOUT_FILENO, name: "the answer")
    }
    var lines = JSONLines()
    while let request = try lines.next() {
      trouble.log(request.value.compact)
      let id = try request.required("id").integer()
      let name = try request.required("request").string()
      var answer: JSON
      do throws(InputError) {
        answer = try server.answer(name, request)
      } catch {
        answer = ["error": .string(error.description)]
      }
      answer = JSON.object([JSON.Member("id", .integer(id))]).adding(members(answer))
      try say(try trouble.changed(answer, to: name))
    }
    // What does not end with its input is ended.
    if options["--lingers"] != nil { sleep(1000) }
  }

  private static func members(_ answer: JSON) -> [JSON.Member] {
    if case .object(let members) = answer { members } else { [] }
  }
}
