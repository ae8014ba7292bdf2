import Files
import SkipSearch

/// The speedup of each trial and of the best one so far, over the trials or over time.
struct ConvergenceChart {
  /// What the axis along shows.
  enum Along: String { case trials, time }

  private struct Point {
    let trial: Trial
    let seconds: Double
    /// The best complete trial so far; nil before the first.
    let best: Trial?
  }

  private let points: [Point]
  private let frame: Frame
  private let along: Along
  private let unit: (seconds: Double, name: String)

  /// - Parameters:
  ///   - trials: at least one.
  ///   - all: of a chart beside it too: both have the same scales.
  init(_ trials: [Trial], along: Along, scaledWith all: [[Trial]]) {
    self.along = along
    let runs = all.map(Self.points)
    points = Self.points(trials)
    let longest = runs.compactMap(\.last?.seconds).max() ?? 0
    unit = longest > 180 ? (60, "minutes") : (1, "seconds")
    let seconds = unit.seconds
    frame = Frame(
      xs: [0] + runs.joined().map { Self.x($0, along, seconds) },
      // One hopeless trial would press all others together.
      ys: [1] + runs.joined().map { max($0.trial.speedup, 0.5) },
      labels: (
        along == .trials ? "trial" : "\(unit.name) of trials and proposals", "speedup"
      ))
  }

  private static func points(_ trials: [Trial]) -> [Point] {
    var seconds = 0.0
    var best: Trial?
    return trials.map { trial in
      seconds += trial.evaluation.seconds + trial.optimizerSeconds
      best = ([best, trial].compactMap(\.self)).best
      return Point(trial: trial, seconds: seconds, best: best)
    }
  }

  private static func x(_ point: Point, _ along: Along, _ unit: Double) -> Double {
    along == .trials ? Double(point.trial.index) : point.seconds / unit
  }

  private func place(_ point: Point, _ speedup: Double) -> (x: Double, y: Double) {
    frame.place(Self.x(point, along, unit.seconds), speedup)
  }

  func chart(id: String) -> Chart {
    let title = along == .trials ? "Speedup over the trials" : "Speedup over time"
    return Chart(id: id, title: title, description: description, height: frame.height) {
      frame.markup
      Mark.line(frame.left, frame.y.place(1), frame.right, frame.y.place(1), "plain")
      points.filter(\.trial.evaluation.stoppedEarly).map { dot($0, "early", radius: 2.4) }
      points.filter { !$0.trial.evaluation.stoppedEarly }.map { dot($0, "trial", radius: 2.8) }
      steps
      label
    }
  }

  private func dot(_ point: Point, _ style: String, radius: Double) -> Markup {
    let (x, y) = place(point, point.trial.speedup)
    return Mark.dot(
      x, y, radius: radius, style, trial: "\(point.trial.index)", title: point.trial.words)
  }

  /// The best so far as a line of steps.
  private var steps: Markup {
    var path: [(x: Double, y: Double)] = []
    for point in points {
      guard let best = point.best else { continue }
      let next = place(point, best.speedup)
      if let last = path.last, last.y != next.y { path.append((next.x, last.y)) }
      path.append(next)
    }
    return Mark.path(path, "front")
  }

  private var label: Markup {
    guard let last = points.last, let best = last.best else { return .empty }
    let (x, y) = place(last, best.speedup)
    return Mark.text(
      max(x, frame.left + 110), max(y - 8, 12), .end, "frontlabel",
      "best so far \(times(best.speedup))")
  }

  private var description: String {
    guard let last = points.last, let best = last.best else {
      return "\(counted(points.count, "trial")), none of them complete."
    }
    let seconds = points.first { $0.trial.index == best.index }?.seconds ?? 0
    return "\(counted(points.count, "trial")) in \(duration(last.seconds)). The best is trial "
      + "\(best.index) with \(times(best.speedup)), found after \(duration(seconds))."
  }
}
