import Foundation

/// Page-aligned memory of its own from the system: zero until it is written to, given back at the
/// end.
package struct MappedPages: ~Copyable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  /// - Parameters:
  ///   - byteCount: at least 1.
  ///   - isReserved: whether the system is to promise the memory now; if not, pages cost nothing
  ///     until they are touched, and there may be more of them than the machine has memory for.
  /// - Returns: nil where the system has no such memory.
  package init?(byteCount: Int, isReserved: Bool) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isReserved ? 0 : MAP_NORESERVE)
    let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    base = memory
    self.byteCount = byteCount
  }

  /// Asks for large pages, where the system has them: of memory that is read from end to end, small
  /// ones take longer to look up than to read.
  package borrowing func preferLargePages() {
    #if os(Linux)
      madvise(base, byteCount, 14 /* MADV_HUGEPAGE */)
    #endif
  }

  deinit { munmap(base, byteCount) }
}
