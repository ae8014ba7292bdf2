import CKernels
import Checkpoints
import Foundation

/// Cosines and sines of one rotary position embedding, a row per position, filled as far as needed.
///
/// The angle is computed as Hugging Face does: frequency, product and cosine's argument rounded to
/// `Float`, so that long contexts agree too.
///
/// Where the frequencies depend on a text's length, a prompt's tokens have those of the prompt's
/// length, and every later token those of the text up to and including itself: what a cache holds
/// that takes the prompt in one pass and then token by token. So a row depends on its position and
/// its prompt, never on the pass that it is in.
final class RotaryTable {
  /// Half the rotated dimension: angles per position.
  private let half: Int
  private let headDimension: Int
  private let rotatesNeighbors: Bool
  private let rope: RotaryEmbedding
  private let capacity: Int
  /// [capacity][half]: of tokens that follow a prompt; of all tokens where length says nothing.
  private let own: Rows
  /// [capacity][half]: of a prompt's tokens; nil where length says nothing.
  private let prompt: Rows?
  /// Rows of `own` that are valid.
  private var filled = 0
  /// The prompt that `prompt` is valid for.
  private var promptLength = 0
  /// The frequencies used last, and what text they are of.
  private var current: (variant: Int, frequencies: [Float], scale: Double)?

  private final class Rows {
    let cosines: FloatBuffer
    let sines: FloatBuffer

    init(_ count: Int) {
      cosines = FloatBuffer(count)
      sines = FloatBuffer(count)
    }
  }

  init(_ rope: RotaryEmbedding, of configuration: ModelConfiguration, capacity: Int) {
    self.rope = rope
    self.capacity = capacity
    half = configuration.rotaryDimension / 2
    headDimension = configuration.headDimension
    rotatesNeighbors = configuration.rotatesNeighbors
    own = Rows(capacity * half)
    prompt = rope.scaling.dependsOnLength ? Rows(capacity * half) : nil
  }

  /// Makes the rows of positions below `count` valid, for texts with a prompt of some length.
  func fill(to count: Int, promptLength length: Int) {
    if let prompt, length != promptLength {
      for position in 0..<min(length, capacity) { fill(prompt, position, sequenceLength: length) }
      promptLength = length
    }
    guard count > filled else { return }
    for position in filled..<count { fill(own, position, sequenceLength: position + 1) }
    filled = count
  }

  private func fill(_ rows: Rows, _ position: Int, sequenceLength: Int) {
    let (frequencies, scale) = frequencies(sequenceLength)
    for index in 0..<half {
      let angle = Double(Float(position) * frequencies[index])
      rows.cosines.base[position * half + index] = Float(cos(angle) * scale)
      rows.sines.base[position * half + index] = Float(sin(angle) * scale)
    }
  }

  private func frequencies(_ sequenceLength: Int) -> ([Float], Double) {
    let variant = rope.scaling.variant(sequenceLength: sequenceLength)
    if let current, current.variant == variant { return (current.frequencies, current.scale) }
    let new = rope.frequencies(dimension: 2 * half, sequenceLength: sequenceLength)
    let frequencies = new.inverseFrequencies.map { Float($0) }
    current = (variant, frequencies, new.attentionFactor)
    return (frequencies, new.attentionFactor)
  }

  /// The addresses, for a pass. Valid as long as the table.
  struct View {
    fileprivate let half: Int
    fileprivate let headDimension: Int
    fileprivate let rotatesNeighbors: Bool
    fileprivate let cosines: UnsafeMutablePointer<Float>
    fileprivate let sines: UnsafeMutablePointer<Float>
    fileprivate let promptCosines: UnsafeMutablePointer<Float>
    fileprivate let promptSines: UnsafeMutablePointer<Float>

    /// target[head dimension] ← a head's vector of the same length turned to its position, as far
    /// as it is to be rotated; components `stride` floats apart.
    @inline(__always)
    func rotate(
      _ vector: UnsafePointer<Float>, _ row: RowPlacement,
      into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
      let start = row.position * half
      let cosines = (row.isOfPrompt ? promptCosines : cosines) + start
      let sines = (row.isOfPrompt ? promptSines : sines) + start
      if rotatesNeighbors {
        sk_rope_neighbors(vector, cosines, sines, half, target, stride)
      } else {
        sk_rope(vector, cosines, sines, half, target, stride)
      }
      for index in 2 * half..<headDimension { target[index * stride] = vector[index] }
    }

    /// The same for layers that rotate nothing.
    fileprivate var unrotated: View {
      View(
        half: 0, headDimension: headDimension, rotatesNeighbors: rotatesNeighbors,
        cosines: cosines, sines: sines,
        promptCosines: promptCosines, promptSines: promptSines)
    }
  }

  /// The addresses, for a pass.
  var view: View {
    View(
      half: half, headDimension: headDimension, rotatesNeighbors: rotatesNeighbors,
      cosines: own.cosines.base, sines: own.sines.base,
      promptCosines: (prompt ?? own).cosines.base, promptSines: (prompt ?? own).sines.base)
  }
}

/// The tables of a model's layers.
final class RotaryTables {
  private let global: RotaryTable
  /// Of layers with a window, where theirs is another.
  private let local: RotaryTable?

  init(_ configuration: ModelConfiguration, capacity: Int) {
    global = RotaryTable(
      RotaryEmbedding(theta: configuration.ropeTheta, scaling: configuration.ropeScaling),
      of: configuration, capacity: capacity)
    local = configuration.localRope.map {
      RotaryTable($0, of: configuration, capacity: capacity)
    }
  }

  /// See `RotaryTable.fill`.
  func fill(to count: Int, promptLength: Int) {
    global.fill(to: count, promptLength: promptLength)
    local?.fill(to: count, promptLength: promptLength)
  }

  /// The addresses, for a pass. Valid as long as the tables.
  struct View {
    private let global: RotaryTable.View
    private let local: RotaryTable.View
    private let none: RotaryTable.View

    fileprivate init(_ global: RotaryTable.View, _ local: RotaryTable.View) {
      self.global = global
      self.local = local
      none = global.unrotated
    }

    /// What a layer rotates by.
    @inline(__always)
    subscript(rotation: LayerRotation) -> RotaryTable.View {
      switch rotation {
      case .none: none
      case .global: global
      case .local: local
      }
    }
  }

  /// The addresses, for a pass.
  var view: View { View(global.view, (local ?? global).view) }
}
