import Files

/// The first bytes of a file: magic, version, and how much follows.
struct GGUFHeader {
  let tensorCount: Int
  let metadataCount: Int

  /// A model of 10,000 layers has fewer tensors.
  private static let maximumTensors = 1 << 18
  /// Real files have some dozens of keys.
  private static let maximumKeys = 1 << 16

  init(_ reader: inout GGUFReader) throws(InputError) {
    let field = "header"
    guard reader.left >= 4, try reader.bytes(4, field).elementsEqual("GGUF".utf8) else {
      throw reader.error(
        field,
        "the file does not begin with \"GGUF\"; it is no GGUF file, or was not downloaded whole")
    }
    let version: UInt32 = try reader.integer(field)
    switch version {
    case 2, 3: break
    case 1:
      throw reader.error(
        "version", "GGUF version 1 is not supported, 2 and 3 are; get a newer file of the model")
    case _ where version.byteSwapped <= 0xFFFF:
      throw reader.error("version", "the file is big-endian, which is not supported")
    default:
      throw reader.error("version", "GGUF version \(version) is not supported; 2 and 3 are")
    }
    tensorCount = try reader.count("tensor count", most: Self.maximumTensors)
    metadataCount = try reader.count("metadata count", most: Self.maximumKeys)
  }
}
