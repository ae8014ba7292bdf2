import Checkpoints
import Synchronization

/// The copies of a model's weights that its drafts read, each made when a draft first needs it, with
/// all threads, and kept.
final class DraftCopies: Sendable {
  /// What is copied.
  enum Source: Hashable, Sendable {
    case layer(Int, LayerTensor)
    case head(DraftVocabulary?)

    fileprivate var vocabulary: DraftVocabulary? {
      if case .head(let vocabulary) = self { vocabulary } else { nil }
    }
  }

  private struct Key: Hashable {
    let source: Source
    let precision: WeightPrecision
  }

  private struct State {
    var copies: [Key: DraftCopy] = [:]
    var seconds = 0.0
  }
  private let state = Mutex(State())

  /// Bytes of all copies, and the seconds that making them took.
  var cost: (byteCount: Int, seconds: Double) {
    state.withLock { state in
      (state.copies.values.reduce(0) { $0 + $1.byteCount }, state.seconds)
    }
  }

  /// The copies wanted, made where they are missing.
  func copies(
    _ wanted: [(source: Source, matrix: MatrixView, precision: WeightPrecision)],
    _ team: ThreadTeam
  ) -> [DraftCopy] {
    state.withLock { state in
      var new: [DraftCopy] = []
      let all = wanted.map { item in
        let key = Key(source: item.source, precision: item.precision)
        if let copy = state.copies[key] { return copy }
        let copy = DraftCopy(item.matrix, item.precision, item.source.vocabulary)
        state.copies[key] = copy
        new.append(copy)
        return copy
      }
      if !new.isEmpty {
        let clock = Stopwatch()
        team.run { member in
          for copy in new { copy.fill(member) }
        }
        state.seconds += clock.seconds
      }
      return all
    }
  }
}
