/// What an average round does and takes, in tokens.
struct RoundAnatomy {
  let rounds: RoundFigures
  private let scale: LinearScale

  private static let rowHeight = 66.0

  private struct Part {
    let name: String
    let value: Double
    let style: String
  }

  /// - Parameter all: of all panels: both have the same scale.
  init(_ rounds: RoundFigures, scaledWith all: [RoundFigures]) {
    self.rounds = rounds
    scale = LinearScale(
      around: [0]
        + all.flatMap { [$0.drafted, $0.emitted, $0.draftingCost + $0.otherCost] },
      from: 4, to: Chart.width - 8)
  }

  private var rows: [(title: String, parts: [Part])] {
    let rejected = max(rounds.drafted - rounds.accepted, 0)
    return [
      (
        "drafts \(fixed(rounds.drafted, 2)) tokens",
        [
          Part(name: "accepted", value: rounds.accepted, style: "p8"),
          Part(name: "rejected", value: rejected, style: "p0"),
        ]
      ),
      (
        "emits \(fixed(rounds.emitted, 2)) tokens",
        [
          Part(name: "accepted drafts", value: min(rounds.accepted, rounds.emitted), style: "p8"),
          Part(
            name: "the full model’s own", value: max(rounds.emitted - rounds.accepted, 0),
            style: "p16"),
        ]
      ),
      (
        "takes the time of \(fixed(rounds.draftingCost + rounds.otherCost, 2)) plain tokens",
        [
          Part(name: "drafting", value: rounds.draftingCost, style: "p4"),
          Part(name: "verifying and the rest", value: rounds.otherCost, style: "p16"),
        ]
      ),
    ]
  }

  func chart(id: String) -> Chart {
    let height = 3 * Self.rowHeight + 24
    return Chart(
      id: id, title: "An average round", description: description, height: height
    ) {
      scale.ticks.map { tick in
        Mark.text(
          scale.place(tick), height - 8, tick == 0 ? .start : .middle, nil, scale.label(tick))
      }
      rows.enumerated().map { index, row in
        let top = Self.rowHeight * Double(index)
        var start = 0.0
        return .sequence(
          [
            .sequence(
              scale.ticks.map {
                Mark.line(scale.place($0), top + 20, scale.place($0), top + 42, "grid")
              }),
            Mark.text(4, top + 15, .start, "strong", "It " + row.title),
            Mark.text(
              4, top + 53, .start, nil,
              row.parts.map { "\($0.name) \(fixed($0.value, 2))" }.joined(separator: ", ")),
          ]
            + row.parts.map { part in
              let (left, right) = (scale.place(start), scale.place(start + part.value))
              start += part.value
              return Mark.box(
                left, top + 22, right - left, 18, part.style,
                title: "\(part.name): \(fixed(part.value, 2))")
            })
      }
    }
  }

  private var description: String {
    rows.map { row in
      "A round \(row.title): "
        + row.parts.map { "\($0.name) \(fixed($0.value, 2))" }.joined(separator: ", ")
    }.joined(separator: ". ") + "."
  }
}
