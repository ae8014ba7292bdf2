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
      let missing = wanted.filter { item in
        state.copies[Key(source: item.source, precision: item.precision)] == nil
      }
      let memory = DraftCopy.Memory(
        for: missing.map { DraftCopy.byteCount($0.matrix, $0.precision, $0.source.vocabulary) })
      let new = missing.map { item in
        let copy = DraftCopy(item.matrix, item.precision, item.source.vocabulary, in: memory)
        state.copies[Key(source: item.source, precision: item.precision)] = copy
        return copy
      }
      let all = wanted.compactMap {
        state.copies[Key(source: $0.source, precision: $0.precision)]
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
