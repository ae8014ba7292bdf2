import Files

/// One mapped `.safetensors` file: 8 bytes of header length, a JSON header, the data.
/// The format: https://github.com/huggingface/safetensors#format
///
/// The rules are the reference implementation's, so that a file loads here exactly where it loads
/// in Hugging Face's libraries: the tensors' bytes follow each other without overlap, without a
/// hole, and up to the end of the file.
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

  /// The reference implementation allows 100 MB; the tensors of 10,000 layers, the most that
  /// `ModelConfiguration` takes, fit 16 MiB, and parsing a hostile header stays cheap.
  private static let maximumHeader = 16 << 20

  /// Element sizes by dtype; others are accepted where nobody needs the tensor.
  private static let elementSizes: [String: Int] = [
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "C64": 8,
  ]

  init(_ path: String) throws(InputError) {
    let file = try MappedFile(path)
    guard !GitLFSPointer.begins(file.bytes) else { throw GitLFSPointer.error(path) }
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
        "\(length) bytes is more than the \(Self.maximumHeader) allowed")
    }
    let data = 8 + Int(length)
    let root = JSONField(try Self.parse(file.bytes[8..<data], path), file: path)
    var entries: [Entry] = []
    for (name, field) in try root.members() where name != "__metadata__" {
      entries.append(try Self.entry(name, field, dataStart: data, fileSize: file.count))
    }
    self.file = file
    self.entries = entries
    try checkCoverage(from: data)
  }

  private static func parse(
    _ header: Slice<UnsafeRawBufferPointer>, _ path: String
  ) throws(InputError) -> JSON {
    do throws(InputError) {
      let root = try JSON(parsing: header, file: path)
      guard case .object = root else {
        throw InputError(file: path, "expected an object, found \(root.kind)")
      }
      return root
    } catch {
      // Lines and columns of a JSON text that begins at the file's ninth byte.
      let position = error.field.map { ", \($0)" } ?? ""
      throw InputError(
        file: path, field: "header\(position)",
        "\(error.problem); the file is corrupt: download it again")
    }
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

  private func checkCoverage(from data: Int) throws(InputError) {
    var names: Set<[UInt8]> = []
    for entry in entries where !names.insert(Array(entry.name.utf8)).inserted {
      throw InputError(file: file.path, field: entry.name, "the header names this tensor twice")
    }
    var end = data
    var previous = "the header"
    let sorted = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in sorted {
      let begin = entry.range.lowerBound
      guard begin == end else {
        throw InputError(
          file: file.path, field: "\(entry.name).data_offsets",
          begin < end
            ? "overlaps the data of \(previous); the file is corrupt: download it again"
            : "leaves a hole of \(begin - end) bytes after \(previous); the file is corrupt: "
              + "download it again")
      }
      end = entry.range.upperBound
      previous = entry.name
    }
    guard end == file.count else {
      throw InputError(
        file: file.path, field: "header",
        "the last \(file.count - end) bytes of the file belong to no tensor; the file is corrupt: "
          + "download it again")
    }
  }
}
