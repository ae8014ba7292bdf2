import Files
import TestSupport

/// Changes a JSON value's structure: members dropped, doubled, renamed, of another type; numbers
/// beyond all bounds; nesting; values of one place in another.
struct StructureMutator {
  var random: SplitMix64
  /// What may turn up anywhere.
  let donors: Donors

  /// Values of the good files, and names of their members.
  struct Donors {
    private(set) var values: [JSON] = []
    private(set) var keys: [String] = []

    init(_ seeds: [JSON]) {
      for seed in seeds { collect(seed, depth: 0) }
    }

    private mutating func collect(_ value: JSON, depth: Int) {
      if depth > 0 { values.append(value) }
      switch value {
      // A vocabulary's entries are all alike.
      case .object(let members):
        for member in members.prefix(40) {
          keys.append(member.key)
          collect(member.value, depth: depth + 1)
        }
      case .array(let values):
        for value in values.prefix(10) { collect(value, depth: depth + 1) }
      default: break
      }
    }
  }

  /// One change somewhere: what lies near the root is as likely as what lies deep.
  mutating func changed(_ value: JSON) -> JSON {
    switch value {
    case .array(var values) where !values.isEmpty && !chance(5):
      let index = Int.random(in: values.indices, using: &random)
      guard chance(4) else {
        values[index] = changed(values[index])
        return .array(values)
      }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: values.remove(at: index)
      case 1: values.insert(values[index], at: index)
      case 2: values.swapAt(0, index)
      case 3:
        // Not for ever: what is repeated may hold what was.
        let most = max(1, Self.most / Self.weight(values[index]))
        values += Array(repeating: values[index], count: min(many(), most))
      default: values.append(anything())
      }
      return .array(values)
    case .object(var members) where !members.isEmpty && !chance(6):
      let index = Int.random(in: members.indices, using: &random)
      guard chance(4) else {
        members[index].value = changed(members[index].value)
        return .object(members)
      }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: members.remove(at: index)
      case 1: members.append(JSON.Member(members[index].key, anything()))
      case 2: members[index].key = key()
      case 3: members.append(JSON.Member(key(), anything()))
      case 4:
        let other = Int.random(in: members.indices, using: &random)
        let value = members[other].value
        members[other].value = members[index].value
        members[index].value = value
      default: members.swapAt(0, index)
      }
      return .object(members)
    default: return replacement(of: value)
    }
  }

  /// Values that a repetition adds at most.
  private static let most = 20_000

  /// The values in a value, itself among them.
  private static func weight(_ value: JSON) -> Int {
    switch value {
    case .array(let values): values.reduce(1) { $0 + weight($1) }
    case .object(let members): members.reduce(1) { $0 + weight($1.value) }
    default: 1
    }
  }

  private mutating func replacement(of value: JSON) -> JSON {
    guard !chance(5) else { return anything() }
    switch value {
    case .integer(let number):
      return chance(3)
        ? .integer(number &+ Int.random(in: -2...2, using: &random))
        : chance(3) ? .integer(number &* Int.random(in: -3...1000, using: &random)) : absurdNumber()
    case .double(let number):
      let exponent = Int.random(in: -40...40, using: &random)
      return chance(2) ? .double(number * Self.power(exponent)) : absurdNumber()
    case .string(let text): return .string(changed(text))
    case .bool(let flag): return .bool(!flag)
    default: return anything()
    }
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { product, _ in exponent < 0 ? product / 10 : product * 10 }
  }

  private mutating func absurdNumber() -> JSON {
    let absurd: [JSON] = [
      0, -1, 1, 2, 3, 7, 64, 255, 256, 65_535, 65_536, 1_000_000, .integer(1 << 31),
      .integer(1 << 32), .integer(1 << 40), .integer(1 << 62), .integer(.max), .integer(.min),
      .integer(.max - 1), 0.5, -0.5, 1e-300, 5e-324, 1e18, 9.3e18, 1e19, 1e100, 1e308, -1e308,
      1.7976931348623157e308, 1e-30, .double(-0.0), 0.999999, 3.5,
    ]
    return absurd[Int.random(in: absurd.indices, using: &random)]
  }

  private mutating func changed(_ text: String) -> String {
    let odd = [
      "\u{0}", "\u{7F}", "é", "e\u{301}", "\u{200D}", "\u{FFFD}", "\u{10FFFF}", "👩‍👩‍👧", "▁", "Ġ", "<",
      "\\", "(", "[^",
      "{", "}", "%", "*", "+", "(?:", "|", "\n", "/", "..", "-1", "1e308", "NaN",
    ]
    var scalars = Array(text.unicodeScalars)
    let position = Int.random(in: 0...scalars.count, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return ""
    // Not for ever: changes may meet again.
    case 1 where scalars.count < 1 << 12:
      return String(repeating: text.isEmpty ? "a" : text, count: many() / 4 + 1)
    case 2:
      scalars.insert(
        contentsOf: odd.randomElement(using: &random)?.unicodeScalars ?? "".unicodeScalars,
        at: position)
    case 3 where !scalars.isEmpty: scalars.remove(at: min(position, scalars.count - 1))
    case 4: scalars.removeSubrange(position...)
    case 5: return key()
    default: scalars += scalars.prefix(64)
    }
    var changed = String.UnicodeScalarView()
    changed.append(contentsOf: scalars)
    return String(changed)
  }

  private mutating func anything() -> JSON {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return .null
    case 1: return .bool(chance(2))
    case 2, 3: return absurdNumber()
    case 4: return .string(changed(key()))
    case 5: return chance(2) ? .array([]) : .object([])
    case 6:
      // Some within the parser's depth, some beyond.
      let depth = Int.random(in: 1...140, using: &random)
      return (0..<depth).reduce(absurdNumber()) { value, _ in .array([value]) }
    default: return donors.values.randomElement(using: &random) ?? .null
    }
  }

  private mutating func key() -> String { donors.keys.randomElement(using: &random) ?? "key" }

  private mutating func many() -> Int { 1 << Int.random(in: 0...10, using: &random) }

  private mutating func chance(_ of: Int) -> Bool {
    Int.random(in: 0..<of, using: &random) == 0
  }
}
