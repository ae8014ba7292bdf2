import Files
import GGUF

/// The tensors of a model in GGUF files by name, and what reads them.
struct GGUFTensors {
  let metadata: GGUFMetadata
  /// In the files' order.
  let names: [String]
  private let tensors: [String: (file: MappedFile, tensor: GGUFTensor)]

  /// Tensors beside the weights: what RoPE's frequencies are divided by.
  static let ropeFactors = "rope_freqs.weight"
  static let longRopeFactors = "rope_factors_long.weight"
  static let shortRopeFactors = "rope_factors_short.weight"

  init(_ pieces: GGUFPieces) {
    metadata = pieces.metadata
    let all = pieces.files.flatMap { piece in
      piece.tensors.map { (file: piece.file, tensor: $0) }
    }
    names = all.map(\.tensor.name)
    tensors = Dictionary(all.map { ($0.tensor.name, $0) }) { first, _ in first }
  }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// The shape of a tensor; nil where there is none.
  func shape(_ name: String) -> [Int]? { tensors[name]?.tensor.shape }

  /// A tensor, of whatever shape it has.
  ///
  /// - Throws: where it is missing or its type is not supported.
  func tensor(_ name: String) throws(InputError) -> WeightTensor {
    guard let (file, tensor) = tensors[name] else { throw error(name, "the tensor is missing") }
    guard let type = ElementType(rawValue: tensor.type.name) else {
      let supported = ElementType.allCases.map(\.rawValue)
      throw error(
        name,
        "is of type \(tensor.type.name), which is not supported; get a file of the model with "
          + "types among \(supported.joined(separator: ", ")): Q4_K_M, Q5_K_M, Q6_K and Q8_0 are "
          + "such")
    }
    return WeightTensor(
      name: name, type: type, shape: tensor.shape,
      bytes: UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]), owner: file)
  }

  /// A tensor whose shape must be `shape`.
  func tensor(_ name: String, shape: [Int], reason: String) throws(InputError) -> WeightTensor {
    let tensor = try tensor(name)
    guard tensor.shape == shape else {
      throw error(
        name, "has the shape \(tensor.shape), but the metadata ask for \(shape) (\(reason))")
    }
    return tensor
  }

  /// A vector of numbers.
  func vector(_ name: String, count: Int, reason: String) throws(InputError) -> [Float] {
    let tensor = try tensor(name, shape: [count], reason: reason)
    guard tensor.type.isPlain else {
      throw error(name, "is of type \(tensor.type.rawValue); F32, F16 or BF16 was expected")
    }
    return tensor.toFloats()
  }

  func error(_ name: String, _ problem: String) -> InputError {
    InputError(file: tensors[name]?.file.path ?? metadata.file, field: name, problem)
  }
}
