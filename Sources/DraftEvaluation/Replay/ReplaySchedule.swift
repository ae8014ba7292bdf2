import Files
import Inference
import Statistics

/// The positions of a set of texts at which a draft model may begin a round, in chunks: each a fair sample of all texts in proportion to
/// their lengths, and of early and late positions alike.
///
/// A position's key is the fractional part of a multiple of the golden ratio, a low-discrepancy
/// sequence: the positions with keys in an interval lie evenly in their text (the three-distance
/// theorem). Chunks are intervals of equal length.
struct ReplaySchedule {
  let chunks: [[DraftReplayer.Position]]

  /// - Parameters:
  ///   - positionCounts: positions of each text.
  ///   - chunkSize: about how many positions a chunk has.
  ///   - isIncluded: whether rounds that the model drafts may begin at a position.
  init(
    positionCounts: [Int], chunkSize: Int,
    where isIncluded: (DraftReplayer.Position) -> Bool = { _ in true }
  ) {
    let positions = positionCounts.enumerated().flatMap { text, count in
      (0..<count).map { DraftReplayer.Position(text: text, index: $0) }.filter(isIncluded)
    }
    let count = max(1, positions.count / max(1, chunkSize))
    var chunks: [[DraftReplayer.Position]] = Array(repeating: [], count: count)
    for position in positions {
      let key = goldenSequence(position.index + 17 * position.text)
      chunks[min(count - 1, Int(key * Double(count)))].append(position)
    }
    self.chunks = chunks.filter { !$0.isEmpty }
  }

  /// The chunks that a trial of a draft model replays, in order: `count` successive ones,
  /// cyclically, from one that the draft model and the seed decide. Together they are one interval
  /// of keys, and so again a fair sample.
  ///
  /// Draft models are tried on different positions, so that the optimiser's model of many trials
  /// averages their errors; where positions overlap, it can know what the errors have in common
  /// (`Evaluation.chunks`). Were all tried on the same few hundred positions, the search would find
  /// what is best there: the part of an error that only similar draft models share would stay, and
  /// no number of trials would lessen it.
  func order(of model: DraftModel, seed: UInt64, count: Int) -> [Int] {
    precondition(count <= chunks.count)
    var hash = FNV1a()
    hash.add("\(seed)/\(model.identity)".utf8)
    let first = Int(hash.value % UInt64(chunks.count))
    return (0..<count).map { (first + $0) % chunks.count }
  }

  /// The positions of some chunks, in their order.
  func positions(in numbers: some Sequence<Int>) -> [DraftReplayer.Position] {
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
