import Checkpoints
import Testing

@testable import Inference

@Suite("The layout of keys and values")
struct KeyValueLayoutTests {
  /// Layouts of all kinds of head dimensions and capacities.
  private static func layouts(_ random: inout TestRandom) throws -> [KeyValueLayout] {
    try (0..<20).map { _ in
      KeyValueLayout(
        try randomModel(&random).configuration, capacity: Int.random(in: 1...70, using: &random))
    }
  }

  @Test("gives every component of every key and value a float of its own, and no more memory")
  func disjoint() throws {
    var random = TestRandom(31)
    for layout in try Self.layouts(&random) {
      var taken = [Bool](repeating: false, count: layout.count)
      var isDisjoint = true
      func take(_ index: Int) {
        if taken[index] { isDisjoint = false }
        taken[index] = true
      }
      for layer in 0..<layout.layerCount {
        for head in 0..<layout.headCount {
          for position in 0..<layout.capacity {
            let key = layout.key(layer: layer, head: head, position: position)
            let value = layout.value(layer: layer, head: head, position: position)
            for component in 0..<layout.width {
              take(key + component * KeyValueLayout.block)
              take(value + component)
            }
          }
        }
      }
      #expect(isDisjoint)
      // What is left fills up the keys' last blocks.
      let open =
        (KeyValueLayout.block - layout.capacity % KeyValueLayout.block)
        % KeyValueLayout.block
      #expect(taken.count { !$0 } == layout.layerCount * layout.headCount * open * layout.width)
    }
  }

  @Test("a cache's copy holds the verified positions, each in its own place")
  func copy() throws {
    var random = TestRandom(32)
    for layout in try Self.layouts(&random) {
      var cache = KVCache(layout)
      for index in 0..<layout.count { cache.view.base[index] = Float(index) }
      cache.extend(to: Int.random(in: 0...layout.capacity, using: &random))
      let copy = cache.copy()
      #expect(copy.count == cache.count && copy.capacity == cache.count)
      var isEqual = true
      for layer in 0..<layout.layerCount {
        for head in 0..<layout.headCount {
          for position in 0..<cache.count {
            let keys = [cache.view, copy.view].map {
              $0.key(layer: layer, head: head, position: position)
            }
            let values = [cache.view, copy.view].map {
              $0.value(layer: layer, head: head, position: position)
            }
            for component in 0..<layout.width {
              let offset = component * KeyValueLayout.block
              isEqual = isEqual && keys[0][offset] == keys[1][offset]
              isEqual = isEqual && values[0][component] == values[1][component]
            }
          }
        }
      }
      #expect(isEqual)
    }
  }
}
