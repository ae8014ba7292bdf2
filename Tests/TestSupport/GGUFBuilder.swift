import Foundation

/// Writes small GGUF files, right ones and wrong ones.
public struct GGUFBuilder: Sendable {
  /// A value of the metadata.
  public enum Value: Sendable {
    case uint32(UInt32)
    case float32(Float)
    case bool(Bool)
    case string(String)
    case strings([String])
    case floats([Float])
    case integers([Int32])
    /// A type's number and the bytes that follow.
    case raw(UInt32, [UInt8])
  }

  /// A tensor: its type's number, and sizes as the file has them, innermost first.
  public struct Tensor: Sendable {
    /// Its name.
    public var name: String
    /// Its type, by number.
    public var type: UInt32
    /// Its sizes.
    public var sizes: [UInt64]
    /// Its bytes.
    public var data: [UInt8]
    /// Where the data are said to be; nil for where they are.
    public var offset: UInt64?

    /// A tensor.
    public init(
      _ name: String, _ type: UInt32, _ sizes: [UInt64], _ data: [UInt8], offset: UInt64? = nil
    ) {
      self.name = name
      self.type = type
      self.sizes = sizes
      self.data = data
      self.offset = offset
    }
  }

  /// The first four bytes.
  public var magic = "GGUF"
  /// The version.
  public var version: UInt32 = 3
  /// Keys and values.
  public var metadata: [(key: String, value: Value)] = []
  /// The tensors.
  public var tensors: [Tensor] = []
  /// Of tensors.
  public var alignment = 32
  /// Said instead of what is there.
  public var tensorCount: UInt64?
  /// The same for keys.
  public var metadataCount: UInt64?

  /// A file without anything.
  public init() {}

  /// The file.
  public var bytes: [UInt8] {
    var bytes = Array(magic.utf8)
    func number(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    func string(_ text: String) {
      number(UInt64(text.utf8.count))
      bytes += text.utf8
    }
    func array(_ type: UInt32, _ count: Int) {
      number(UInt32(9))
      number(type)
      number(UInt64(count))
    }
    number(version)
    number(tensorCount ?? UInt64(tensors.count))
    number(metadataCount ?? UInt64(metadata.count))
    for (key, value) in metadata {
      string(key)
      switch value {
      case .uint32(let value):
        number(UInt32(4))
        number(value)
      case .float32(let value):
        number(UInt32(6))
        number(value.bitPattern)
      case .bool(let value):
        number(UInt32(7))
        bytes.append(value ? 1 : 0)
      case .string(let text):
        number(UInt32(8))
        string(text)
      case .strings(let texts):
        array(8, texts.count)
        for text in texts { string(text) }
      case .floats(let values):
        array(6, values.count)
        for value in values { number(value.bitPattern) }
      case .integers(let values):
        array(5, values.count)
        for value in values { number(value) }
      case .raw(let type, let content):
        number(type)
        bytes += content
      }
    }
    var offset: UInt64 = 0
    func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
    for tensor in tensors {
      string(tensor.name)
      number(UInt32(tensor.sizes.count))
      for size in tensor.sizes { number(size) }
      number(tensor.type)
      number(tensor.offset ?? offset)
      offset += UInt64(aligned(tensor.data.count))
    }
    for tensor in tensors {
      bytes += Array(repeating: 0, count: aligned(bytes.count) - bytes.count)
      bytes += tensor.data
    }
    return bytes
  }

  /// Writes the file into a directory and returns its path.
  public func write(to directory: String, _ name: String = "model.gguf") throws -> String {
    let path = "\(directory)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
