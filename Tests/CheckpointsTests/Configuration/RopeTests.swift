import Checkpoints
import Files
import TestSupport
import Testing

/// The numbers come from a script that repeats the steps of Hugging Face transformers 5.23.0
/// (`modeling_rope_utils.py`) in Python with numpy's float32 in the place of torch's.
@Suite("rotary frequencies are Hugging Face's")
struct RopeTests {
  private func check(
    theta: Double, dimension: Int, _ scaling: JSON?, _ expected: [Double], attention: Double = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let configuration = try readConfiguration([
      ("head_dim", .integer(dimension)), ("rope_theta", .double(theta)), ("rope_scaling", scaling),
    ])
    let rope = configuration.rope
    #expect(rope.inverseFrequencies.count == dimension / 2, sourceLocation: sourceLocation)
    for (found, expected) in zip(rope.inverseFrequencies, expected) {
      // Two units in the last place of a float: libraries' powers differ by that.
      #expect(abs(found / expected - 1) < 2.5e-7, sourceLocation: sourceLocation)
      #expect(Double(Float(found)) == found, sourceLocation: sourceLocation)
    }
    #expect(abs(rope.attentionFactor - attention) < 1e-15, sourceLocation: sourceLocation)
  }

  @Test("without scaling")
  func plain() throws {
    try check(
      theta: 10000, dimension: 12, nil,
      [1.0, 0.21544348, 0.046415884, 0.01, 0.0021544343, 0.000464159])
    try check(
      theta: 500_000, dimension: 64, ["rope_type": "default"],
      [
        1.0, 0.6636012, 0.44036663, 0.2922278, 0.19392276, 0.12868738, 0.0853971, 0.05666962,
        0.03760603, 0.024955409, 0.01656044, 0.010989529, 0.007292665, 0.0048394212, 0.003211446,
        0.0021311196, 0.0014142134, 0.00093847385, 0.00062277244, 0.0004132726, 0.0002742482,
        0.00018199142, 0.00012076974, 8.014294e-05, 5.3182965e-05, 3.5292276e-05, 2.3419998e-05,
        1.554154e-05, 1.0313385e-05, 6.8439754e-06, 4.5416705e-06, 3.0138583e-06,
      ])
  }

  @Test("linear")
  func linear() throws {
    try check(
      theta: 10000, dimension: 12, ["type": "linear", "factor": 4.0],
      [0.25, 0.05386087, 0.011603971, 0.0025, 0.0005386086, 0.00011603975])
  }

  @Test("llama3: the golden model's, and Llama 3.2 1B's")
  func llama3() throws {
    try check(
      theta: 500_000, dimension: 12,
      [
        "type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32,
      ], [1.0, 0.014030774, 0.001574901, 0.00017677668, 1.9842508e-05, 2.2272473e-06])
    try check(
      theta: 500_000, dimension: 64,
      [
        "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
      ],
      [
        1.0, 0.6636012, 0.44036663, 0.2922278, 0.19392276, 0.12868738, 0.0853971, 0.05666962,
        0.03760603, 0.024955409, 0.01656044, 0.010989529, 0.007292665, 0.0048394212, 0.003211446,
        0.001290548, 0.0004295567, 9.708286e-05, 1.9461639e-05, 1.2914768e-05, 8.570256e-06,
        5.687232e-06, 3.7740544e-06, 2.504467e-06, 1.6619676e-06, 1.1028836e-06, 7.3187493e-07,
        4.856731e-07, 3.222933e-07, 2.1387423e-07, 1.419272e-07, 9.418307e-08,
      ])
  }

  @Test("yarn: defaults, a ramp over many dimensions, every option")
  func yarn() throws {
    try check(
      theta: 10000, dimension: 12,
      ["rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16],
      [1.0, 0.05386087, 0.011603971, 0.0025, 0.0005386086, 0.00011603975],
      attention: 1.138629436111989)
    try check(
      theta: 1_000_000, dimension: 32,
      ["rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768],
      [
        1.0, 0.4216965, 0.17782794, 0.074989416, 0.03162278, 0.013335215, 0.0047799014,
        0.0016599617, 0.00055, 0.00016867861, 4.4456985e-05, 1.8747356e-05, 7.905694e-06,
        3.333804e-06, 1.4058534e-06, 5.9284343e-07,
      ], attention: 1.138629436111989)
    try check(
      theta: 10000, dimension: 16,
      [
        "type": "yarn", "factor": 40, "original_max_position_embeddings": 4096, "beta_fast": 16,
        "beta_slow": 2, "truncate": false, "mscale": 0.707, "mscale_all_dim": 1.2,
      ],
      [
        1.0, 0.31622776, 0.1, 0.03162278, 0.0057901046, 0.00012395246, 2.5e-05, 7.9056945e-06,
      ], attention: 0.8739404576185121)
    try check(
      theta: 10000, dimension: 8,
      [
        "rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 64,
        "attention_factor": 1.25,
      ], [1.0, 0.075, 0.005, 0.0005], attention: 1.25)
  }

  @Test("old and new keys mean the same, and inner values win over outer ones")
  func keys() throws {
    var model = TinyModel()
    for rope in [TinyModel.Rope.plain, .linear, .llama3, .yarn] {
      model.rope = rope
      model.ropeTheta = 25_000
      let configurations = try TinyModel.RopeKeys.allCases.map {
        model.ropeKeys = $0
        return try readConfiguration(model, [])
      }
      #expect(Set(configurations).count == 1)
      #expect(configurations[0].ropeTheta == 25_000)
    }
    model.rope = .linear
    model.ropeKeys = .new
    #expect(try readConfiguration(model, [("rope_theta", 7.0)]).ropeTheta == 25_000)
    let both = try readConfiguration(
      model, [("rope_scaling", ["rope_type": "linear", "factor": 3.0])])
    #expect(both.ropeScaling == .linear(factor: 3))
    #expect(both.ropeTheta == 10_000)
    #expect(try readConfiguration(model, [("rope_parameters", [:])]).ropeScaling == .none)
    let outer = try readConfiguration([
      ("original_max_position_embeddings", 24),
      ("rope_scaling", ["rope_type": "yarn", "factor": .null]),
    ])
    // A factor of null is the growth of the context, 64 / 24.
    #expect(outer.ropeScaling == .yarn(.init(factor: 64.0 / 24, originalMaxPositions: 24)))
  }
}
