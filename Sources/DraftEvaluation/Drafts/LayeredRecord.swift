import Files

/// A `JSONRecord` that names layers, so that reading it takes the number of the model's layers.
package protocol LayeredRecord: Sendable {
  /// Reads or writes a record's members, and returns the record.
  ///
  /// - Parameter layerCount: the layers of the model that the record is for; nil where it is not
  ///   known, as when writing.
  static func record(
    _ member: JSONMembers<Self>, layerCount: Int?
  ) throws(InputError) -> Self
}

extension LayeredRecord {
  /// The record as an object.
  package static func codec(layerCount: Int?) -> JSONCodec<Self> {
    .object { member throws(InputError) in try record(member, layerCount: layerCount) }
  }

  /// The record as its file has it.
  package var json: JSON { Self.codec(layerCount: nil).write(self) }

  /// Reads what `json` writes.
  package init(_ field: JSONField, layerCount: Int?) throws(InputError) {
    self = try Self.codec(layerCount: layerCount).read(field)
  }
}
