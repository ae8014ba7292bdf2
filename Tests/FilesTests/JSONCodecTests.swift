import Testing

@testable import Files

enum Colour: String, CaseIterable, Sendable { case red, green }

/// A record with a member of every kind.
struct Lamp: Equatable, Sendable {
  var name = "desk"
  var colour = Colour.red
  var watts = 40.5
  var hours: [Int] = [1, 2]
  var limit: Double?
  var switches = Switches(count: 2)
  var place = "hall"
  var bulbs = 3

  struct Switches: Equatable, Sendable { var count: Int }
}

extension Lamp.Switches: JSONRecord {
  static func record(
    _ member: JSONMembers<Lamp.Switches>
  ) throws(InputError) -> Lamp.Switches {
    Lamp.Switches(count: try member("count", \.count, .integer(in: 1...3)))
  }
}

extension Lamp: JSONRecord {
  static func record(_ member: JSONMembers<Lamp>) throws(InputError) -> Lamp {
    try member.constant("schema", "lamp/1", otherwise: "this is no lamp")
    var lamp = Lamp()
    lamp.name = try member("name", or: "title", \.name, .string)
    lamp.colour = try member("colour", \.colour, .name(of: "colour"))
    lamp.watts = try member("watts", \.watts, .positive)
    member.derived("milliwatts") { .double($0.watts * 1000) }
    member.place(of: "hours")
    lamp.limit = try member("limit", \.limit, .nullable(.number))
    lamp.hours = try member("hours", \.hours, .array(of: .integer(in: 0...23)))
    lamp.switches = try member("switches", \.switches, Switches.codec)
    let (place, bulbs) = try member.object("room") { member throws(InputError) in
      (
        try member("place", \.place, .string),
        try member.part(\.bulbs)("bulbs", \.self, .integer(in: 0 ... .max).ifAbsent(1))
      )
    }
    (lamp.place, lamp.bulbs) = (place, bulbs)
    return lamp
  }
}

@Suite("A record's JSON")
struct JSONRecordTests {
  private static let text =
    #"{"schema": "lamp/1", "name": "desk", "colour": "red", "watts": 40.5, "#
    + #""milliwatts": 40500.0, "hours": [1, 2], "limit": null, "switches": {"count": 2}, "#
    + #""room": {"place": "hall", "bulbs": 3}}"#

  private func read(_ text: String) throws(InputError) -> Lamp {
    try Lamp(JSONField(JSON(parsing: text.utf8, file: "l.json"), file: "l.json"))
  }

  @Test(
    "has the keys in the order in which they are named, and those kept for later in their place")
  func writing() {
    #expect(Lamp().json.compact == Self.text)
    #expect(Lamp(limit: 2).json.compact == Self.text.replacing("null", with: "2.0"))
  }

  @Test("is read back the same, whatever the order of its keys, and derived members are not read")
  func reading() throws {
    #expect(try read(Self.text) == Lamp())
    let other = Lamp(
      name: "é", colour: .green, watts: 1, hours: [], limit: -1, switches: .init(count: 1),
      place: "", bulbs: 0)
    #expect(try read(other.json.pretty) == other)
    #expect(try read(Self.text.replacing("40500.0", with: "\"many\"")) == Lamp())
    #expect(
      try read(
        #"{"room": {"bulbs": 3, "place": "hall", "x": 1}, "switches": {"count": 2.0}, "#
          + #""hours": [1, 2], "watts": 40.5, "colour": "red", "name": "desk", "#
          + #""schema": "lamp/1"}"#) == Lamp())
  }

  @Test("reads what older files lack as its default, and a renamed member under its old key")
  func olderFiles() throws {
    #expect(try read(Self.text.replacing(#", "bulbs": 3"#, with: "")).bulbs == 1)
    #expect(try read(Self.text.replacing(#""bulbs": 3"#, with: #""bulbs": null"#)).bulbs == 1)
    #expect(try read(Self.text.replacing("\"name\"", with: "\"title\"")) == Lamp())
    // A key that is null is as one that is not there.
    #expect(
      try read(Self.text.replacing("\"name\"", with: "\"name\": null, \"title\"")) == Lamp())
  }

