import BayesianOptimization

/// Who proposed the draft model of a trial.
public enum TrialOrigin: Hashable, Sendable {
  /// A set that is worth trying in any model (`KnownSkipSets`), or that the user gave: by its name.
  case known(String)
  /// The optimiser, before its model had anything to go by.
  case design
  /// The optimiser's model.
  case model
  /// An optimiser without a model.
  case optimizer(OptimizerKind)

  /// What results and journals write.
  public var name: String {
    switch self {
    case .known(let name): name
    case .design: "design"
    case .model: "model"
    case .optimizer(let kind): kind.rawValue
    }
  }

  /// The origin that writes this name.
  public init(name: String) {
    switch (name, OptimizerKind(rawValue: name)) {
    case ("design", _): self = .design
    case ("model", _): self = .model
    case (_, let kind?): self = .optimizer(kind)
    default: self = .known(name)
    }
  }
}
