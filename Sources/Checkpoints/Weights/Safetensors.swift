import Files

/// One mapped `.safetensors` file: 8 bytes of header length, a JSON header, the data.
/// The format: https://github.com/huggingface/safetensors#format
struct Safetensors {
  /// Where one tensor lies.
  struct Entry {
    let name: String
    let dtype: String
    let shape: [Int]
    /// Within the file.
    let range: Range<Int>
  }

  let file: MappedFile
  let entries: [Entry]

  /// The reference implementation's bound.
  private static let maximumHeader = 100_000_000

  /// Element sizes by dtype; others are accepted where nobody needs the tensor.
  private static let elementSizes: [String: Int] = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  init(_ path: String) throws(InputError) {
    let file = try MappedFile(path)
    guard file.count >= 8 else {
      throw InputError(
        file: path, field: "header length",
        "the file has \(file.count) bytes, too few for a header; download it again")
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(file.count - 8) else {
      throw InputError(
        file: path, field: "header length",
        "\(length) bytes, but the file has only \(file.count); it is truncated or no safetensors "
          + "file: download it again")
    }
    guard length <= UInt64(Self.maximumHeader) else {
      throw InputError(
        file: path, field: "header length",
        "\(length) bytes is more than the format allows (\(Self.maximumHeader))")
    }
    let data = 8 + Int(length)
    let root = JSONField(
      try JSON(parsing: file.bytes[8..<data], file: path), file: path)
    var entries: [Entry] = []
    for (name, field) in try root.members() where name != "__metadata__" {
      entries.append(try Self.entry(name, field, dataStart: data, fileSize: file.count))
    }
    self.file = file
    self.entries = entries
    try checkDisjoint()
  }

  private static func entry(
    _ name: String, _ field: JSONField, dataStart: Int, fileSize: Int
  ) throws(InputError) -> Entry {
    let dtype = try field.required("dtype").string()
    let shapeField = try field.required("shape")
    var shape: [Int] = []
    for size in try shapeField.elements() { shape.append(try size.integer(in: 0 ... .max)) }
    let offsetsField = try field.required("data_offsets")
    let offsets = try offsetsField.elements()
    guard offsets.count == 2 else {
      throw offsetsField.error("expected two offsets, found \(offsets.count)")
    }
    let begin = try offsets[0].integer(in: 0 ... .max)
    let end = try offsets[1].integer(in: 0 ... .max)
    let dataSize = fileSize - dataStart
    guard begin <= end, end <= dataSize else {
      throw offsetsField.error(
        "[\(begin), \(end)] does not lie within the \(dataSize) bytes of data; the file is "
          + "truncated or corrupt: download it again")
    }
    if let elementSize = elementSizes[dtype] {
      var bytes = elementSize
      for size in shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
        guard !overflow else { throw shapeField.error("\(shape) overflows") }
        bytes = product
      }
      guard bytes == end - begin else {
        throw field.error(
          "\(dtype) of shape \(shape) needs \(bytes) bytes, but data_offsets give \(end - begin)")
      }
    }
    return Entry(name: name, dtype: dtype, shape: shape, range: dataStart + begin..<dataStart + end)
  }

  private func checkDisjoint() throws(InputError) {
    var names: Set<[UInt8]> = []
    for entry in entries where !names.insert(Array(entry.name.utf8)).inserted {
      throw InputError(file: file.path, field: entry.name, "the header names this tensor twice")
    }
    let sorted = entries.filter { !$0.range.isEmpty }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (previous, entry) in zip(sorted, sorted.dropFirst())
    where entry.range.lowerBound < previous.range.upperBound {
      throw InputError(
        file: file.path, field: "\(entry.name).data_offsets",
        "overlaps the data of \(previous.name); the file is corrupt: download it again")
    }
  }
}
