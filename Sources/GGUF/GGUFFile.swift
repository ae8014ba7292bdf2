import Files

/// One mapped `.gguf` file: header, metadata, descriptions of tensors, their data.
/// The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
///
/// Everything is checked before anything is used: counts, lengths and offsets against the file, so
/// that what a description says of a tensor can be read without further questions.
public struct GGUFFile: Sendable {
  /// The mapped file.
  public let file: MappedFile
  /// The keys and their values.
  public let metadata: GGUFMetadata
  /// The tensors, in file order; no two have the same name.
  public let tensors: [GGUFTensor]

  /// The file's path, for errors.
  public var path: String { file.path }

  /// Where tensors' data are aligned, unless the file says otherwise.
  private static let standardAlignment = 32

  /// Opens a file and reads all but the tensors' data.
  ///
  /// - Throws: an error that names file and field for anything that is truncated, out of bounds,
  ///   or of a version that is not supported.
  public init(_ path: String) throws(InputError) {
    let file = try MappedFile(path)
    var reader = GGUFReader(file)
    let header = try GGUFHeader(&reader)
    metadata = try GGUFMetadata(&reader, count: header.metadataCount)
    let alignment = try Self.alignment(metadata)
    var descriptions: [GGUFTensor.Description] = []
    for index in 0..<header.tensorCount {
      descriptions.append(try GGUFTensor.Description(&reader, index: index))
    }
    // The data begin at the next multiple of the alignment.
    let start = (reader.offset + alignment - 1) / alignment * alignment
    guard header.tensorCount == 0 || start <= file.count else {
      throw InputError(
        file: path, field: "tensor data", "the file ends before they begin; download it again")
    }
    tensors = try descriptions.map { description throws(InputError) in
      try description.placed(dataStart: start, alignment: alignment, in: file)
    }
    self.file = file
    try checkDisjoint()
  }

  private static func alignment(_ metadata: GGUFMetadata) throws(InputError) -> Int {
    guard let field = metadata["general.alignment"] else { return standardAlignment }
    let alignment = try field.integer(in: 1...(1 << 20))
    guard alignment & (alignment - 1) == 0 else {
      throw field.error("expected a power of two, found \(alignment)")
    }
    return alignment
  }

  /// - Throws: where two tensors share a name or bytes.
  private func checkDisjoint() throws(InputError) {
    var names: Set<[UInt8]> = []
    for tensor in tensors where !names.insert(Array(tensor.name.utf8)).inserted {
      throw InputError(file: path, field: tensor.name, "the file has two tensors of this name")
    }
    let sorted = tensors.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (tensor, next) in zip(sorted, sorted.dropFirst())
    where tensor.range.upperBound > next.range.lowerBound {
      throw InputError(
        file: path, field: "\(next.name).offset",
        "overlaps the data of \(tensor.name); the file is corrupt: download it again")
    }
  }
}
