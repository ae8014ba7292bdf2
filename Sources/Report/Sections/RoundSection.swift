import DraftEvaluation
import Files

/// What rounds of the best draft were like.
struct RoundSection {
  let panels: [Panel]

  var section: Section {
    Section(
      "rounds", "A round of drafting and verifying", short: "Rounds",
      lead:
        "The speedup is what a round emits over what it takes, both in plain tokens. Files count "
        + "prompt by prompt, so lengths are means over a prompt’s rounds."
    ) {
      let all = panels.compactMap { rounds($0) }
      figures(panels, missing: "No round was measured yet.") { panel in
        guard let rounds = rounds(panel), let best = panel.data.answer.best else { return nil }
        let source =
          "Trial \(best.trial), "
          + (best.isHeldOut ? "decoded on held-out prompts" : "on the prompts of the search")
          + ": \(counted(rounds.rounds, "round"))."
        return [
          figure(
            RoundAnatomy(rounds, scaledWith: all).chart(id: panel.id("round")), of: panel,
            caption: source),
          figure(
            RoundLengths(rounds, scaledWith: all).chart(id: panel.id("lengths")), of: panel,
            caption: "The line is the mean over all rounds."),
        ]
      }
    }
  }

  private func rounds(_ panel: Panel) -> RoundFigures? {
    panel.data.answer.best.flatMap { RoundFigures($0.decisive) }
  }
}
