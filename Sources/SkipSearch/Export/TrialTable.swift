import DraftEvaluation
import Inference

/// All trials of a search as comma-separated values (RFC 4180, lines that end with a newline).
public struct TrialTable {
  private let trials: [Trial]

  /// The table of a result's trials.
  public init(_ result: StudyResult) { trials = result.trials }

  /// The columns, in order, with what they say of a trial; an empty cell where that is not known.
  private static let columns: [(name: String, cell: @Sendable (Trial) -> String?)] = [
    ("index", { "\($0.index)" }),
    ("origin", { $0.origin.name }),
    ("skipped_attention", { "\($0.model.skip.attention.count)" }),
    ("skipped_mlp", { "\($0.model.skip.mlp.count)" }),
    ("attention_layers", { list($0.model.skip.attention) }),
    ("mlp_layers", { list($0.model.skip.mlp) }),
    ("weights", { $0.model.weights.description }),
    ("head_bits", { bits($0.model.head.precision) }),
    ("head_vocabulary", { $0.model.head.vocabulary.map { "\($0.count)" } }),
    ("draft_max", { "\($0.evaluation.draft.stop.maximum)" }),
    ("draft_stop", { $0.evaluation.draft.stop.criterion.argument }),
    ("lookup_least", { $0.evaluation.draft.stop.lookup.map { "\($0.least)" } }),
    ("lookup_max", { $0.evaluation.draft.stop.lookup.map { "\($0.maximum)" } }),
    ("acceptance_rate", { number($0.evaluation.acceptanceRate) }),
    ("draft_cost_ratio", { number($0.evaluation.draftCostRatio) }),
    ("tokens_per_second", { number($0.evaluation.tokensPerSecond) }),
    ("speedup", { number($0.evaluation.speedup?.speedup) }),
    ("speedup_low", { number($0.evaluation.speedup?.interval?.lowerBound) }),
    ("speedup_high", { number($0.evaluation.speedup?.interval?.upperBound) }),
    ("predicted_speedup", { number($0.predicted?.speedup) }),
    ("stopped_early", { "\($0.evaluation.stoppedEarly)" }),
    ("prompts", { "\($0.evaluation.promptCount)" }),
    ("seconds", { number($0.evaluation.seconds) }),
  ]

  /// The table, a line of names first.
  public var csv: String {
    let rows =
      [Self.columns.map(\.name)]
      + trials.map { trial in Self.columns.map { $0.cell(trial) ?? "" } }
    return rows.map { $0.map(Self.escaped).joined(separator: ",") + "\n" }.joined()
  }

  private static func list(_ layers: [Int]) -> String {
    layers.map(String.init).joined(separator: " ")
  }

  private static func bits(_ precision: WeightPrecision) -> String {
    precision.bits.map(String.init) ?? "model"
  }

  private static func number(_ value: Double?) -> String? {
    value.flatMap { $0.isFinite ? $0.description : nil }
  }

  /// A cell in quotes where a reader would take it for several, or trim it.
  static func escaped(_ cell: String) -> String {
    let isPlain = cell.unicodeScalars.allSatisfy { !",\"\r\n".unicodeScalars.contains($0) }
    if isPlain, cell.first != " ", cell.last != " " { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
