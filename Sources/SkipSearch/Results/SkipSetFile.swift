import DraftEvaluation
import Files
import Inference

/// A draft model from a file, with what else the file says about its use. Most such files have a
/// skip set alone.
public struct SkipSetFile: Hashable, Sendable {
  /// The draft model.
  public var model: DraftModel
  /// The stop rule that it was measured with, where the file has one.
  public var stop: StopRule?
  /// The fingerprint of the full model that it was found for, where the file has it.
  public var modelFingerprint: String?

  /// A draft model without further information.
  public init(model: DraftModel, stop: StopRule? = nil, modelFingerprint: String? = nil) {
    self.model = model
    self.stop = stop
    self.modelFingerprint = modelFingerprint
  }

  /// No skip-set file is larger; our results with a thousand trials have a few megabytes.
  package static let byteLimit = 128 << 20

  /// Reads a skip set for a model: a result of ours, `{"skip_layer_ids": {…}}`,
  /// `{"attn", "mlp"}` or `{"attention", "mlp"}`, alone or under one other name (a model's), or of
  /// several under names the one that is asked for: Draft & Verify and SWIFT publish such files.
  ///
  /// - Parameters:
  ///   - path: the file; `FILE#NAME` for the set of that name in it.
  ///   - layerCount: the layers of the model.
  ///   - fingerprint: the model's `Checkpoint.fingerprint`.
  ///   - force: accept a set that was found for other weights.
  /// - Throws: where the file is not there, has none of these forms, names a layer that the model
  ///   does not have, or was found for another model.
  public static func read(
    _ path: String, layerCount: Int, fingerprint: String, force: Bool = false
  ) throws(InputError) -> SkipSetFile {
    let place = SkipSetPlace(path)
    let json = try JSON(parsing: try readFile(place.file, limit: byteLimit), file: place.file)
    return try SkipSetFile(
      try place.part(of: JSONField(json, file: place.file)), layerCount: layerCount,
      fingerprint: force ? nil : fingerprint)
  }

  /// Reads a skip set from a parsed document; see `read`.
  ///
  /// - Parameters:
  ///   - root: the document.
  ///   - layerCount: the layers of the model; nil where it is not known.
  ///   - fingerprint: the model's; nil to accept a set that was found for any.
  public init(
    _ root: JSONField, layerCount: Int?, fingerprint: String? = nil
  ) throws(InputError) {
    guard case .object(let members) = root.value else { throw root.mismatch("an object") }
    if root.value["schema"] != nil {
      try self.init(result: root, layerCount: layerCount, fingerprint: fingerprint)
    } else if Self.looksLikeSet(root.value) {
      try self.init(plain: root, layerCount: layerCount)
    } else if let only = members.first, members.count == 1, Self.looksLikeSet(only.value) {
      let inner = JSONField(only.value, file: root.file, path: only.key)
      try self.init(plain: inner, layerCount: layerCount)
    } else if members.count > 1, members.allSatisfy({ Self.looksLikeSet($0.value) }) {
      let names = members.prefix(20).map { "\"\($0.key)\"" }.joined(separator: ", ")
      throw root.error(
        "the file has \(members.count) sets, \(names)\(members.count > 20 ? ", …" : ""); name one: "
          + "\(root.file)#\(members[0].key)")
    } else {
      throw Self.unknown(root)
    }
  }

  private static func looksLikeSet(_ value: JSON) -> Bool {
    ["skip_layer_ids", "attn", "attention", "mlp"].contains { value[$0] != nil }
  }

  private init(plain field: JSONField, layerCount: Int?) throws(InputError) {
    let set = try field.optional("skip_layer_ids") ?? field
    let skip = try SkipSet(set, layerCount: layerCount)
    let draft = try field.member(
      "draft", as: .nullable(Draft.codec(skipping: skip, layerCount: layerCount)))
    if let vocabulary = draft?.model.head.vocabulary, !vocabulary.isComplete {
      throw field.error(
        "the tokens of the draft's vocabulary are not in this entry; take one of the sets that "
          + "were measured on held-out prompts")
    }
    self.init(model: draft?.model ?? DraftModel(skip: skip), stop: draft?.stop)
  }

  private init(
    result root: JSONField, layerCount: Int?, fingerprint: String?
  ) throws(InputError) {
    let schema = try root.required("schema")
    let name = try schema.string()
    guard name == StudyResult.schema || name == StudyResult.oldSchema else {
      if name == JournalHeader.schema {
        throw schema.error(
          "this is a search's journal; finish the search with --resume, and use its result")
      }
      throw schema.error("\"\(name)\" is unknown; expected \"\(StudyResult.schema)\"")
    }
    guard let best = try root.optional("best") else {
      throw InputError(
        file: root.file, field: "best",
        "this search found no set that beats plain decoding; generate without --skip-set")
    }
    guard Self.looksLikeSet(best.value) else {
      throw best.error("the entry has no \"skip_layer_ids\"")
    }
    // Before the layers: a set for another, deeper model has both faults, and this is the cause.
    let model = try root.required("model").required("fingerprint")
    let found = try model.string()
    if let fingerprint, found != fingerprint {
      throw model.error(
        "this result was found for another model (\(found), not \(fingerprint)); search again "
          + "with this model, or use the set anyway with --force")
    }
    try self.init(plain: best, layerCount: layerCount)
    modelFingerprint = found
  }

  private static func unknown(_ root: JSONField) -> InputError {
    root.error(
      "no skip set is in this file; expected a result of skip-search, "
        + "{\"attn\": […], \"mlp\": […]} or {\"skip_layer_ids\": {\"attn\": […], \"mlp\": […]}}")
  }
}
