import CKernels

/// Where a row of a pass stands: its position, and whose keys and values it sees and adds to.
///
/// Rows of one text share its cache. In a replay, where rounds start inside one another's text,
/// each round keeps what it drafts in entries of its own.
struct RowPlacement {
  /// The row's position in its text, from 0.
  let position: Int
  /// The length of the prompt that the row's text begins with, where the row may be part of it. It
  /// decides how the row is rotated where RoPE depends on a text's length (`RotaryTable`).
  var promptLength = 0
  /// The text's keys and values; where the row has entries of its own, those before them.
  let cache: KeyValueView
  /// The round's own keys and values; nil where the cache holds all that the row sees.
  let own: OwnEntries?

  /// Whether the row is one of a prompt's.
  @inline(__always)
  var isOfPrompt: Bool { position < promptLength }

  /// Entries that stand in for the cache's from a position on.
  struct OwnEntries {
    /// The position of their first.
    let start: Int
    let entries: KeyValueView
  }

  /// Where one head's key of the row goes.
  @inline(__always)
  func key(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
    guard let own else { return cache.key(layer: layer, head: head, position: position) }
    return own.entries.key(layer: layer, head: head, position: position - own.start)
  }

  /// Where one head's value of the row goes.
  @inline(__always)
  func value(layer: Int, head: Int) -> UnsafeMutablePointer<Float> {
    guard let own else { return cache.value(layer: layer, head: head, position: position) }
    return own.entries.value(layer: layer, head: head, position: position - own.start)
  }

  /// What one head's query of the row sees: its own position and those before it, `window` at most.
  @inline(__always)
  func span(layer: Int, head: Int, window: Int) -> sk_span {
    let end = position + 1
    return sk_span(
      first: end - min(window, end), end: end, own: own?.start ?? .max,
      own_keys: own?.entries.key(layer: layer, head: head, position: 0),
      own_values: own?.entries.value(layer: layer, head: head, position: 0))
  }

  /// Whether queries of both rows may attend together, which reads the keys and values of all that
  /// they see of the cache once. What rows have of their own, each reads for itself.
  @inline(__always)
  func attends(with other: RowPlacement) -> Bool {
    cache.base == other.cache.base
  }
}
