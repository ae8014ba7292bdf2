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

  init(capacity: Int) { items.reserveCapacity(capacity) }

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
    guard !items.isEmpty else { return top }
    // The last one sinks: the better child moves up until none is better.
    var parent = 0
    var child = 1
    while child < items.count {
      if child + 1 < items.count, items[child + 1].precedes(items[child]) { child += 1 }
      guard items[child].precedes(last) else { break }
      items[parent] = items[child]
      parent = child
      child = 2 * parent + 1
    }
    items[parent] = last
    return top
  }
}
