import SkipSearch

extension ValueFormat<StudyDirectory> {
  /// A path that is not empty, without the trailing slashes that shells complete.
  static let studyDirectory = ValueFormat("a directory", text: { $0.path }) { text in
    text.isEmpty ? nil : ValueFormat<String>.modelDirectory.parse(text).map { StudyDirectory($0) }
  }
}
