import Foundation

/// Ends the process without the libraries' own endings: OpenBLAS waits for threads there that, with
/// little address space, it never got.
public func endProcess(_ code: Int32) -> Never {
  fflush(nil)
  _exit(code)
}
