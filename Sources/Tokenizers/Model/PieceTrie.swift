import Foundation

/// The tokens of a vocabulary by their bytes: which of them begin at a place of a text. A trie as a
/// double array (Aoe 1989, "An Efficient Digital Search Algorithm by Using a Double-Array
/// Structure"): a step is one look.
struct PieceTrie: Sendable {
  struct Node: Sendable {
    /// Where the children are, each at its byte's distance.
    var children: Int32
    /// The node above; -1 for a place that is free.
    var parent: Int32
    /// The token that ends here; -1 for none.
    var id: Int32

    fileprivate static let free = Node(children: 0, parent: -1, id: -1)
  }

  /// Node 0 is the root. Behind the last one are 256 that are free, so that every step is in bounds.
  private(set) var nodes: [Node] = []
  /// No place before this one is free, or hardly any.
  private var firstFree = 1

  init(_ ids: ByteTable) {
    var keys: [(text: [UInt8], id: Int32)] = []
    keys.reserveCapacity(ids.count)
    ids.forEach { text, id in if !text.isEmpty { keys.append((text, id)) } }
    keys.sort { first, second in
      let order = memcmp(first.text, second.text, min(first.text.count, second.text.count))
      return order == 0 ? first.text.count < second.text.count : order < 0
    }
    nodes = [Node(children: 0, parent: 0, id: -1)]
    grow(to: 1024)
    /// Nodes whose children have no place yet, with the keys that pass through them.
    var waiting = [(node: 0, keys: 0..<keys.count, depth: 0)]
    var bytes: [UInt8] = []
    var starts: [Int] = []
    while let (node, range, depth) = waiting.popLast() {
      bytes.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
      for index in range where keys[index].text.count > depth {
        let byte = keys[index].text[depth]
        if bytes.last != byte {
          bytes.append(byte)
          starts.append(index)
        }
      }
      guard let first = bytes.first else { continue }
      let base = place(for: bytes, first)
      nodes[node].children = Int32(base)
      for (number, byte) in bytes.enumerated() {
        let child = base + Int(byte)
        let end = number + 1 < starts.count ? starts[number + 1] : range.upperBound
        let ends = keys[starts[number]].text.count == depth + 1
        nodes[child] = Node(
          children: 0, parent: Int32(node), id: ends ? keys[starts[number]].id : -1)
        waiting.append((child, starts[number]..<end, depth + 1))
      }
    }
  }

  /// Where all children find their places free.
  private mutating func place(for bytes: [UInt8], _ first: UInt8) -> Int {
    var candidate = max(firstFree, Int(first) + 1)
    var taken = 0
    let begin = candidate
    while true {
      if candidate + 512 > nodes.count { grow(to: 2 * nodes.count) }
      let base = candidate - Int(first)
      if nodes[candidate].parent >= 0 {
        taken += 1
      } else if bytes.allSatisfy({ nodes[base + Int($0)].parent < 0 }) {
        // Not to look again and again at places that are nearly all taken.
        if taken * 16 >= (candidate - begin) * 15 { firstFree = max(firstFree, candidate) }
        return base
      }
      candidate += 1
    }
  }

  private mutating func grow(to count: Int) {
    nodes += Array(repeating: Node.free, count: count - nodes.count)
  }
}
