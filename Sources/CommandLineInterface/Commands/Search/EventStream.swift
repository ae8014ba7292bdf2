import DraftEvaluation
import Files
import Inference
import SkipSearch

/// Events of a search as lines of JSON on standard output, each at once; nothing where nobody asked
/// for them.
final class EventStream {
  private let isWanted: Bool
  private let clock = Stopwatch()
  private let sink: OutputSink

  init(isWanted: Bool, output: @escaping (String) throws(InputError) -> Void) {
    self.isWanted = isWanted
    sink = OutputSink(output)
  }

  /// An object with the member `event`; gets the seconds since the beginning.
  func write(_ event: JSON) {
    guard isWanted else { return }
    let time = JSON.Member("seconds", .double((clock.seconds * 1000).rounded() / 1000))
    sink.write(event.adding([time]).compact + "\n")
  }

  /// What a search is about, once that is known.
  func start(_ header: JournalHeader, journal: String) {
    write([
      "event": "started", "version": .string(ProgramDescription.version),
      "model": .string(header.subject.model.path),
      "layers": .integer(header.subject.model.layerCount),
      "trials": .integer(header.settings.trials), "journal": .string(journal),
    ])
  }

  /// Raised where nobody can read the events any more: a search that nobody watches ends as one
  /// that is interrupted, with what was found saved.
  func stopSignal(or other: StopSignal) -> StopSignal { other.or { [sink] in sink.error != nil } }

  /// What kept events from being written.
  func check() throws(InputError) {
    if let error = sink.error { throw error }
  }
}
