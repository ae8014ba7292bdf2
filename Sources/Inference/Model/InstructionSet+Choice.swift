import Checkpoints

extension InstructionSet {
  /// The narrowest rows with which the matrix unit pays: what a product costs beside its tiles is
  /// more than a small matrix takes (`Experiments/engine-speed/NOTES.md`).
  private static let leastTileWidth = 512

  /// The instructions of this machine that suit a model: of the same model always the same, because
  /// bits depend on them.
  public static func best(for checkpoint: Checkpoint) -> InstructionSet {
    let best = InstructionSet.best
    // GGUF's blocks use it too, for several rows.
    let type = checkpoint.embedding.type
    let usesTiles =
      checkpoint.configuration.hiddenSize >= leastTileWidth && (type == .bf16 || !type.isPlain)
    return best == .amx && !usesTiles ? .avx512 : best
  }
}
