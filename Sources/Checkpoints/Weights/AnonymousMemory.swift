import Files

/// Memory from the system, zeroed. Ordinary pages, as a mapped file has: large ones would make a
/// random model faster than a real one.
///
/// `@unchecked Sendable`: written by the one function that makes it, before anyone else has it.
final class AnonymousMemory: @unchecked Sendable {
  private let pages: MappedPages

  init(count: Int) throws(OutOfMemory) {
    guard let pages = MappedPages(byteCount: count, isReserved: true) else {
      throw OutOfMemory(byteCount: count)
    }
    self.pages = pages
  }

  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: pages.base, count: pages.byteCount)
  }
}

/// The system refused memory.
public struct OutOfMemory: Error, Hashable, Sendable, CustomStringConvertible {
  /// How much was asked for.
  public let byteCount: Int

  /// A sentence without a full stop.
  public var description: String { "the system has no \(byteCount) bytes of memory left" }
}
