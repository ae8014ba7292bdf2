import Files
import Foundation
import Jinja
import Tokenizers

/// Renders templates and encodes texts, one per line of standard input, for comparisons with other
/// programs (`Experiments/templates`, `Experiments/tokenizers`). Not installed.
///
///     text-probe templates            {"template": "…", "variables": {…}} → {"text": "…"}
///     text-probe tokenizer DIRECTORY  "…" → [ids]
///     text-probe time DIRECTORY FILE  seconds to load, and to encode the file
@main
enum TextProbe {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "templates": answer(template)
    case "tokenizer" where arguments.count == 2:
      let tokenizer = try Tokenizer(directory: arguments.last ?? "")
      answer { line throws(InputError) in try ids(line, tokenizer) }
    case "time" where arguments.count == 3:
      try time(directory: Array(arguments)[1], file: Array(arguments)[2])
    default: print("usage: text-probe templates | tokenizer DIRECTORY | time DIRECTORY FILE")
    }
  }

  private static func answer(_ answer: (JSONField) throws(InputError) -> JSON) {
    while let line = readLine() {
      do {
        let json = try JSON(parsing: line.utf8, file: "input")
        print(try answer(JSONField(json, file: "input")).compact)
      } catch {
        let json: JSON = ["error": .string("\(error)")]
        print(json.compact)
      }
    }
  }

  private static func template(_ line: JSONField) throws(InputError) -> JSON {
    let source = try line.required("template").string()
    do throws(TemplateError) {
      var variables: [(String, Value)] = []
      if case .object(let members)? = line.value["variables"] {
        for member in members { variables.append((member.key, try Value(member.value))) }
      }
      return ["text": .string(try Template(source).render(variables))]
    } catch {
      throw InputError(file: "template", "\(error)")
    }
  }

  private static func ids(_ line: JSONField, _ tokenizer: Tokenizer) throws(InputError) -> JSON {
    let ids = tokenizer.encode(try line.string(), addSpecialTokens: false)
    return [
      "ids": JSON(ids), "text": .string(tokenizer.decode(ids, skipSpecialTokens: false)),
    ]
  }

  private static func time(directory: String, file: String) throws {
    let start = Date()
    let tokenizer = try Tokenizer(directory: directory)
    let loaded = Date()
    let text = try readText(file)
    for _ in 0..<3 {
      let begin = Date()
      let count = tokenizer.encode(text).count
      let seconds = Date().timeIntervalSince(begin)
      print(
        "\(count) ids, \(text.utf8.count) bytes in \(seconds) s: "
          + "\(Double(text.utf8.count) / seconds / 1e6) MB/s")
    }
    print("loaded in \(loaded.timeIntervalSince(start)) s")
  }
}
