import SkipSearch

/// Options of all commands that measure drafts on prompts; the default is a search's.
enum MeasurementOptions {
  static let maximumTokens = Option(
    "max-tokens", "n", value: "n", .integer(in: StudySettings.tokenRange),
    default: StudySettings().maximumTokens, "The most tokens per prompt.")
}
