import Testing

@testable import Report

@Suite("Scales of charts")
struct LinearScaleTests {
  @Test("marks are round numbers around all values")
  func ticks() {
    let scale = LinearScale(around: [0.93, 1.94], from: 0, to: 100, count: 5)
    #expect(scale.ticks.map(scale.label) == ["0.5", "1.0", "1.5", "2.0"])
    #expect(scale.domain == 0.5...2)
    #expect(scale.place(0.5) == 0 && scale.place(2) == 100 && scale.place(1.25) == 50)
    let upwards = LinearScale(around: [0, 200], from: 260, to: 20)
    #expect(upwards.ticks == [0, 50, 100, 150, 200] && upwards.place(200) == 20)
  }

  @Test("a value on a mark adds no further one")
  func exactEnds() {
    #expect(LinearScale(around: [0.1, 0.3], from: 0, to: 1, count: 2).ticks.count == 3)
    #expect(LinearScale(around: [0, 0.7], from: 0, to: 1, count: 7).ticks.count == 8)
  }

  @Test("all values lie between the ends, for magnitudes of every kind")
  func containment() {
    for magnitude in [1e-9, 3e-3, 1, 7, 123, 4.5e8] {
      for low in [-1.0, -0.01, 0, 0.37] {
        let values = [low * magnitude, magnitude]
        let scale = LinearScale(around: values, from: 0, to: 400)
        #expect(scale.domain.lowerBound <= values[0] + 1e-9 * magnitude)
        #expect(scale.domain.upperBound >= values[1] - 1e-9 * magnitude)
        #expect((2...12).contains(scale.ticks.count))
        #expect(Set(scale.ticks.map(scale.label)).count == scale.ticks.count)
      }
    }
  }

  @Test("no values, one value and values that are no numbers still give a scale")
  func degenerate() {
    #expect(LinearScale(around: [], from: 0, to: 1).domain == 0...1)
    #expect(LinearScale(around: [.nan, .infinity], from: 0, to: 1).domain == 0...1)
    let one = LinearScale(around: [1.5, 1.5], from: 0, to: 1)
    #expect(one.domain.contains(1.5) && one.domain.lowerBound < one.domain.upperBound)
    #expect(one.place(-10) == 0 && one.place(10) == 1)
    for extreme in [[1e300, -1e300, 1], [0, 5e-324], [1, 1.0.nextUp], [-1e99, 1e99]] {
      let scale = LinearScale(around: extreme, from: 0, to: 1)
      #expect(scale.domain.lowerBound < scale.domain.upperBound)
      #expect((2...12).contains(scale.ticks.count))
    }
  }

  @Test("steps are 1, 2 or 5 times a power of ten, rounded up")
  func steps() {
    #expect(LinearScale.step(0.3) == 0.5 && LinearScale.step(1) == 1 && LinearScale.step(11) == 20)
    #expect(LinearScale.step(0) == 1 && LinearScale.step(.infinity) == 1)
  }
}
