import Testing

@testable import Report

@Suite("Numbers and words")
struct NumberTests {
  @Test("numbers have their digits, and a dash where there is none")
  func numbers() {
    #expect(fixed(1.1875, 2) == "1.19" && fixed(12, 0) == "12" && fixed(0.125, 2) == "0.13")
    #expect(fixed(-2.25, 1) == "-2.3" && fixed(-0.04, 1) == "0.0")
    for none in [nil, Double.nan, .infinity, -.infinity] { #expect(fixed(none, 1) == "–") }
  }

  @Test("durations read well")
  func durations() {
    #expect(duration(0.04) == "0.0 s")
    #expect(duration(59.9) == "59.9 s")
    #expect(duration(59.96) == "1 min 00 s")
    #expect(duration(185) == "3 min 05 s")
    #expect(duration(7500) == "2 h 05 min")
  }

  @Test("a text that is too long ends in an ellipsis")
  func shortening() {
    #expect(shortened("abcdef", to: 6) == "abcdef" && shortened("abcdefg", to: 6) == "abcde…")
    #expect(percent(0.7272) == "72.7%" && percent(nil) == "–" && times(1.996) == "2.00x")
  }
}
