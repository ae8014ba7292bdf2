import CKernels
import Files

/// A matrix made of another for drafting: in fewer bits, or with fewer outputs, or both.
final class DraftCopy: @unchecked Sendable {
  // `@unchecked Sendable`: the memory is written by `fill` before anybody else has the object.
  private let memory: Memory
  private let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let source: MatrixView
  private let precision: WeightPrecision
  /// Which outputs of the source these are; nil for all.
  private let vocabulary: DraftVocabulary?
  private let outputs: Int

  /// Memory that several copies share: large enough for large pages.
  final class Memory {
    private let pages: MappedPages
    private var used = 0

    /// Room for copies of these sizes.
    init(for byteCounts: [Int]) {
      let bytes = byteCounts.reduce(1) { $0 + Self.padded($1) }
      guard let pages = MappedPages(byteCount: bytes, isReserved: false) else {
        preconditionFailure("the system has no \(bytes) bytes of address space left")
      }
      pages.preferLargePages()
      self.pages = pages
    }

    /// The next copy's part.
    fileprivate func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
      precondition(used + byteCount <= pages.byteCount)
      defer { used += Self.padded(byteCount) }
      return pages.base + used
    }

    /// Whole lines, and one more between parts.
    private static func padded(_ bytes: Int) -> Int { bytes.roundedUp(toMultipleOf: 64) + 64 }
  }

  /// Bytes of a copy.
  static func byteCount(
    _ source: MatrixView, _ precision: WeightPrecision, _ vocabulary: DraftVocabulary?
  ) -> Int {
    precision.byteCount(of: source, outputs: vocabulary?.count ?? source.outputs)
  }

  /// A copy that is not filled yet.
  init(
    _ source: MatrixView, _ precision: WeightPrecision, _ vocabulary: DraftVocabulary?,
    in memory: Memory
  ) {
    self.memory = memory
    self.source = source
    self.precision = precision
    self.vocabulary = vocabulary
    outputs = vocabulary?.count ?? source.outputs
    byteCount = Self.byteCount(source, precision, vocabulary)
    base = memory.take(byteCount)
  }

  /// Makes a thread's share of the copy.
  func fill(_ member: TeamMember) {
    let group = Int(SK_QUANTIZED_GROUP)
    let share = member.share(of: outputs, grain: group)
    guard !share.isEmpty else { return }
    if let type = precision.quantizedType {
      var matrix = source.raw
      let groups = share.lowerBound / group..<(share.upperBound + group - 1) / group
      withRows { rows in
        sk_quantize(
          type, &matrix, rows, outputs, groups.lowerBound, groups.upperBound, base)
      }
    } else {
      for output in share {
        let row = vocabulary.map { Int($0.ids[output]) } ?? output
        (base + output * source.rowBytes).copyMemory(
          from: source.weights + row * source.rowBytes, byteCount: source.rowBytes)
      }
    }
  }

  private func withRows(_ body: (UnsafePointer<UInt32>?) -> Void) {
    guard let vocabulary else { return body(nil) }
    vocabulary.ids.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// The copy as a pass multiplies with it.
  var view: WeightView {
    // A head, the only matrix that is made shorter, has no bias.
    precondition(vocabulary == nil || source.bias == nil)
    if let type = precision.quantizedType {
      return .quantized(
        QuantizedView(
          weights: UnsafeRawPointer(base), type: type, outputs: outputs,
          inputs: source.inputs, bias: source.bias))
    }
    return .model(source.replacing(weights: UnsafeRawPointer(base), outputs: outputs))
  }
}
