extension Array {
  /// At most `count` of the elements, evenly spread over the array and in its order, the first
  /// among them.
  public func evenChoice(of count: Int) -> [Element] {
    precondition(count >= 0)
    let chosen = Swift.min(count, self.count)
    return (0..<chosen).map { self[$0 * self.count / chosen] }
  }
}
