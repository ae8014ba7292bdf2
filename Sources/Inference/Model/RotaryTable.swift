import CKernels
import Checkpoints
import Foundation

/// Cosines and sines of rotary position embedding, a row per position, filled as far as needed.
///
/// The angle is computed as Hugging Face does: frequency, product and cosine's argument rounded to
/// `Float`, so that long contexts agree too.
struct RotaryTable: ~Copyable {
  /// Half the head dimension: angles per position.
  private let half: Int
  /// [capacity][half]
  private let cosines: FloatBuffer
  private let sines: FloatBuffer
  /// Positions whose rows are valid.
  private var filled = 0
  private let frequencies: [Float]
  private let scale: Double

  init(_ configuration: ModelConfiguration, capacity: Int) {
    let rope = configuration.rope
    half = configuration.headDimension / 2
    frequencies = rope.inverseFrequencies.map { Float($0) }
    scale = rope.attentionFactor
    cosines = FloatBuffer(capacity * half)
    sines = FloatBuffer(capacity * half)
  }

  /// Makes the rows of positions below `count` valid.
  mutating func fill(to count: Int) {
    guard count > filled else { return }
    for position in filled..<count {
      for index in 0..<half {
        let angle = Double(Float(position) * frequencies[index])
        cosines.base[position * half + index] = Float(cos(angle) * scale)
        sines.base[position * half + index] = Float(sin(angle) * scale)
      }
    }
    filled = count
  }

  /// The addresses, for a pass. Valid as long as the table.
  struct View {
    fileprivate let half: Int
    fileprivate let cosines: UnsafeMutablePointer<Float>
    fileprivate let sines: UnsafeMutablePointer<Float>

    /// target[2 · half] ← a head's vector of the same length turned to its position; components
    /// `stride` floats apart.
    @inline(__always)
    func rotate(
      _ vector: UnsafePointer<Float>, to position: Int, into target: UnsafeMutablePointer<Float>,
      stride: Int
    ) {
      sk_rope(vector, cosines + position * half, sines + position * half, half, target, stride)
    }
  }

  /// The addresses, for a pass.
  var view: View { View(half: half, cosines: cosines.base, sines: sines.base) }
}
