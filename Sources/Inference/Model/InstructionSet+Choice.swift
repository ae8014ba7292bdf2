import Checkpoints

extension InstructionSet {
  /// The narrowest rows with which the matrix unit pays: what a product costs beside its tiles is
  /// more than a small matrix takes (`Experiments/engine-speed/NOTES.md`).
  private static let leastTileWidth = 512

  /// The instructions of this machine that suit a model: of the same model always the same, because
  /// bits depend on them.
  public static func best(for checkpoint: Checkpoint) -> InstructionSet {
    let best = InstructionSet.best
    let usesTiles =
      checkpoint.configuration.hiddenSize >= leastTileWidth && checkpoint.embedding.type == .bf16
    return best == .amx && !usesTiles ? .avx512 : best
  }
}
