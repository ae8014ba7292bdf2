import Files
import Foundation

/// The first line of a journal: what its trials were measured with.
public struct JournalHeader: Hashable, Sendable {
  /// `schema` of the first line.
  public static let schema = "skip-search/journal/1"

  /// When the study began; ISO 8601, UTC.
  public var createdAt: String
  /// What the study is about.
  public var subject: StudySubject
  /// How it was set.
  public var settings: StudySettings
  /// Whether several workers write the journal, in turn.
  public var isShared = false

  /// The header of a study that begins now.
  public init(subject: StudySubject, settings: StudySettings, createdAt: Date = .now) {
    self.createdAt = createdAt.formatted(.iso8601)
    self.subject = subject
    self.settings = settings
  }
}

extension JournalHeader: JSONRecord {
  package static func record(
    _ member: JSONMembers<JournalHeader>
  ) throws(InputError) -> JournalHeader {
    try member.constant(
      "schema", schema,
      otherwise: "this is no journal of skip-search (\"\(schema)\" was expected)")
    let createdAt = try member("created_at", \.createdAt, .string)
    let isShared = try member("shared", \.isShared, .bool.ifAbsent(false))
    let (subject, _) = try StudySubject.record(member, \.subject) { member in
      member.derived("tokens") { _ in .null }
    }
    let layers = subject.model.layerCount
    let settings = try member(
      "settings", \.settings,
      StudySettings.codec.checked("a set names a layer beyond the \(layers) of the model") {
        $0.frozen.fits(layerCount: layers)
          && $0.enqueued.allSatisfy { $0.fits(layerCount: layers) }
      })
    var header = JournalHeader(subject: subject, settings: settings)
    header.createdAt = createdAt
    header.isShared = isShared
    return header
  }
}
