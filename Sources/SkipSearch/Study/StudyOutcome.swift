/// How a process's part in a study ends.
public enum StudyOutcome: Sendable {
  /// With the study's result.
  case result(StudyResult)
  /// Another worker wrote the result.
  case finished
  /// With so many trials finished by all workers, and others going on, or coming later.
  case left(trials: Int)
  /// By an error, with finished trials: the result of those, as of an interrupted search, or nil
  /// where other workers go on.
  case failed(StudyResult?, StudyError)
}
