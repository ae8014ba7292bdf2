import Foundation

/// Memory from the system, zeroed. Ordinary pages, as a mapped file has: large ones would make a
/// random model faster than a real one.
///
/// `@unchecked Sendable`: written by the one function that makes it, before anyone else has it.
final class AnonymousMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(count: Int) throws(OutOfMemory) {
    let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { throw OutOfMemory(byteCount: count) }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}

/// The system refused memory.
public struct OutOfMemory: Error, Hashable, Sendable, CustomStringConvertible {
  /// How much was asked for.
  public let byteCount: Int

  /// A sentence without a full stop.
  public var description: String { "the system has no \(byteCount) bytes of memory left" }
}
