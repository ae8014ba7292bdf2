import Files

/// Writes pieces until one fails; the callbacks of inference cannot throw.
final class OutputSink {
  private let body: (String) throws(InputError) -> Void
  private(set) var error: InputError?

  init(_ body: @escaping (String) throws(InputError) -> Void) { self.body = body }

  func write(_ text: String) {
    guard error == nil else { return }
    do throws(InputError) { try body(text) } catch { self.error = error }
  }
}
