import Files
import GGUF

extension Checkpoint {
  /// Opens a model: a Hugging Face directory, a GGUF file, or a directory that holds one.
  ///
  /// - Throws: an error that names file and field where anything is missing, corrupt, of a wrong
  ///   shape, or not supported.
  public init(path: String) throws(InputError) {
    switch try ModelLocation(path) {
    case .directory(let directory): try self.init(directory: directory)
    case .gguf(let file): try self.init(gguf: file)
    }
  }

  /// Opens a GGUF file, the first of several where the model is in pieces. Reads metadata, norms and biases; matrices are mapped.
  ///
  /// - Throws: as `init(path:)`.
  public init(gguf path: String) throws(InputError) {
    let pieces = try GGUFPieces(path)
    let tensors = GGUFTensors(pieces)
    let configuration = try ModelConfiguration(tensors)
    let weights = GGUFWeights(
      tensors: tensors, configuration: configuration, names: GGUFNames(configuration.architecture))
    try weights.checkNames()
    for piece in pieces.files { piece.file.expect(.scattered) }
    var source = weights
    let embedding = try weights.matrix(.embedding)
    let layers = try source.layers(configuration)
    let finalNorm = try weights.norm(.finalNorm)
    let head = configuration.tiesWordEmbeddings ? embedding : try weights.matrix(.head)
    for piece in pieces.files { piece.file.expect(.inOrder) }
    self.init(
      configuration: configuration, embedding: embedding, finalNorm: finalNorm, head: head,
      layers: layers)
  }
}
