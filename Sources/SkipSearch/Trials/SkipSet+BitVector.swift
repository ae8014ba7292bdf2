import BayesianOptimization
import DraftEvaluation
import Inference

extension SkipSet {
  /// The set as a point of the optimiser's space: attention of layer l is bit l, MLP of layer l bit
  /// `layerCount` + l (Draft & Verify's order).
  public func bits(layerCount: Int) -> BitVector {
    precondition(fits(layerCount: layerCount), "the skip set is for a deeper model")
    return BitVector(count: 2 * layerCount, ones: attention + mlp.map { layerCount + $0 })
  }

  /// The set that a point stands for.
  public init(_ bits: BitVector) {
    precondition(bits.count % 2 == 0, "a model has as many attention blocks as MLPs")
    let layerCount = bits.count / 2
    let ones = bits.ones
    self.init(
      attention: ones.filter { $0 < layerCount },
      mlp: ones.filter { $0 >= layerCount }.map { $0 - layerCount })
  }
}
