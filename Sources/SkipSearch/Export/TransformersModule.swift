import DraftEvaluation
import Files
import Inference

/// A draft as one Python file that needs PyTorch and Hugging Face's transformers alone: a context
/// manager that skips, greedy self-speculative generation, and a command line.
///
/// It does what `Generator` does, but reads the model's own weights and computes all tokens: see
/// `Draft.omissions`.
public struct TransformersModule {
  private let draft: Draft
  private let model: ModelDescription

  /// The module of a draft for a model.
  public init(_ draft: Draft, model: ModelDescription) {
    self.draft = draft
    self.model = model
  }

  /// What it leaves out of the draft, a sentence each.
  public var omissions: [String] { draft.omissions(exportingRounds: true) }

  /// The file.
  public var text: String {
    let skip = draft.model.skip
    let lines = [
      "MODEL = \(Self.literal(.string(model.path)))",
      "LAYERS = \(model.layerCount)",
      "SKIP_ATTN = \(skip.attention)",
      "SKIP_MLP = \(skip.mlp)",
      "# The most tokens that the draft model drafts in a round, and when a round stops before.",
      "MAXIMUM = \(draft.stop.maximum)",
      "STOP = \(Self.stop(draft.stop.criterion))",
      "# [n]: the tokens that are looked up behind a match of n tokens, the last for longer ones.",
      "LOOKUP = \(Self.lookup(draft.stop.lookup))",
      "OMISSIONS = [" + omissions.map { "\n    \(Self.literal(.string($0)))," }.joined()
        + (omissions.isEmpty ? "]" : "\n]"),
    ]
    let constants = lines.joined(separator: "\n")
    return header + Self.imports
      + [constants, Self.drafting, Self.generation].joined(separator: "\n\n\n") + "\n"
  }

  private var header: String {
    let left = omissions.map { "# - \($0)\n" }.joined()
    return """
      # A draft found by skip-search, for PyTorch and transformers (5.0 or newer), greedy search.
      #
      #     python3 draft.py --model DIR --prompt "…"
      #     from draft import generate
      #
      \(left.isEmpty
        ? "# It is the whole draft.\n"
        : "# What the search's own measurements had beside, so that they do not hold here:\n\(left)")
      """
  }

  private static let imports = """

    import argparse
    import contextlib
    import inspect
    import sys
    import time

    import torch
    import transformers


    """

  private static func stop(_ criterion: StopCriterion) -> String {
    switch criterion {
    case .fixed: return #"{"kind": "fixed"}"#
    case .confidence(let threshold):
      return #"{"kind": "confidence", "threshold": \#(threshold)}"#
    case .adaptive(let rule):
      return """
        {
            "kind": "adaptive", "target": \(rule.target), "step": \(rule.step),
            "initial": \(rule.initialThreshold), "acceptance_decay": \(rule.acceptanceDecay),
            "threshold_decay": \(rule.thresholdDecay),
        }
        """
    case .calibrated(let rule):
      let list = rule.thresholds.map { $0.isFinite ? "\($0)" : "float(\"inf\")" }
      return #"{"kind": "calibrated", "thresholds": [\#(list.joined(separator: ", "))]}"#
    }
  }

  private static func lookup(_ rule: LookupRule?) -> String {
    guard let rule else { return "None" }
    return #"{"limits": \#(rule.limits), "continues": \#(rule.continues ? "True" : "False")}"#
  }

  /// A string as Python writes it, which is as JSON does.
  private static func literal(_ string: JSON) -> String { string.compact }
}
