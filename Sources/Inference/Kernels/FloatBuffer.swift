/// Floats in pages of their own, all zero at first. What is never touched takes no memory, so that
/// a cache may be made for the longest context.
struct FloatBuffer: ~Copyable {
  let base: UnsafeMutablePointer<Float>
  private let pages: MappedPages

  /// Stops the process where the address space is exhausted, as Swift does for an array.
  init(_ count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    guard let pages = MappedPages(byteCount: bytes, isReserved: false) else {
      preconditionFailure("the system has no \(bytes) bytes of address space left")
    }
    base = pages.base.bindMemory(to: Float.self, capacity: max(count, 1))
    self.pages = pages
  }
}
