import Inference
import SkipSearch

/// What the good trials of a search have in common, sub-layer by sub-layer.
struct GoodTrials: Sendable {
  /// What drafts do with a sub-layer, the dearest first.
  enum Choice: Int, CaseIterable, Hashable, Sendable {
    case model, eightBits, fourBits, skipped
  }

  /// The trials, the best first.
  let trials: [Trial]

  /// Trials below which a share says nothing.
  private static let least = 5

  /// The best quarter of the complete trials whose model drafts, and five at least; nil where there
  /// are fewer.
  init?(of trials: [Trial]) {
    let complete = trials.filter { !$0.evaluation.stoppedEarly && !$0.isLookupAlone }
    guard complete.count >= Self.least else { return nil }
    self.trials = Array(
      complete.sorted { ($1.speedup, $0.index) < ($0.speedup, $1.index) }
        .prefix(max(Self.least, complete.count / 4)))
  }

  /// How large a share of them makes a choice for a sub-layer.
  func share(_ choice: Choice, _ kind: SublayerKind, _ layer: Int) -> Double {
    Double(trials.count { Choice($0.model, kind, layer) == choice }) / Double(trials.count)
  }
}

/// One of a layer's two sub-layers.
enum SublayerKind: String, CaseIterable, Sendable {
  case attention, mlp = "MLP"
}

extension GoodTrials.Choice {
  /// What a draft model does with a sub-layer.
  init(_ model: DraftModel, _ kind: SublayerKind, _ layer: Int) {
    let isAttention = kind == .attention
    guard !(isAttention ? model.skip.attention : model.skip.mlp).contains(layer) else {
      self = .skipped
      return
    }
    switch isAttention ? model.weights.attention(layer) : model.weights.mlp(layer) {
    case .model: self = .model
    case .eightBits: self = .eightBits
    case .fourBits: self = .fourBits
    }
  }

  /// The style sheet's class.
  var style: String {
    switch self {
    case .model: "p16"
    case .eightBits: "p8"
    case .fourBits: "p4"
    case .skipped: "p0"
    }
  }

  /// The mark that stands for it without colours.
  var glyph: String {
    switch self {
    case .model: "·"
    case .eightBits: "8"
    case .fourBits: "4"
    case .skipped: "×"
    }
  }

  /// What it is called.
  var name: String {
    switch self {
    case .model: "the model’s own weights"
    case .eightBits: "8 bits"
    case .fourBits: "4 bits"
    case .skipped: "skipped"
    }
  }
}
