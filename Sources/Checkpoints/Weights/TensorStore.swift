import Files

/// All tensors of a model directory by name, single file or shards.
struct TensorStore {
  let directory: String
  private var tensors: [String: (entry: Safetensors.Entry, file: MappedFile)] = [:]

  init(directory: String) throws(InputError) {
    self.directory = directory
    let index = "\(directory)/model.safetensors.index.json"
    let single = "\(directory)/model.safetensors"
    if fileExists(index) {
      try readShards(try JSONField.read(index))
    } else if fileExists(single) {
      let file = try Safetensors(single)
      for entry in file.entries { tensors[entry.name] = (entry, file.file) }
    } else {
      throw InputError(
        .missing, file: single,
        "there is no such file, nor model.safetensors.index.json; weights in other formats (.bin, "
          + ".gguf) must be converted to safetensors first")
    }
  }

  private mutating func readShards(_ index: JSONField) throws(InputError) {
    var files: [String: Safetensors] = [:]
    for (name, field) in try index.required("weight_map").members() {
      let shard = try field.string()
      guard !shard.isEmpty, shard != "..", !shard.utf8.contains(UInt8(ascii: "/")) else {
        throw field.error("expected the name of a file in the same directory, found \"\(shard)\"")
      }
      let file: Safetensors
      if let known = files[shard] {
        file = known
      } else {
        file = try Safetensors("\(directory)/\(shard)")
        files[shard] = file
        for entry in file.entries { tensors[entry.name] = (entry, file.file) }
      }
      guard let found = tensors[name], found.file === file.file else {
        throw field.error("\(shard) does not hold this tensor")
      }
    }
  }

  var names: [String] { tensors.keys.sorted() }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

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
    guard let type = ElementType(rawValue: entry.dtype) else {
      throw InputError(
        file: file.path, field: name,
        "has the element type \(entry.dtype); BF16, F16 and F32 are supported")
    }
    return WeightTensor(
      name: name, type: type, shape: shape,
      bytes: UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]), owner: file)
  }
}
