import Files
import TestSupport

/// Makes cases of some good files.
struct Mutator {
  private let seeds: [Parts]
  private let document: Document
  private let donors: StructureMutator.Donors
  private let files: [GGUFPieces]

  init(_ document: Document, _ files: [[UInt8]]) throws(InputError) {
    var seeds: [Parts] = []
    for file in files { seeds.append(try Parts(file, as: document)) }
    self.seeds = seeds
    self.document = document
    donors = StructureMutator.Donors(seeds.flatMap(\.values))
    self.files = seeds.compactMap { if case .gguf(let pieces) = $0 { pieces } else { nil } }
  }

  /// A case; the same numbers give the same bytes.
  func bytes(_ random: SplitMix64) -> [UInt8] {
    var random = random
    let changes = 1 << Int.random(in: 0...3, using: &random)
    // Bytes alone, structure alone, or both.
    let kind = Int.random(in: 0..<6, using: &random)
    var structure = StructureMutator(random: SplitMix64(seed: random.next()), donors: donors)
    var noise = ByteMutator(random: SplitMix64(seed: random.next()))
    let count = kind == 0 ? 0 : changes
    let seed = seeds[Int.random(in: seeds.indices, using: &random)]
    var bytes = changed(seed, count, &structure, &random)
    if kind < 2 { for _ in 0..<changes { noise.change(&bytes) } }
    return bytes
  }

  /// A file with few changes of its structure; nil where it has none any more.
  func bytes(changing file: [UInt8], _ random: SplitMix64) -> [UInt8]? {
    guard let parts = try? Parts(file, as: document) else { return nil }
    var random = random
    var structure = StructureMutator(random: SplitMix64(seed: random.next()), donors: donors)
    return changed(parts, Int.random(in: 1...2, using: &random), &structure, &random)
  }

  private func changed(
    _ parts: Parts, _ count: Int, _ structure: inout StructureMutator, _ random: inout SplitMix64
  ) -> [UInt8] {
    func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }
    switch parts {
    case .json(var value):
      for _ in 0..<count { value = structure.changed(value) }
      return Array(value.compact.utf8)
    case .lines(var lines):
      for _ in 0..<count where !lines.isEmpty {
        let index = Int.random(in: lines.indices, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: lines.remove(at: index)
        case 1: lines.insert(lines[index], at: index)
        case 2: lines.swapAt(index, Int.random(in: lines.indices, using: &random))
        default: lines[index] = structure.changed(lines[index])
        }
      }
      return Array(lines.map { $0.compact + "\n" }.joined().utf8)
    case .safetensors(var header, var data):
      for _ in 0..<count { header = structure.changed(header) }
      if chance(8) { data.removeLast(min(data.count, Int.random(in: 0...64, using: &random))) }
      if chance(8) { data += [UInt8](repeating: 0, count: 3) }
      let text = Array(header.compact.utf8)
      var length = UInt64(text.count)
      if chance(12) {
        length = length &+ UInt64(bitPattern: Int64.random(in: -9...9, using: &random))
      }
      if chance(20) { length = random.next() }
      return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text + data
    case .gguf(let pieces):
      var mutator = GGUFMutator(random: SplitMix64(seed: random.next()), donors: files)
      // One wrong number is enough for most refusals, which hide what else is wrong.
      let lies = chance(2) ? 0 : Int.random(in: 1...2, using: &random)
      return mutator.changed(pieces, changes: min(count, 3), lies: lies)
    case .text(var text):
      for _ in 0..<count { change(&text, &random) }
      return text
    }
  }

  /// Puts words in, or moves parts of another text here.
  private func change(_ text: inout [UInt8], _ random: inout SplitMix64) {
    guard case .text(let words) = document else { return }
    let position = Int.random(in: 0...text.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0, 1:
      text.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: position)
    case 2:
      guard case .text(let other) = seeds[Int.random(in: seeds.indices, using: &random)],
        !other.isEmpty
      else { return }
      let start = Int.random(in: other.indices, using: &random)
      let end = min(other.count, start + Int.random(in: 1...60, using: &random))
      text.insert(contentsOf: other[start..<end], at: position)
    default:
      let end = min(text.count, position + Int.random(in: 0...12, using: &random))
      text.removeSubrange(position..<end)
    }
  }
}
