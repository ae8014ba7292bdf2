import DraftEvaluation
import Inference

extension StudySettings {
  /// Uniform skipping without what is frozen: the baseline that a search must beat. `full` where a
  /// model is too shallow for it.
  func uniformSkipping(of model: ModelDescription) -> DraftModel {
    DraftModel(skip: KnownSkipSets.uniform(layerCount: model.layerCount).without(frozen))
  }
}
