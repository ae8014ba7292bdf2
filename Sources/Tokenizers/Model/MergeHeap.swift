/// A binary heap of merges to do, the lowest rank on top, the leftmost among equals.
struct MergeHeap {
  struct Candidate {
    let rank: Int32
    let position: Int
    let left: Int32
    let right: Int32
    let id: Int32

    func precedes(_ other: Candidate) -> Bool {
      rank == other.rank ? position < other.position : rank < other.rank
    }
  }

  private var items: [Candidate] = []

  mutating func push(_ item: Candidate) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[child].precedes(items[(child - 1) / 2]) {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Candidate? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      var parent = 0
      while true {
        var best = parent
        for child in [2 * parent + 1, 2 * parent + 2]
        where child < items.count && items[child].precedes(items[best]) { best = child }
        if best == parent { break }
        items.swapAt(parent, best)
        parent = best
      }
    }
    return top
  }
}
