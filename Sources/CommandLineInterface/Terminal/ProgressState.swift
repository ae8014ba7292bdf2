import Foundation

/// How far a long piece of work is.
struct ProgressState: Equatable {
  /// What is being done.
  var label: String
  var done: Int
  var total: Int
  /// Steps that were done before the clock started: they say nothing about the rate.
  var before = 0
  /// Seconds since the clock started.
  var elapsed: Double
  /// Seconds until it ends in any case; nil where it has no limit.
  var limit: Double?
  /// The best so far, or another short note.
  var note = ""

  /// Steps per second; nil before anything is done.
  private var rate: Double? {
    done > before && elapsed > 0 ? Double(done - before) / elapsed : nil
  }

  /// Seconds to go at the rate so far, within the limit; nil before anything is done.
  var remaining: Double? {
    rate.map { min(Double(max(0, total - done)) / $0, max(0, limit ?? .infinity)) }
  }

  /// One line of at most `width` columns; what matters least is left out first.
  func line(width: Int) -> String {
    let count = "\(label) \(done)/\(total)"
    var parts = [count]
    if let rate { parts.append(Self.rate(rate)) }
    if let remaining, done < total { parts.append("ETA \(Self.clock(remaining))") }
    if !note.isEmpty { parts.append(note) }
    // The rate goes first, then the note, then the time to go.
    for victim in [1, parts.count - 1, 1] {
      if parts.joined(separator: " · ").count <= width { break }
      if parts.count > 1 { parts.remove(at: min(victim, parts.count - 1)) }
    }
    return String(parts.joined(separator: " · ").prefix(width))
  }

  /// `2.4/s` or `13 s each`
  static func rate(_ perSecond: Double) -> String {
    perSecond >= 1
      ? String(format: "%.1f/s", perSecond) : String(format: "%.1f s each", 1 / perSecond)
  }

  /// `0:07`, `12:30` or `1:02:03`
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}
