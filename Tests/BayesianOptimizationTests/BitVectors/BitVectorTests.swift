import BayesianOptimization
import Statistics
import Testing

@Suite("Bit vectors")
struct BitVectorTests {
  @Test(
    "ones, distances and flips agree with arrays of booleans",
    arguments: [0, 1, 63, 64, 65, 160])
  func againstArrays(count: Int) {
    var random = RandomSource(seed: UInt64(count))
    let a = (0..<count).map { _ in random.uniform() < 0.4 }
    let b = (0..<count).map { _ in random.uniform() < 0.6 }
    let (x, y) = (BitVector(a), BitVector(b))
    #expect(x.ones.count == a.filter(\.self).count)
    #expect(x.hammingDistance(to: y) == zip(a, b).filter { $0 != $1 }.count)
    #expect((x ^ y).ones.count == x.hammingDistance(to: y))
    #expect((0..<count).allSatisfy { x[$0] == a[$0] })
    #expect(BitVector(count: count, ones: x.ones) == x)
    #expect(x.description == a.map { $0 ? "1" : "0" }.joined())
    for index in 0..<count {
      let flipped = x.flipping(index)
      #expect(flipped[index] != x[index] && flipped.hammingDistance(to: x) == 1)
      #expect(flipped.flipping(index) == x && flipped.flipping(index).hashValue == x.hashValue)
    }
  }
}
