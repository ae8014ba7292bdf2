import Foundation

/// Uninitialised-as-zero floats in memory of their own, page-aligned; pages cost nothing until they
/// are touched, so a cache for a long context may be larger than what is used of it.
struct FloatBuffer: ~Copyable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(_ count: Int) {
    precondition(count >= 0)
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let memory = mmap(
      nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      preconditionFailure("the system has no \(bytes) bytes of address space left")
    }
    base = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { munmap(base, max(count, 1) * MemoryLayout<Float>.stride) }
}
