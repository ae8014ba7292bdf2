/// What the optimiser's model expected of trials beside what was measured.
struct PredictionChart {
  let check: PredictionCheck
  private let frame: Frame

  /// - Parameter all: of all panels: both have the same scales.
  init(_ check: PredictionCheck, scaledWith all: [PredictionCheck]) {
    self.check = check
    let points = all.flatMap(\.points)
    // The same on both axes, so that what is as expected lies on the diagonal.
    let values = points.flatMap { [$0.expected, $0.measured] }
    frame = Frame(
      xs: values, ys: values, labels: ("expected speedup", "measured speedup, without lookups"),
      height: 320)
  }

  func chart(id: String) -> Chart {
    Chart(
      id: id, title: "Expected and measured speedups",
      description: "\(check.coveredCount) of \(check.points.count) measurements lie in the range "
        + "that the model gave 95%.", height: frame.height
    ) {
      frame.markup
      Mark.line(frame.left, frame.bottom, frame.right, frame.top, "plain")
      check.points.map { point in
        let (_, y) = frame.place(point.expected, point.measured)
        return Mark.line(
          frame.x.place(point.range.lowerBound), y, frame.x.place(point.range.upperBound), y,
          "range")
      }
      check.points.map { point in
        let (x, y) = frame.place(point.expected, point.measured)
        return Mark.dot(
          x, y, radius: point.isCovered ? 3 : 3.8, point.isCovered ? "trial" : "missed",
          trial: "\(point.trial)",
          title: "trial \(point.trial): expected \(times(point.expected)), measured "
            + times(point.measured))
      }
    }
  }
}
