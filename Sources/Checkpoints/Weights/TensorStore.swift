import Files

/// All tensors of a model directory by name, single file or shards.
struct TensorStore {
  let directory: String
  /// What is odd about the files.
  private(set) var warnings: [String] = []
  private var tensors: [String: (entry: Safetensors.Entry, file: MappedFile)] = [:]
  /// All files.
  private(set) var mapped: [MappedFile] = []

  /// - Parameter part: the part of a larger model that is wanted: its tensors get the names that
  ///   they have in a model of text alone, all others are left out.
  init(directory path: String, part: Architecture.TextPart?) throws(InputError) {
    let files = try ModelDirectory(path)
    directory = files.path
    let index = files.file("model.safetensors.index.json")
    let single = files.file("model.safetensors")
    // In Hugging Face's order.
    if try files.has("model.safetensors") {
      try read([single])
      if fileExists(index) { warnings.append("\(index): not used, because there is \(single)") }
    } else if try files.has("model.safetensors.index.json") {
      try readShards(try JSONField.read(index), files)
    } else {
      let names = try Self.unusualNames(files)
      try read(names.map(files.file))
      warnings.append(
        "\(files.path): there is no model.safetensors; the weights are read from "
          + names.joined(separator: ", "))
    }
    if let part { take(part) }
  }

  private mutating func take(_ part: Architecture.TextPart) {
    var kept: [String: (entry: Safetensors.Entry, file: MappedFile)] = [:]
    for (name, tensor) in tensors {
      if let prefix = part.prefixes.first(where: { name.hasPrefix($0.own) }) {
        kept[prefix.plain + name.dropFirst(prefix.own.count)] = tensor
      } else if name.hasPrefix("lm_head.") {
        kept[name] = tensor
      }
    }
    // A text model's own names under the architecture of the whole: nothing to take.
    guard !kept.isEmpty else { return }
    if kept.count < tensors.count {
      warnings.append(
        "\(directory): of a model of text and images only the text's part is used, "
          + "\(kept.count) of \(tensors.count) tensors")
    }
    tensors = kept
  }

  /// Files that hold a whole model though no index says so: the only one there is, or a complete
  /// series.
  private static func unusualNames(_ directory: ModelDirectory) throws(InputError) -> [String] {
    let names = directory.names.filter {
      $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter") && !$0.hasPrefix("consolidated")
    }
    if names.count == 1, !names[0].contains("-of-") || names[0].contains("-00001-of-00001.") {
      return names
    }
    let count = names.count
    let isSeries =
      count > 1 && count < 100_000
      && (1...count).allSatisfy { number in
        let suffix = "-\(digits(number))-of-\(digits(count)).safetensors"
        return names[number - 1].hasSuffix(suffix)
      }
    guard isSeries else { throw directory.weightsMissing() }
    return names
  }

  /// Five digits.
  private static func digits(_ number: Int) -> String {
    String(String(100_000 + number).dropFirst())
  }

  private mutating func read(_ paths: [String]) throws(InputError) {
    for path in paths {
      let file = try Safetensors(path)
      for entry in file.entries {
        guard tensors.updateValue((entry, file.file), forKey: entry.name) == nil else {
          throw InputError(file: path, field: entry.name, "another file has this tensor too")
        }
      }
      mapped.append(file.file)
    }
  }

  private mutating func readShards(
    _ index: JSONField, _ directory: ModelDirectory
  ) throws(InputError) {
    var files: [String: (file: MappedFile, entries: [String: Safetensors.Entry])] = [:]
    for (name, field) in try index.required("weight_map").members() {
      let shard = try field.string()
      // An index must not make us open files elsewhere.
      guard shard.hasSuffix(".safetensors"), !shard.utf8.contains(UInt8(ascii: "/")),
        !shard.utf8.contains(0)
      else {
        throw field.error(
          "expected the name of a .safetensors file in the same directory, found \"\(shard)\"")
      }
      if files[shard] == nil {
        let path = directory.file(shard)
        guard fileExists(path) else {
          throw InputError(
            .missing, file: path,
            "there is no such file, but \(index.file) needs it (\(field.path)); download all shards"
          )
        }
        let contents = try Safetensors(path)
        let entries = Dictionary(contents.entries.map { ($0.name, $0) }) { first, _ in first }
        files[shard] = (contents.file, entries)
      }
      guard let (file, entries) = files[shard], let entry = entries[name] else {
        throw field.error("\(shard) does not hold this tensor")
      }
      tensors[name] = (entry, file)
    }
    mapped = files.values.map(\.file)
  }

  /// Tells the system how all files are going to be read.
  func expect(_ access: MappedFile.Access) {
    for file in mapped { file.expect(access) }
  }

  var names: [String] { tensors.keys.sorted() }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// Where a tensor lies.
  func located(_ name: String) -> (entry: Safetensors.Entry, file: MappedFile)? { tensors[name] }

  /// The file that holds a tensor.
  func path(of name: String) -> String { tensors[name]?.file.path ?? directory }

  /// A tensor whose shape must be `shape`; `reason` says where that comes from.
  func tensor(
    _ name: String, shape: [Int], reason: String
  ) throws(InputError) -> WeightTensor {
    guard let (entry, file) = tensors[name] else {
      throw InputError(file: directory, field: name, "the tensor is missing")
    }
    guard entry.shape == shape else {
      throw InputError(
        file: file.path, field: name,
        "has the shape \(entry.shape), but config.json asks for \(shape) (\(reason))")
    }
    guard let type = ElementType(rawValue: entry.dtype), type.isPlain else {
      throw InputError(
        file: file.path, field: name,
        "has the element type \(entry.dtype); BF16, F16 and F32 are supported")
    }
    return WeightTensor(
      name: name, type: type, shape: shape,
      bytes: UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]), owner: file)
  }
}
