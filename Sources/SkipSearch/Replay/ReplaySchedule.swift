import Inference

/// All starts of a set of texts, in chunks that are the same for every trial: each a fair sample of all
/// texts in proportion to their lengths, and of early and late places alike.
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
        let multiple = Double(index + 17 * text) * 0.618_033_988_749_894_8
        let key = multiple - multiple.rounded(.down)
        chunks[min(count - 1, Int(key * Double(count)))].append(
          DraftReplayer.Start(text: text, index: index))
      }
    }
    self.chunks = chunks.filter { !$0.isEmpty }
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
