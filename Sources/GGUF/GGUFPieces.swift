import Files

/// A model in one file or in several: `model-00001-of-00003.gguf` and so on, the first of which has
/// the metadata and each some of the tensors.
public struct GGUFPieces: Sendable {
  /// The files, the first first.
  public let files: [GGUFFile]

  /// The metadata of the model.
  public var metadata: GGUFMetadata { files[0].metadata }
  /// The first file's path, for errors.
  public var path: String { files[0].path }

  private static let counts = 0...Int(UInt16.max)

  /// Opens a file, whichever it is, and the others that it says the model is in, which lie beside
  /// it.
  ///
  /// - Throws: as `GGUFFile`; an error that names the files that are missing, or one that does not
  ///   belong to the others.
  public init(_ path: String) throws(InputError) {
    let first = try GGUFFile(path)
    guard let field = first.metadata["split.count"],
      case let count = try field.integer(in: Self.counts), count > 1
    else {
      files = [first]
      return
    }
    guard let name = PieceName(path), name.count == count else {
      throw field.error(
        "the model is in \(count) files, of which this one is not called "
          + PieceName(stem: "…", number: 1, count: count).name
          + " or the like; give it the name that it had")
    }
    let paths = (1...count).map(name.sibling)
    let missing = paths.filter { !fileExists($0) }
    guard missing.isEmpty else {
      let names = missing.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      throw InputError(
        .missing, file: path, field: field.key,
        "the model is in \(count) files, of which "
          + (names.count == 1 ? "this one is missing: " : "\(names.count) are missing: ")
          + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
          + "; download \(names.count == 1 ? "it" : "them") into the same directory")
    }
    var files: [GGUFFile] = []
    for path in paths { files.append(path == first.path ? first : try GGUFFile(path)) }
    self.files = files
    try check(count)
  }

  /// - Throws: where a file is another model's piece, or the tensors are not those of all.
  private func check(_ count: Int) throws(InputError) {
    var names: Set<String> = []
    for (index, file) in files.enumerated() {
      let number = try file.metadata.required("split.no")
      let own = try file.metadata.required("split.count").integer(in: Self.counts)
      guard try number.integer(in: Self.counts) == index, own == count else {
        throw number.error(
          "the file is piece \(try number.integer(in: Self.counts) + 1) of \(own), but its name "
            + "says \(index + 1) of \(count); it was renamed: download it again")
      }
      for tensor in file.tensors where !names.insert(tensor.name).inserted {
        throw InputError(
          file: file.path, field: tensor.name,
          "another piece of the model has a tensor of this name too; download them again")
      }
    }
    guard let field = metadata["split.tensors.count"] else { return }
    let tensors = try field.integer(in: 0...Int(Int32.max))
    guard tensors == names.count else {
      throw field.error(
        "the model has \(tensors) tensors, but the \(count) files have \(names.count); they are "
          + "not of one model: download them again")
    }
  }
}
