/// The shapes that charts are drawn with, by coordinates of the chart; colours are the style
/// sheet's classes.
enum Mark {
  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) -> Markup {
    element(
      "line", ["class": style, "x1": px(x1), "y1": px(y1), "x2": px(x2), "y2": px(y2)])
  }

  /// A line through points; nothing where there are fewer than two.
  static func path(_ points: [(x: Double, y: Double)], _ style: String) -> Markup {
    guard points.count > 1 else { return .empty }
    let data = points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + "\(px(point.x)) \(px(point.y))"
    }
    return element("path", ["class": style, "d": data.joined()])
  }

  /// A dot with a text that appears beside it when it is pointed at.
  ///
  /// - Parameter trial: whose it is, to find its others; nil for none.
  static func dot(
    _ x: Double, _ y: Double, radius: Double, _ style: String, trial: String? = nil,
    title: String
  ) -> Markup {
    element(
      "circle",
      ["class": style, "cx": px(x), "cy": px(y), "r": px(radius), "data-trial": trial]
    ) { element("title") { title } }
  }

  static func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String,
    corner: Double = 0, title: String? = nil
  ) -> Markup {
    element(
      "rect",
      [
        "class": style, "x": px(x), "y": px(y), "width": px(max(width, 0)),
        "height": px(max(height, 0)), "rx": corner > 0 ? px(corner) : nil,
      ]
    ) { if let title { element("title") { title } } }
  }

  /// Where a text stands beside its point.
  enum Anchor: String { case start, middle, end }

  static func text(
    _ x: Double, _ y: Double, _ anchor: Anchor, _ style: String? = nil, _ text: String
  ) -> Markup {
    element(
      "text", ["class": style, "x": px(x), "y": px(y), "text-anchor": anchor.rawValue]
    ) { text }
  }

  /// An interval, lying, with short ends.
  ///
  /// - Parameter isOpen: whether it goes on beyond an end, which then has an arrow's head.
  static func interval(
    _ from: Double, _ to: Double, y: Double, _ style: String,
    isOpen: (start: Bool, end: Bool) = (false, false)
  ) -> Markup {
    func end(_ x: Double, _ isOpen: Bool, inwards: Double) -> String {
      isOpen
        ? "M\(px(x + inwards)) \(px(y - 4))L\(px(x)) \(px(y))L\(px(x + inwards)) \(px(y + 4))"
        : "M\(px(x)) \(px(y - 4))V\(px(y + 4))"
    }
    return element(
      "path",
      [
        "class": style,
        "d": end(from, isOpen.start, inwards: 4) + "M\(px(from)) \(px(y))H\(px(to))"
          + end(to, isOpen.end, inwards: -4),
      ])
  }

  /// A coordinate.
  static func px(_ value: Double) -> String {
    let text = fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
