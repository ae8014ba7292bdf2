/// What a result is exported as, for other programs.
public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
  /// All trials as a table.
  case csv
  /// The skip set as the dictionary of Hugging Face's blog post on skipping layers.
  case huggingFace = "huggingface"
  /// The skip set as Draft & Verify and SWIFT publish theirs.
  case draftAndVerify = "draft-and-verify"
  /// The draft as a Python module for PyTorch and transformers.
  case transformers
  /// The draft's whole layers as a model of its own.
  case draftModel = "draft-model"

  /// Whether it is about one draft of the result, and not about all trials.
  public var isOfOneDraft: Bool { self != .csv }
}
