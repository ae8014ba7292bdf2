import Foundation

/// Zeroed bytes that end where memory ends: to read or write past them stops the process.
final class GuardedBytes {
  let base: UnsafeMutableRawPointer
  let count: Int
  private let pages: UnsafeMutableRawPointer
  private let pagesCount: Int

  init(count: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let readable = (max(count, 1) + page - 1) / page * page
    pagesCount = readable + page
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let pages = mmap(nil, pagesCount, PROT_READ | PROT_WRITE, flags, -1, 0),
      pages != MAP_FAILED, mprotect(pages + readable, page, PROT_NONE) == 0
    else { preconditionFailure("no memory for a test") }
    self.pages = pages
    self.count = count
    base = pages + (readable - count)
  }

  convenience init<Element: BitwiseCopyable>(_ elements: [Element]) {
    self.init(count: elements.count * MemoryLayout<Element>.stride)
    elements.withUnsafeBytes { bytes in
      guard let from = bytes.baseAddress else { return }
      base.copyMemory(from: from, byteCount: bytes.count)
    }
  }

  deinit { munmap(pages, pagesCount) }

  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: base, count: count)) }

  func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
    (0..<count / MemoryLayout<Element>.stride).map { element(type, at: $0) }
  }

  func element<Element: BitwiseCopyable>(_ type: Element.Type, at index: Int) -> Element {
    base.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.stride, as: type)
  }
}
