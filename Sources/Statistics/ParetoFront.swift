/// The elements that no other beats in both cost and value, the cheapest first: each costs more
/// than the one before it and is worth more. Of elements that are equal in both, the first.
///
/// - Parameters:
///   - elements: of finite costs and values.
///   - cost: what is better small.
///   - value: what is better large.
public func paretoFront<Element>(
  _ elements: [Element], cost: (Element) -> Double, value: (Element) -> Double
) -> [Element] {
  let points = elements.map { (element: $0, cost: cost($0), value: value($0)) }
  var front: [Element] = []
  var highest = -Double.infinity
  for point in points.stableSorted(by: { ($0.cost, -$0.value) < ($1.cost, -$1.value) })
  where point.value > highest {
    highest = point.value
    front.append(point.element)
  }
  return front
}
