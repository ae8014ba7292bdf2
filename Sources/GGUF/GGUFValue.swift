import Files

/// A value of the metadata.
public enum GGUFValue: Sendable {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Double)
  case bool(Bool)
  /// The bytes of a string, not necessarily UTF-8.
  case string([UInt8])
  case array(GGUFArray)

  /// The types that files know, by number.
  enum Kind: UInt32 {
    case uint8 = 0, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64
    case float64

    /// Bytes of a number; nil for a string or an array.
    var byteCount: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      case .string, .array: nil
      }
    }
  }

  /// Reads a value of a kind.
  init(_ kind: Kind, _ reader: inout GGUFReader, key: String) throws(InputError) {
    switch kind {
    case .uint8: self = .unsigned(UInt64(try reader.integer(key) as UInt8))
    case .uint16: self = .unsigned(UInt64(try reader.integer(key) as UInt16))
    case .uint32: self = .unsigned(UInt64(try reader.integer(key) as UInt32))
    case .uint64: self = .unsigned(try reader.integer(key))
    case .int8: self = .signed(Int64(try reader.integer(key) as Int8))
    case .int16: self = .signed(Int64(try reader.integer(key) as Int16))
    case .int32: self = .signed(Int64(try reader.integer(key) as Int32))
    case .int64: self = .signed(try reader.integer(key))
    case .float32: self = .float(Double(Float(bitPattern: try reader.integer(key))))
    case .float64: self = .float(Double(bitPattern: try reader.integer(key)))
    case .bool: self = .bool(try reader.integer(key) as UInt8 != 0)
    case .string: self = .string(Array(try reader.stringBytes(key)))
    case .array: self = .array(try GGUFArray(&reader, key: key))
    }
  }

  /// What kind of value this is, for error messages.
  var kind: String {
    switch self {
    case .unsigned, .signed: "an integer"
    case .float: "a number"
    case .bool: "a boolean"
    case .string: "a string"
    case .array(let array): "an array of \(array.count)"
    }
  }
}

extension GGUFValue.Kind {
  /// Reads the number of a kind.
  init(_ reader: inout GGUFReader, key: String) throws(InputError) {
    let number: UInt32 = try reader.integer(key)
    guard let kind = GGUFValue.Kind(rawValue: number) else {
      throw reader.error(key, "has values of the unknown type \(number); the file is corrupt")
    }
    self = kind
  }
}
