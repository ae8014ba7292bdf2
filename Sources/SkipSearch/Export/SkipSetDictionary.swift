import Files
import Inference

/// A skip set in the forms that other programs have for it. All of them are read by `SkipSetFile`,
/// and none says more of a draft than what it skips.
public enum SkipSetDictionary {
  /// `{"skip_layer_ids": {"attn": […], "mlp": […]}}`: Hugging Face's blog post on skipping layers.
  public static func huggingFace(_ skip: SkipSet) -> String {
    let set: JSON = ["attn": JSON(skip.attention), "mlp": JSON(skip.mlp)]
    return (["skip_layer_ids": set] as JSON).pretty
  }

  /// `{"llama-2-13b": {"attention": […], "mlp": […]}}`: `skip_layers.json` of Draft & Verify (Zhang
  /// et al., ACL 2024) and of SWIFT (Xia et al., ICLR 2025).
  public static func draftAndVerify(_ skip: SkipSet, model name: String) -> String {
    let set: JSON = ["attention": JSON(skip.attention), "mlp": JSON(skip.mlp)]
    return JSON.object([JSON.Member(name, set)]).pretty
  }
}
