import Foundation

/// What the terminal behind a descriptor is like.
enum Terminal {
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether lines can be drawn again in place behind a descriptor, and may be: `NO_COLOR`
  /// (no-color.org) and `TERM=dumb` ask for plain text.
  static func isDrawable(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    let kind = environment["TERM"] ?? ""
    return isTerminal(descriptor) && !kind.isEmpty && kind != "dumb"
      && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Lines that fit; 24 where that is not known.
  static func height(_ descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// Columns for lines of text behind a descriptor: 80, or fewer on a narrower terminal.
  static func textWidth(_ descriptor: Int32) -> Int {
    isTerminal(descriptor) ? min(80, width(descriptor)) : 80
  }

  /// Columns: COLUMNS, else the terminal's own, else 80; at least 20.
  static func width(_ descriptor: Int32) -> Int {
    if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text),
      columns > 0
    {
      return max(20, columns)
    }
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return max(20, Int(size.ws_col))
    }
    return 80
  }
}
