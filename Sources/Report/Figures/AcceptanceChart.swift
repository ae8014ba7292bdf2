import DraftEvaluation
import Files
import SkipSearch

/// Acceptance against draft cost of every trial, with the front that no other beats in both, and
/// lines of equal speedup.
struct AcceptanceChart {
  private struct Point {
    let trial: Trial
    let cost: Double
    let acceptance: Double
  }

  private let points: [Point]
  private let front: [Point]
  private let best: Int?
  /// Rounds of the best draft in its trial: equal speedups are those of such rounds. Nil where
  /// there is none.
  let rounds: RoundFigures?
  private let frame: Frame

  /// - Parameters:
  ///   - best: the best draft's trial; nil where there is none.
  ///   - all: the trials of all panels: both have the same scales.
  init(_ data: ReportData, scaledWith all: [[Trial]]) {
    points = data.trials.compactMap(Self.point)
    front = data.trials.paretoFront.compactMap(Self.point)
    best = data.answer.best?.trial
    rounds = data.trials.first { [best] in $0.index == best }
      .flatMap { RoundFigures($0.evaluation) }
    let others = all.joined().compactMap(Self.point)
    frame = Frame(
      xs: [0] + others.map(\.cost), ys: others.map { 100 * $0.acceptance },
      labels: ("cost of a draft step (a plain token is 1)", "drafts accepted (%)"), height: 300)
  }

  private static func point(_ trial: Trial) -> Point? {
    guard let cost = trial.evaluation.draftCostRatio,
      let acceptance = trial.evaluation.acceptanceRate
    else { return nil }
    return Point(trial: trial, cost: cost, acceptance: acceptance)
  }

  func chart(id: String) -> Chart {
    Chart(
      id: id, title: "Acceptance against draft cost", description: description,
      height: frame.height
    ) {
      frame.markup
      levels.map(line)
      steps
      points.filter(\.trial.evaluation.stoppedEarly).map { dot($0, "early", 2.4) }
      points.filter { !$0.trial.evaluation.stoppedEarly }.map { dot($0, "trial", 2.8) }
      front.map { dot($0, "frontdot", 3.6) }
      marked
    }
  }

  private func place(_ point: Point) -> (x: Double, y: Double) {
    frame.place(point.cost, 100 * point.acceptance)
  }

  private func dot(_ point: Point, _ style: String, _ radius: Double) -> Markup {
    let (x, y) = place(point)
    return Mark.dot(
      x, y, radius: radius, style, trial: "\(point.trial.index)", title: point.trial.words)
  }

  private var steps: Markup {
    var path: [(x: Double, y: Double)] = []
    for point in front.map(place) {
      if let last = path.last { path.append((point.x, last.y)) }
      path.append(point)
    }
    return Mark.path(path, "front")
  }

  private var marked: Markup {
    guard let point = points.first(where: { $0.trial.index == best }) else { return .empty }
    let (x, y) = place(point)
    let isLeft = x > (frame.left + frame.right) / 2
    return .sequence([
      dot(point, "point best", 5),
      Mark.text(
        isLeft ? x - 9 : x + 9, y + 14, isLeft ? .end : .start, "bestlabel",
        "trial \(point.trial.index)"),
    ])
  }

  /// The acceptance rate that gives a speedup at a draft cost, with so many drafts per round and so
  /// long verifications as the best draft has: (own + α·d) / (c·d + v) = S, solved for α.
  private static func acceptance(
    reaching speedup: Double, at cost: Double, _ rounds: RoundFigures
  ) -> Double {
    let own = rounds.emitted - rounds.accepted
    return (speedup * (cost * rounds.drafted + rounds.otherCost) - own) / rounds.drafted
  }

  /// The speedups whose lines are drawn.
  private var levels: [Double] {
    LinearScale(around: [1] + points.map(\.trial.speedup), from: 0, to: 1, count: 6).ticks
      .filter { $0 > 0 }
  }

  private func line(_ speedup: Double) -> Markup {
    guard let rounds, rounds.drafted > 0 else { return .empty }
    let (xs, ys) = (frame.x.domain, frame.y.domain)
    let steps = 100
    let line = (0...steps).compactMap { step -> (x: Double, y: Double)? in
      let cost = xs.lowerBound + (xs.upperBound - xs.lowerBound) * Double(step) / Double(steps)
      let acceptance = 100 * Self.acceptance(reaching: speedup, at: cost, rounds)
      return ys.contains(acceptance) ? frame.place(cost, acceptance) : nil
    }
    guard let first = line.first, let last = line.last, line.count > 8 else { return .empty }
    let isAtRight = last.x > frame.right - 8
    return .sequence([
      Mark.path([first, last], speedup == 1 ? "plain" : "iso"),
      Mark.text(
        isAtRight ? frame.right : last.x, last.y - 4, isAtRight ? .end : .middle, "isolabel",
        fixed(speedup, 2).replacing(#/0$/#, with: "") + "x"),
    ])
  }

  private var description: String {
    let front = front.map {
      "trial \($0.trial.index) accepts \(percent($0.acceptance)) at cost \(fixed($0.cost, 3))"
    }
    return "\(counted(points.count, "trial")). No other beats these in both: "
      + front.prefix(6).joined(separator: "; ")
      + (front.count > 6 ? "; and \(front.count - 6) more." : ".")
  }
}
