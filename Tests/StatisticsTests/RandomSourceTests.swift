import Statistics
import Testing

@Suite("Random numbers")
struct RandomSourceTests {
  @Test("random numbers are those of a reference implementation")
  func randomSource() {
    // A Python transcription of the published C code of xoshiro256** and SplitMix64.
    var random = RandomSource(seed: 42)
    #expect(
      (0..<3).map { _ in random.next() } == [
        0x19e4_79e2_aaa7_7bfb, 0x5e3e_fe75_3be2_7527, 0xc3ed_7125_b780_200a,
      ])
    random = RandomSource(seed: 42, stream: 1)
    #expect(
      (0..<3).map { _ in random.next() } == [
        0xc2fa_aa11_a6d3_ad7d, 0x20df_1919_2867_3a4a, 0x9f1f_3bef_7f9a_3f54,
      ])
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.below(7)] += 1 }
    // Six standard deviations of a binomial count of 70,000 draws at 1/7.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 556 })
    let sample = random.sample(50, of: Array(0..<50))
    #expect(sample.sorted() == Array(0..<50) && sample != Array(0..<50))
  }
}