  @Test(
    "with a fault is refused by a sentence that names the field",
    arguments: [
      ("lamp/1", "desk/1", "schema", "this is no lamp"),
      (
        "lamp/1", "lamp/2", "schema",
        "lamp/2 is of a newer version of this program, which reads lamp/1: update it"
      ),
      (
        "lamp/1", "lamp/0", "schema",
        "lamp/0 is of no version that this program reads; it reads lamp/1"
      ),
      (#""schema": "lamp/1", "#, "", "schema", "the field is missing"),
      (#""name": "desk", "#, "", "name", "the field is missing"),
      (
        #""name""#, #""title": "x", "name""#, nil,
        "both \"name\" and \"title\" are given; keep one of them"
      ),
      ("\"red\"", "\"blue\"", "colour", "unknown colour; known are red, green"),
      ("\"red\"", "1", "colour", "expected a string, found an integer"),
      ("40.5", "0", "watts", "expected a positive number"),
      ("40.5", "null", "watts", "the field is missing"),
      ("[1, 2]", "3", "hours", "expected an array, found an integer"),
      ("[1, 2]", "[1, 24]", "hours[1]", "expected an integer from 0 to 23, found 24"),
      (
        #"{"count": 2}"#, #"{"count": 4}"#, "switches.count",
        "expected an integer from 1 to 3, found 4"
      ),
      (#"{"count": 2}"#, "[]", "switches", "expected an object, found an array"),
      (#""bulbs": 3"#, #""bulbs": -1"#, "room.bulbs", "expected an integer at least 0, found -1"),
      (#"{"place": "hall", "bulbs": 3}"#, "1", "room", "expected an object, found an integer"),
      (
        #"[1, 2], "limit": null"#, #"[77], "limit": true"#, "limit",
        "expected a number, found a boolean"
      ),
    ] as [(String, String, String?, String)])
  func faults(_ old: String, _ new: String, _ field: String?, _ problem: String) {
    #expect(throws: InputError(file: "l.json", field: field, problem)) {
      try read(Self.text.replacing(old, with: new))
    }
  }

  @Test("that is no object is refused")
  func noObject() {
    #expect(throws: InputError(file: "l.json", "expected an object, found an array")) {
      try read("[]")
    }
  }
}

/// A shape, whose members depend on its case.
enum Shape: Equatable, Sendable {
  case circle(radius: Double)
  case square(Square)

  struct Square: Equatable, Sendable { var side: Int }
}

extension Shape: JSONRecord {
  private enum Kind: String { case circle, square }

  private var kind: Kind { if case .circle = self { .circle } else { .square } }
  private var radius: Double? { if case .circle(let radius) = self { radius } else { nil } }
  private var square: Square? { if case .square(let square) = self { square } else { nil } }

  static func record(_ member: JSONMembers<Shape>) throws(InputError) -> Shape {
    switch try member("kind", \.kind, .name { "\"\($0)\" is no shape" }) {
    case .circle:
      return .circle(radius: try member.payload(\.radius)("radius", \.self, .nonnegative))
    case .square: return .square(try .record(member.payload(\.square)))
    }
  }
}

extension Shape.Square: JSONRecord {
  static func record(_ member: JSONMembers<Shape.Square>) throws(InputError) -> Shape.Square {
    Shape.Square(side: try member("side", \.side, .integer()))
  }
}

@Suite("An enumeration's JSON")
struct JSONPayloadTests {
  @Test("has the members of its case beside the case's name")
  func payloads() throws {
    for (shape, text) in [
      (Shape.circle(radius: 0.5), #"{"kind": "circle", "radius": 0.5}"#),
      (.square(Shape.Square(side: -2)), #"{"kind": "square", "side": -2}"#),
    ] {
      #expect(shape.json.compact == text)
      #expect(try Shape(JSONField(JSON(parsing: text.utf8, file: ""), file: "")) == shape)
    }
    #expect(throws: InputError(file: "s", field: "kind", "\"line\" is no shape")) {
      try Shape(JSONField(["kind": "line"], file: "s"))
    }
    #expect(throws: InputError(file: "s", field: "radius", "the field is missing")) {
      try Shape(JSONField(["kind": "circle", "side": 1], file: "s"))
    }
  }
}

@Suite("Codecs of values")
struct JSONCodecTests {
  private func read<Value>(_ json: JSON, _ codec: JSONCodec<Value>) throws(InputError) -> Value {
    try codec.read(JSONField(json, file: "f", path: "x"))
  }

  private func refusal<Value>(_ json: JSON, _ codec: JSONCodec<Value>) -> String? {
    do throws(InputError) {
      _ = try read(json, codec)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("numbers keep to their ranges, whose ends belong to them")
  func ranges() throws {
    #expect(try read(0, .nonnegative) == 0 && read(1e-300, .positive) == 1e-300)
    #expect(try read(0, .fraction) == 0 && read(1.0, .fraction) == 1)
    #expect(try read(.integer(.min), .integer()) == .min)
    #expect(try read(2, .integer(in: 2...3)) == 2 && read(3.0, .integer(in: 2...3)) == 3)
    #expect(refusal(-0.5, .nonnegative) == "f: x: expected a number of at least 0, found -0.5")
    #expect(refusal(0, .positive) == "f: x: expected a positive number")
    #expect(refusal(1.5, .fraction) == "f: x: expected a number from 0 to 1, found 1.5")
    #expect(refusal(-1, .fraction) == "f: x: expected a number from 0 to 1, found -1.0")
    #expect(try read(3, .number(in: -1...3)) == 3 && read(1e-12, .seconds) == 1e-12)
    #expect(
      refusal(1e308, .number(in: 0...1e9, of: "bytes"))
        == "f: x: expected bytes from 0 to 1000000000.0, found 1e+308")
    #expect(refusal(5e-324, .seconds) == "f: x: expected 0 seconds, or at least 1e-12")
    #expect(refusal(0, .positiveSeconds)?.contains("expected seconds from 1e-12") == true)
    #expect(refusal(1.5, .integer()) == "f: x: expected an integer, found a number")
    #expect(refusal("1", .number) == "f: x: expected a number, found a string")
    #expect(refusal(1, .bool) == "f: x: expected true or false, found an integer")
    #expect(refusal(.null, .string) == "f: x: expected a string, found null")
    #expect(JSONCodec.number.write(.infinity).compact == "null")
  }

  @Test("null is a value where it may be one, in arrays too")
  func nulls() throws {
    let codec = JSONCodec.array(of: .nullable(.integer()))
    #expect(try read([1, .null], codec) == [1, nil])
    #expect(codec.write([nil, 2]).compact == "[null, 2]")
    #expect(refusal([1, "a"], codec) == "f: x[1]: expected an integer, found a string")
    #expect(refusal([.null], .array(of: .integer())) == "f: x[0]: expected an integer, found null")
  }

  @Test("checks and conversions are applied when reading, and undone when writing")
  func conversions() throws {
    let even = JSONCodec.integer().checked("expected an even number") { $0 % 2 == 0 }
    #expect(try read(4, even) == 4)
    #expect(refusal(3, even) == "f: x: expected an even number")
    let reversed = JSONCodec.string.converted(
      read: { text, field throws(InputError) in
        guard text != "no" else { throw field.error("not this") }
        return Array(text)
      }, write: { String($0) })
    #expect(try read("ab", reversed) == ["a", "b"])
    #expect(refusal("no", reversed) == "f: x: not this")
    #expect(reversed.write(["c", "d"]).compact == "\"cd\"")
  }

  @Test("a member is read by a codec without a record")
  func members() throws {
    let field = JSONField(["a": [1, 2], "n": .null], file: "f")
    #expect(try field.member("a", as: .array(of: .integer())) == [1, 2])
    #expect(try field.member("n", as: .nullable(.string)) == nil)
    #expect(try field.member("b", as: .nullable(.string)) == nil)
    #expect(try field.member("b", as: .string.ifAbsent("c")) == "c")
    #expect(throws: InputError(file: "f", field: "n", "the field is missing")) {
      try field.member("n", as: .string)
    }
  }
}
