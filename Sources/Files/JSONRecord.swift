/// A record that stands in a file as a JSON object, written and read from one declaration: its
/// `record`, which stands beside the type.
///
///     struct Residuals { var draft: Double; var passes: Int }
///
///     extension Residuals: JSONRecord {
///       static func record(_ member: JSONMembers<Residuals>) throws(InputError) -> Residuals {
///         Residuals(
///           draft: try member("draft", \.draft, .nonnegative),
///           passes: try member("passes", \.passes, .integer(in: 0 ... .max)))
///       }
///     }
///
/// The function is run in both directions. Each call names a key, the record's value to write under
/// it, and the form in which it is written and read. The calls are in the order of the keys. What
/// follows from other members, but programs want to have (a rate beside its counts), is `derived`:
/// written, and never read.
///
/// To add a field, add it to the struct and name it here; nothing else has to know. Where files
/// without it must stay readable, its codec says what its absence means: `.nullable(…)` reads nil,
/// `.ifAbsent(value)` the value. A field that is renamed is read under its old key by `or:`.
///
/// Checks belong to codecs (ranges, `checked`). A `record` that throws itself must do so only where
/// no record in memory can be: it is run to write those too.
package protocol JSONRecord: Sendable {
  /// Reads or writes a record's members, and returns the record.
  static func record(_ member: JSONMembers<Self>) throws(InputError) -> Self
}

extension JSONRecord {
  /// The record as an object.
  package static var codec: JSONCodec<Self> {
    .object { member throws(InputError) in try record(member) }
  }

  /// The record as its file has it.
  package var json: JSON { Self.codec.write(self) }

  /// Reads what `json` writes.
  package init(_ field: JSONField) throws(InputError) { self = try Self.codec.read(field) }
}
