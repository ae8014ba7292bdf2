import Files
import Foundation
import Jinja
import Tokenizers

/// Renders templates and encodes texts, one per line of standard input, for comparisons with other
/// programs (`Experiments/templates`, `Experiments/tokenizers`). Not installed.
///
///     text-probe templates            {"template": "…", "variables": {…}} → {"text": "…"}
///     text-probe tokenizer DIRECTORY  strings → ids and what they are decoded to: each string is a
///                                     number of bytes and the bytes, ids are a number of them and
///                                     they; numbers are 32 bits
///     text-probe time DIRECTORY FILE  seconds to load, and to encode the file
@main
enum TextProbe {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "templates": answer(template)
    case "tokenizer" where arguments.count == 2:
      let tokenizer = try Tokenizer(directory: arguments.last ?? "")
      encode(FileHandle.standardInput.readDataToEndOfFile(), tokenizer)
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

  private static func encode(_ input: Data, _ tokenizer: Tokenizer) {
    var answer: [UInt8] = []
    func add(_ numbers: [Int]) {
      for number in numbers {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: number).littleEndian) { answer += $0 }
      }
    }
    input.withUnsafeBytes { input in
      var position = 0
      while position + 4 <= input.count {
        let count = Int(
          UInt32(littleEndian: input.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
        guard count <= input.count - position else { break }
        let text = String(decoding: input[position..<position + count], as: UTF8.self)
        position += count
        let ids = tokenizer.encode(text, addSpecialTokens: false)
        let decoded = Array(tokenizer.decode(ids, skipSpecialTokens: false).utf8)
        add([ids.count] + ids + [decoded.count])
        answer += decoded
        if answer.count > 1 << 20 || position + 4 > input.count {
          FileHandle.standardOutput.write(Data(answer))
          answer.removeAll(keepingCapacity: true)
        }
      }
    }
  }

  private static func time(directory: String, file: String) throws {
    // Of the processor: the machine may have other work.
    let start = clock()
    let tokenizer = try Tokenizer(directory: directory)
    let loaded = clock()
    let text = try readText(file)
    for _ in 0..<3 {
      let begin = clock()
      let count = tokenizer.encode(text).count
      let seconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC)
      print(
        "\(count) ids, \(text.utf8.count) bytes in \(seconds) s: "
          + "\(Double(text.utf8.count) / seconds / 1e6) MB/s")
    }
    print("loaded in \(Double(loaded - start) / Double(CLOCKS_PER_SEC)) s")
  }
}
