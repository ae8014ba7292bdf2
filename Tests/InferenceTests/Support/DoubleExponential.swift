import Foundation

extension Double {
  /// e to the power of this, from the C library.
  var exponential: Double { exp(self) }
}
