extension Sequence {
  /// The elements sorted, equal ones in their order: unlike the standard library's sort, that is a
  /// promise.
  @inlinable
  public func stableSorted(by precedes: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted {
      precedes($0.element, $1.element)
        || (!precedes($1.element, $0.element) && $0.offset < $1.offset)
    }.map(\.element)
  }
}
