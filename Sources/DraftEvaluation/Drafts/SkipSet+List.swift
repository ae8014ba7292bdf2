import Inference

extension SkipSet {
  /// Reads sub-layers named one by one: `attn:0,mlp:0,mlp:23`; nil for anything else.
  public init?(list: String) {
    var attention: [Int] = []
    var mlp: [Int] = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = name.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let layer = Int(parts[1]), layer >= 0 else { return nil }
      switch parts[0] {
      case "attn", "attention": attention.append(layer)
      case "mlp": mlp.append(layer)
      default: return nil
      }
    }
    self.init(attention: attention, mlp: mlp)
  }
}
