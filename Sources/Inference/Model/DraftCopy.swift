import CKernels
import Files

/// A matrix made of another for drafting: in fewer bits, or with fewer outputs, or both.
final class DraftCopy: @unchecked Sendable {
  // `@unchecked Sendable`: the pages are written by `fill` before anybody else has the object.
  private let pages: MappedPages
  private let source: MatrixView
  private let precision: WeightPrecision
  /// Which outputs of the source these are; nil for all.
  private let vocabulary: DraftVocabulary?
  private let outputs: Int

  /// Memory for a copy, not filled yet.
  init(_ source: MatrixView, _ precision: WeightPrecision, _ vocabulary: DraftVocabulary?) {
    self.source = source
    self.precision = precision
    self.vocabulary = vocabulary
    outputs = vocabulary?.count ?? source.outputs
    let bytes = precision.byteCount(of: source, outputs: outputs)
    guard let pages = MappedPages(byteCount: max(bytes, 1), isReserved: false) else {
      preconditionFailure("the system has no \(bytes) bytes of address space left")
    }
    self.pages = pages
  }

  var byteCount: Int { pages.byteCount }

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
          type, &matrix, rows, outputs, groups.lowerBound, groups.upperBound, pages.base)
      }
    } else {
      for output in share {
        let row = vocabulary.map { Int($0.ids[output]) } ?? output
        (pages.base + output * source.rowBytes).copyMemory(
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
          weights: UnsafeRawPointer(pages.base), type: type, outputs: outputs,
          inputs: source.inputs, bias: source.bias))
    }
    return .model(source.replacing(weights: UnsafeRawPointer(pages.base), outputs: outputs))
  }
}
