/// Memory that holds keys and values in a layout. Valid as long as the memory's owner.
struct KeyValueView {
  let layout: KeyValueLayout
  let base: UnsafeMutablePointer<Float>

  /// Where one head's key of a position starts; its components are `KeyValueLayout.block` floats
  /// apart.
  @inline(__always)
  func key(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
    base + layout.key(layer: layer, head: head, position: position)
  }

  /// Where one head's value of a position starts: `layout.width` floats.
  @inline(__always)
  func value(layer: Int, head: Int, position: Int) -> UnsafeMutablePointer<Float> {
    base + layout.value(layer: layer, head: head, position: position)
  }

  /// Takes over the first positions of another memory, as many as fit here.
  func update(from other: KeyValueView) {
    precondition(layout.capacity <= other.layout.capacity)
    for layer in 0..<layout.layerCount {
      for head in 0..<layout.headCount {
        key(layer: layer, head: head, position: 0).update(
          from: other.key(layer: layer, head: head, position: 0),
          count: layout.keyCount)
        value(layer: layer, head: head, position: 0).update(
          from: other.value(layer: layer, head: head, position: 0),
          count: layout.capacity * layout.width)
      }
    }
  }

  /// Takes over one position of another memory.
  func update(_ position: Int, from other: KeyValueView, _ source: Int) {
    for layer in 0..<layout.layerCount {
      for head in 0..<layout.headCount {
        let key = key(layer: layer, head: head, position: position)
        let sourceKey = other.key(layer: layer, head: head, position: source)
        for component in stride(
          from: 0, to: layout.width * KeyValueLayout.block, by: KeyValueLayout.block)
        {
          key[component] = sourceKey[component]
        }
        value(layer: layer, head: head, position: position).update(
          from: other.value(layer: layer, head: head, position: source), count: layout.width)
      }
    }
  }
}
