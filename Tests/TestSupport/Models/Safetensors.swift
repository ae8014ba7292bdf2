import Files

/// One tensor of a `.safetensors` file.
public struct SafetensorsTensor: Sendable {
  /// Its name.
  public var name: String
  /// `BF16`, `F16`, `F32`, or anything a test wants to see refused.
  public var type: String
  /// Its sizes.
  public var shape: [Int]
  /// Its elements as stored, little-endian.
  public var bytes: [UInt8]

  /// Nothing is checked here.
  public init(name: String, type: String, shape: [Int], bytes: [UInt8]) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }
}

/// A file's header with the tensors one after the other; a test may bend it.
public func safetensorsHeader(_ tensors: [SafetensorsTensor]) -> JSON {
  var members = [JSON.Member("__metadata__", ["format": "pt"])]
  var end = 0
  for tensor in tensors {
    let begin = end
    end += tensor.bytes.count
    members.append(
      JSON.Member(
        tensor.name,
        [
          "dtype": .string(tensor.type), "shape": JSON(tensor.shape),
          "data_offsets": JSON([begin, end]),
        ]))
  }
  return .object(members)
}

/// A whole file. Nothing pads the header, so that the data is often unaligned, as in real files.
public func safetensors(_ tensors: [SafetensorsTensor], header: JSON? = nil) -> [UInt8] {
  let text = Array((header ?? safetensorsHeader(tensors)).compact.utf8)
  let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
  return length + text + tensors.flatMap(\.bytes)
}
