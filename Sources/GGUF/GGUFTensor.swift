import Files

/// A tensor of a file, all of whose bytes are there.
public struct GGUFTensor: Sendable {
  /// The name.
  public let name: String
  /// How its elements are stored.
  public let type: GGUFTensorType
  /// Sizes, outermost first (files have them the other way round); all positive.
  public let shape: [Int]
  /// Where its bytes are in the file.
  public let range: Range<Int>

  /// What the file says of a tensor.
  struct Description {
    let name: String
    let type: GGUFTensorType
    let shape: [Int]
    /// After the beginning of all data.
    let offset: Int

    init(_ reader: inout GGUFReader, index: Int) throws(InputError) {
      let name = try reader.name("tensor \(index)")
      let dimensions: UInt32 = try reader.integer(name)
      guard (1...4).contains(dimensions) else {
        throw reader.error(
          name, "has \(dimensions) dimensions, but a tensor has 1 to 4; the file is corrupt")
      }
      var sizes: [Int] = []
      for _ in 0..<dimensions {
        let size = try reader.count(name, most: 1 << 40)
        guard size > 0 else { throw reader.error(name, "has no elements in a dimension") }
        sizes.append(size)
      }
      // Sizes of one at the end say nothing.
      while sizes.count > 1, sizes.last == 1 { sizes.removeLast() }
      self.name = name
      shape = sizes.reversed()
      type = try GGUFTensorType(number: try reader.integer(name), reader, tensor: name)
      offset = try reader.count(name)
    }

    /// The tensor in the file, if all of it is there.
    func placed(
      dataStart: Int, alignment: Int, in file: MappedFile
    ) throws(InputError) -> GGUFTensor {
      func error(_ problem: String) -> InputError {
        InputError(file: file.path, field: name, problem)
      }
      guard offset % alignment == 0 else {
        throw error("its offset \(offset) is no multiple of the alignment \(alignment)")
      }
      let inner = shape[shape.count - 1]
      guard inner % type.blockSize == 0 else {
        throw error(
          "has rows of \(inner) elements, but \(type.name) has blocks of \(type.blockSize)")
      }
      var bytes = inner / type.blockSize
      for factor in [type.blockBytes] + shape.dropLast() {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw error("its size \(shape) overflows") }
        bytes = product
      }
      let space = file.count - dataStart
      guard offset <= space, bytes <= space - offset else {
        throw error(
          "needs the bytes \(offset) to \(offset &+ bytes) of the data, of which the file has "
            + "\(space); it is truncated: download it again")
      }
      let start = dataStart + offset
      return GGUFTensor(name: name, type: type, shape: shape, range: start..<start + bytes)
    }
  }
}
