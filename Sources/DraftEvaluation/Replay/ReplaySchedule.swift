import Files
import Inference
import Statistics

/// All starts of a set of texts, in chunks: each a fair sample of all texts in proportion to their
/// lengths, and of early and late places alike.
///
/// A start's key is the fractional part of a multiple of the golden ratio, a low-discrepancy sequence:
/// the starts with keys in an interval lie evenly in their text (the three-distance theorem). Chunks are
/// intervals of equal length.
struct ReplaySchedule {
  let chunks: [[DraftReplayer.Start]]

  /// - Parameters:
  ///   - startCounts: starts of each text.
  ///   - chunkSize: about how many starts a chunk has.
  init(startCounts: [Int], chunkSize: Int) {
    let total = startCounts.reduce(0, +)
    let count = max(1, total / max(1, chunkSize))
    var chunks: [[DraftReplayer.Start]] = Array(repeating: [], count: count)
    for (text, starts) in startCounts.enumerated() {
      for index in 0..<starts {
        let key = goldenSequence(index + 17 * text)
        chunks[min(count - 1, Int(key * Double(count)))].append(
          DraftReplayer.Start(text: text, index: index))
      }
    }
    self.chunks = chunks.filter { !$0.isEmpty }
  }

  /// The chunks that a trial of a skip set replays, in order: `count` successive ones from a place in the
  /// cycle that the set and the seed decide. Together they are one interval of keys, and so again a fair
  /// sample.
  ///
  /// Different sets are tried on different places, so that the model of many trials averages their errors;
  /// where places overlap, it knows what the errors have in common (`SharedSample`). Were all tried on the
  /// same few hundred places, the search would find what is best there: the part of an error that only
  /// similar sets share would stay, and no number of trials would lessen it.
  func order(of model: DraftModel, seed: UInt64, count: Int) -> [Int] {
    precondition(count <= chunks.count)
    var hash = FNV1a()
    hash.add("\(seed)/\(model.skip.attention)/\(model.skip.mlp)".utf8)
    let first = Int(hash.value % UInt64(chunks.count))
    return (0..<count).map { (first + $0) % chunks.count }
  }

  /// The starts of some chunks, in their order.
  func starts(in numbers: some Sequence<Int>) -> [DraftReplayer.Start] {
    numbers.flatMap { chunks[$0] }
  }

  /// After how many chunks a trial is compared with the best one so far: after 1, 2, 4, …, `most`.
  static func checkpoints(upTo most: Int) -> [Int] {
    precondition(most >= 1)
    var points: [Int] = []
    var point = 1
    while point < most {
      points.append(point)
      point *= 2
    }
    return points + [most]
  }
}
