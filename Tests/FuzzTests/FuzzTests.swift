import FuzzSupport
import TestSupport
import Testing

/// Files changed in structure and bytes, the same in every run. A trap, a hang or a read outside of
/// a mapping ends the tests; Experiments/fuzz finds the case, and runs many more.
@Suite("Hostile files")
struct FuzzTests {
  /// Cases by target; others have 1500.
  private static let counts = ["journal": 400, "result": 800, "skip-set": 1500]

  @Test("every reader refuses or uses what it is given", arguments: try fuzzTargets())
  func readers(_ target: FuzzTarget) throws {
    let count = Self.counts[target.name] ?? 1500
    var accepted = 0
    try withTemporaryDirectory { directory in
      for number in 0..<UInt64(count) {
        let outcome = target.run(number, in: directory)
        if outcome == .accepted { accepted += 1 }
      }
    }
    // Where nothing, or everything, is accepted, the cases are not worth their time.
    #expect(accepted > count / 100 && accepted < count)
  }
  /// As the guided fuzzer does, which keeps files and changes these.
  @Test("changed files are changed further", arguments: try fuzzTargets())
  func changesOfChanges(_ target: FuzzTarget) {
    var changed = 0
    for number in 0..<200 as Range<UInt64> {
      let file = target.bytes(number)
      if let new = target.changed(file, seed: number), new != file { changed += 1 }
    }
    #expect(changed > 50)
  }
}
