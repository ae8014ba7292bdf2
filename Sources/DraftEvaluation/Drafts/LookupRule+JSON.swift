import Files
import Inference

extension LookupRule: JSONRecord {
  /// `{"n": 2, "max": 8, "limits": [2, 3, 8], "continues": false}`: `limits` are of matches of `n`,
  /// `n` + 1, … tokens; without them, every match is followed for `max` tokens.
  package static func record(
    _ member: JSONMembers<LookupRule>
  ) throws(InputError) -> LookupRule {
    let least = try member("n", \.least, .integer(in: 1...longestMatch))
    let maximum = try member(
      "max", \.maximum, .integer(in: 1...StopRule.largestMaximum))
    let room = longestMatch + 1 - least
    let limits = try member(
      "limits", { Array($0.limits[$0.least...]) },
      JSONCodec.array(of: .integer(in: 1...maximum))
        .checked("expected at most \(room) numbers that do not decrease, up to \(maximum)") {
          $0.count <= room && zip($0, $0.dropFirst()).allSatisfy { $0 <= $1 }
            && $0.last == maximum
        }
        .ifAbsent([maximum]))
    return LookupRule(
      limits: [Int](repeating: 0, count: least) + limits,
      continues: try member("continues", \.continues, .bool.ifAbsent(false)))
  }
}
