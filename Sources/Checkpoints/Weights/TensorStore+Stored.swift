import Files

extension TensorStore {
  /// A tensor as a file has it, whatever it is for.
  struct Stored {
    let name: String
    let type: String
    let shape: [Int]
    /// Valid as long as the store is there.
    let bytes: UnsafeRawBufferPointer
  }

  /// All tensors in the order in which they lie in their files, file after file by name.
  var inOrder: [Stored] {
    let tensors = names.compactMap(located)
    let sorted = tensors.sorted {
      ($0.file.path, $0.entry.range.lowerBound) < ($1.file.path, $1.entry.range.lowerBound)
    }
    return sorted.map { entry, file in
      Stored(
        name: entry.name, type: entry.dtype, shape: entry.shape,
        bytes: UnsafeRawBufferPointer(rebasing: file.bytes[entry.range]))
    }
  }
}
