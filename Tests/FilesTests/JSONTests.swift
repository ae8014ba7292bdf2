import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("JSON")
struct JSONTests {
  private func parse(_ text: String) throws(InputError) -> JSON {
    try JSON(parsing: text.utf8, file: "test.json")
  }

  @Test("what is written is read again as it was")
  func roundTrip() throws {
    let texts = [
      "null", "true", "[1, -2, 0]", "{\"b\": 1, \"a\": [2, {\"c\": null}]}",
      "\"\\u0000\\n\\\"\\\\é🙂\"",
      "[0.1, 1e-300, -2.5, 123456789012345678]", "[]", "{}", "[[], {}]",
    ]
    for text in texts {
      let value = try parse(text)
      #expect(try parse(value.compact).compact == value.compact)
      #expect(try parse(value.pretty).compact == value.compact)
    }
    #expect(try parse("{\"b\": 1, \"a\": 2}").compact == "{\"b\": 1, \"a\": 2}")
    #expect(JSON([Float(0.1), 3]).compact == "[0.1, 3.0]")
    #expect(JSON.double(.nan).compact == "null")
  }

  @Test("more values than any file has are refused where they begin to be too many")
  func valueCount() throws {
    let most = "[" + String(repeating: "0,", count: JSON.maximumValues - 2) + "0]"
    #expect(throws: Never.self) { try parse(most) }
    let error = #expect(throws: InputError.self) { try parse("[" + most + "]") }
    #expect(error?.problem.contains("more than 8000000 values") == true)
  }

  @Test("a configuration beyond all bounds is refused before it is read")
  func fileSize() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/config.json"
      try writeBytes(Array(#"{"a": 1}"#.utf8), to: path)
      #expect(throws: Never.self) { try JSONField.read(path) }
      // A hole: gigabytes that are nowhere.
      #expect(truncate(path, 3 << 30) == 0)
      let error = #expect(throws: InputError.self) { try JSONField.read(path) }
      #expect(error?.problem.contains("more than the 16777216 allowed") == true)
    }
  }

  @Test("numbers keep their kind, and integers their 64 bits")
  func numbers() throws {
    guard case .integer(.max) = try parse("9223372036854775807") else {
      Issue.record("not an integer")
      return
    }
    guard case .double(1e3) = try parse("1e3"), case .double = try parse("9223372036854775808")
    else {
      Issue.record("not a double")
      return
    }
  }

  @Test("what Python writes for numbers that are none is read only where that is asked for")
  func python() throws {
    for (text, value) in [("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity)] {
      guard
        case .array(let elements) = try JSON(
          parsing: "[1, \(text)]".utf8, file: "test.json", as: .python),
        case .double(let found) = elements[1]
      else {
        Issue.record("\(text) is no number")
        continue
      }
      #expect(found == value || found.isNaN && value.isNaN)
      let error = #expect(throws: InputError.self) { try parse("[1, \(text)]") }
      #expect(error?.problem.contains("Python") == true)
    }
  }

  @Test("keys that are canonically equivalent are two keys")
  func keys() throws {
    let value = try parse("{\"\\u00e0\": 1, \"a\\u0300\": 2}")
    guard case .integer(1)? = value["\u{E0}"], case .integer(2)? = value["a\u{300}"] else {
      Issue.record("the keys were taken for one")
      return
    }
  }

  @Test(
    "bad text is refused with line and column",
    arguments: [
      "", "{", "[1,]", "{\"a\" 1}", "{a: 1}", "tru", "01", "1.", "1e", "-", "\"a", "\"\\x\"",
      "\"\\u12\"", "\"\\ud800\"", "\"a\nb\"", "[1] 2", "nul", "+1", "\"\\u+123\"", "1e999",
    ])
  func bad(text: String) {
    #expect {
      try JSON(parsing: text.utf8, file: "test.json")
    } throws: { error in
      guard let error = error as? InputError else { return false }
      return error.kind == .unusable && error.description.hasPrefix("test.json: line ")
    }
  }

  @Test("invalid UTF-8 and bottomless nesting are refused")
  func hostile() {
    #expect(throws: InputError.self) {
      try JSON(parsing: [0x22, 0xFF, 0x22], file: "test.json")
    }
    #expect(throws: InputError.self) {
      try JSON(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000), file: "test.json")
    }
  }

  @Test("random damage is refused or read, never a trap")
  func fuzz() {
    let text = Array("{\"a\": [1, 2.5e-3, \"x\\u00e9\\ud83d\\ude42\"], \"b\": {\"c\": null}}".utf8)
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for _ in 0..<20_000 {
      var damaged = text
      for _ in 0...next(3) { damaged[next(damaged.count)] = UInt8(next(256)) }
      if next(4) == 0 { damaged.removeLast(next(damaged.count)) }
      if (try? JSON(parsing: damaged, file: "test.json")) == nil { refused += 1 }
    }
    #expect(refused > 5000)
  }
}

@Suite("A field of a JSON file")
struct JSONFieldTests {
  @Test("a wrong type names file, path and what was found")
  func mismatches() throws {
    let root = JSONField(
      try JSON(parsing: "{\"a\": {\"b\": [1, \"x\", 2.5]}, \"n\": null}".utf8, file: "f.json"),
      file: "f.json")
    let list = try root.required("a").required("b").elements()
    #expect(try list[0].integer() == 1 && list[2].double() == 2.5)
    #expect(
      throws: InputError(file: "f.json", field: "a.b[1]", "expected an integer, found a string")
    ) {
      try list[1].integer()
    }
    #expect(
      throws: InputError(file: "f.json", field: "a.b[2]", "expected an integer, found a number")
    ) {
      try list[2].integer()
    }
    #expect(throws: InputError(file: "f.json", field: "a.c", "the field is missing")) {
      try root.required("a").required("c")
    }
    #expect(throws: InputError(file: "f.json", field: "n", "the field is missing")) {
      try root.required("n")
    }
    #expect(
      throws: InputError(
        file: "f.json", field: "a.b[0]", "expected an integer from 2 to 5, found 1")
    ) {
      try list[0].integer(in: 2...5)
    }
    #expect(throws: InputError.self) { try list[0].optional("x") }
  }
}
