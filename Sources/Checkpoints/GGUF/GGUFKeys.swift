import Files
import GGUF

/// The keys of a model, which begin with its architecture's name.
struct GGUFKeys {
  let metadata: GGUFMetadata
  let prefix: String

  /// The value of a key; nil where the file has none.
  subscript(key: String) -> GGUFField? { metadata["\(prefix).\(key)"] }

  func required(_ key: String) throws(InputError) -> GGUFField {
    try metadata.required("\(prefix).\(key)")
  }

  func error(_ key: String, _ problem: String) -> InputError {
    metadata.error("\(prefix).\(key)", problem)
  }

  /// One number that all layers share, whether it is written once or for each.
  func same(
    _ key: String, ofLayers count: Int, in range: ClosedRange<Int>
  ) throws(InputError) -> Int? {
    guard let field = self[key] else { return nil }
    let numbers = try field.perLayer(count, in: range)
    guard let first = numbers.first, numbers.allSatisfy({ $0 == first }) else {
      throw field.error("layers of different sizes are not supported")
    }
    return first
  }
}
