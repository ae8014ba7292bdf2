import SkipSearch

/// What skipping each sub-layer does harm, as the optimiser's model has it, with two standard
/// deviations.
struct ImportanceChart {
  let kind: SublayerKind
  private let importances: [SublayerImportance]
  private let frame: Frame

  /// - Parameter all: of all panels; all kinds have one scale.
  init(
    _ importances: [SublayerImportance], _ kind: SublayerKind, scaledWith all: [SublayerImportance]
  ) {
    self.kind = kind
    self.importances = importances.filter { $0.isAttention == (kind == .attention) }
    frame = Frame(
      xs: all.map { Double($0.layer) }, ys: [0] + all.flatMap { [Self.low($0), Self.high($0)] },
      labels: ("layer", kind.rawValue), height: 172)
  }

  private static func low(_ one: SublayerImportance) -> Double {
    one.harm - 2 * one.standardDeviation
  }
  private static func high(_ one: SublayerImportance) -> Double {
    one.harm + 2 * one.standardDeviation
  }

  func chart(id: String) -> Chart {
    Chart(
      id: id, title: "How much each \(kind.rawValue) sub-layer matters", description: description,
      height: frame.height
    ) {
      frame.markup
      Mark.line(frame.left, frame.y.place(0), frame.right, frame.y.place(0), "plain")
      importances.map { one in
        let (x, y) = frame.place(Double(one.layer), one.harm)
        let style = isSure(one) ? "sure" : "unsure"
        return .sequence([
          Mark.line(x, frame.y.place(Self.low(one)), x, frame.y.place(Self.high(one)), style),
          Mark.dot(
            x, y, radius: 3.2, style,
            title: "\(one.name): \(fixed(one.harm, 2)) ± \(fixed(2 * one.standardDeviation, 2))"),
        ])
      }
    }
  }

  /// Whether the model is sure that skipping it does harm.
  private func isSure(_ one: SublayerImportance) -> Bool { Self.low(one) > 0 }

  private var description: String {
    let sure = importances.filter(isSure).sorted { $0.harm > $1.harm }
    guard !sure.isEmpty else { return "Of none is the model sure that skipping it does harm." }
    return "Skipping surely does harm: "
      + sure.prefix(5).map { "\($0.name) (\(fixed($0.harm, 2)))" }.joined(separator: ", ")
      + (sure.count > 5 ? " and \(sure.count - 5) more." : ".")
  }
}
