/// The plot area of a chart with its two axes.
struct Frame {
  let x: LinearScale
  let y: LinearScale
  /// What the axes show, with units.
  let labels: (x: String, y: String)
  let height: Double

  private static let left = 46.0
  private static let right = Chart.width - 12
  private static let top = 26.0
  private static let foot = 40.0

  /// - Parameters:
  ///   - xs: what is to lie on the axis along.
  ///   - ys: on the axis upwards.
  init(
    xs: some Sequence<Double>, ys: some Sequence<Double>, labels: (x: String, y: String),
    height: Double = 280
  ) {
    x = LinearScale(around: xs, from: Self.left, to: Self.right)
    y = LinearScale(around: ys, from: height - Self.foot, to: Self.top)
    self.labels = labels
    self.height = height
  }

  /// Where a point lies.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (self.x.place(x), self.y.place(y))
  }

  var left: Double { Self.left }
  var right: Double { Self.right }
  var top: Double { Self.top }
  var bottom: Double { height - Self.foot }

  /// Grid, marks and labels; charts draw on top of it.
  var markup: Markup {
    .sequence(
      y.ticks.map { tick in
        .sequence([
          Mark.line(left, y.place(tick), right, y.place(tick), "grid"),
          Mark.text(left - 7, y.place(tick) + 4, .end, nil, y.label(tick)),
        ])
      }
        + x.ticks.map { tick in
          .sequence([
            Mark.line(x.place(tick), bottom, x.place(tick), bottom + 4, "axis"),
            Mark.text(x.place(tick), bottom + 17, .middle, nil, x.label(tick)),
          ])
        } + [
          Mark.line(left, bottom, right, bottom, "axis"),
          Mark.text(0, 12, .start, "label", labels.y),
          Mark.text(right, height - 5, .end, "label", labels.x),
        ])
  }
}
