import Files

/// How many tokens a round emits, prompt by prompt.
struct RoundLengths {
  let rounds: RoundFigures
  private let scale: LinearScale

  /// - Parameter all: of all panels: both have the same scale.
  init(_ rounds: RoundFigures, scaledWith all: [RoundFigures]) {
    self.rounds = rounds
    scale = LinearScale(
      around: [1] + all.flatMap { $0.prompts.map(\.emitted) }, from: 10, to: Chart.width - 12)
  }

  func chart(id: String) -> Chart {
    let rows = lanes
    let height = Double(rows.count) * 11 + 62
    return Chart(
      id: id, title: "Tokens per round, prompt by prompt", description: description, height: height
    ) {
      scale.ticks.map { tick in
        .sequence([
          Mark.line(scale.place(tick), 8, scale.place(tick), height - 40, "grid"),
          Mark.text(scale.place(tick), height - 24, .middle, nil, scale.label(tick)),
        ])
      }
      Mark.line(scale.place(rounds.emitted), 8, scale.place(rounds.emitted), height - 40, "front")
      rows.enumerated().map { index, lane in
        .sequence(
          lane.map { prompt in
            Mark.dot(
              scale.place(prompt.emitted), height - 47 - 11 * Double(index), radius: 4.2, "trial",
              title: "held-out prompt \(prompt.prompt): \(fixed(prompt.emitted, 2)) tokens per "
                + "round, \(counted(prompt.rounds, "round"))")
          })
      }
      Mark.text(
        Chart.width - 8, height - 6, .end, "label", "tokens that a round emits; a dot is a prompt")
    }
  }

  /// Dots that would touch lie above one another.
  private var lanes: [[RoundFigures.PromptRounds]] {
    var lanes: [[RoundFigures.PromptRounds]] = []
    for prompt in rounds.prompts.sorted(by: { $0.emitted < $1.emitted }) {
      let x = scale.place(prompt.emitted)
      let free = lanes.firstIndex { lane in
        lane.last.map { x - scale.place($0.emitted) > 9.5 } ?? true
      }
      if let free { lanes[free].append(prompt) } else { lanes.append([prompt]) }
    }
    return lanes
  }

  private var description: String {
    let lengths = rounds.prompts.map(\.emitted)
    return
      "\(counted(rounds.prompts.count, "prompt")), \(counted(rounds.rounds, "round")). A round "
      + "emits \(fixed(rounds.emitted, 2)) tokens on average, from "
      + "\(fixed(lengths.min(), 2)) on one prompt to \(fixed(lengths.max(), 2)) on another."
  }
}
