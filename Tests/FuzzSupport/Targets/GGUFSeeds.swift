import TestSupport

/// Small GGUF files: a Llama of one layer whose matrices are of many types, and tokenizers.
enum GGUFSeeds {
  private typealias Field = (key: String, value: GGUFBuilder.Value)

  /// A model with a tokenizer.
  static func model(isByteLevel: Bool) -> [UInt8] {
    let tokenizer = isByteLevel ? byteLevel : scored
    var file = GGUFBuilder()
    file.metadata = configuration + tokenizer.fields
    let hidden: UInt64 = 256
    let inner: UInt64 = 32
    func add(_ name: String, _ type: Block, _ sizes: UInt64...) {
      let count = Int(sizes.reduce(1, *))
      file.tensors.append(.init(name, type.number, sizes, type.bytes(count, name)))
    }
    add("token_embd.weight", .q6K, hidden, UInt64(tokenizer.count))
    add("output.weight", isByteLevel ? .q40 : .q5K, hidden, UInt64(tokenizer.count))
    for norm in ["output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"] {
      add("\(norm).weight", .f32, hidden)
    }
    add("blk.0.attn_q.weight", .q4K, hidden, inner)
    add("blk.0.attn_k.weight", isByteLevel ? .bf16 : .q4K, hidden, inner / 2)
    add("blk.0.attn_v.weight", isByteLevel ? .q80 : .q6K, hidden, inner / 2)
    add("blk.0.attn_output.weight", isByteLevel ? .q50 : .q40, inner, hidden)
    add("blk.0.ffn_gate.weight", isByteLevel ? .f16 : .q41, hidden, inner)
    add("blk.0.ffn_up.weight", .q5K, hidden, inner)
    add("blk.0.ffn_down.weight", isByteLevel ? .q51 : .q80, inner, hidden)
    return file.bytes
  }

  /// A tokenizer without a model.
  static func tokenizer(isByteLevel: Bool, pre: String? = nil) -> [UInt8] {
    var file = GGUFBuilder()
    file.metadata = (isByteLevel ? byteLevel : scored).fields
    if let pre, let index = file.metadata.firstIndex(where: { $0.key == "tokenizer.ggml.pre" }) {
      file.metadata[index].value = .string(pre)
    }
    return file.bytes
  }

  private static let configuration: [Field] = [
    ("general.architecture", .string("llama")), ("general.name", .string("small")),
    ("general.file_type", .uint32(15)),
    ("llama.block_count", .uint32(1)), ("llama.embedding_length", .uint32(256)),
    ("llama.feed_forward_length", .uint32(32)), ("llama.attention.head_count", .uint32(2)),
    ("llama.attention.head_count_kv", .integers([1])), ("llama.context_length", .uint32(64)),
    ("llama.attention.key_length", .uint32(16)), ("llama.attention.value_length", .uint32(16)),
    ("llama.rope.dimension_count", .uint32(16)), ("llama.rope.freq_base", .float32(10_000)),
    ("llama.rope.scaling.type", .string("linear")), ("llama.rope.scaling.factor", .float32(2)),
    ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
  ]

  /// A type of weights, and blocks of it whose scales are small.
  private enum Block: Int {
    case f32, f16, bf16, q80, q40, q41, q50, q51, q4K, q5K, q6K

    var number: UInt32 { [0, 1, 30, 8, 2, 3, 6, 7, 12, 13, 14][rawValue] }
    private var size: Int { [1, 1, 1, 32, 32, 32, 32, 32, 256, 256, 256][rawValue] }
    private var byteCount: Int { [4, 2, 2, 34, 18, 20, 22, 24, 144, 176, 210][rawValue] }
    /// The upper bytes of floating-point numbers: 0x20 makes a half of about 0.01, 0x3C a bfloat16
    /// of the same.
    private var exponents: [Int: UInt8] {
      switch self {
      case .f32: [3: 0x3F, 2: 0x80]
      case .f16, .q80, .q40, .q50: [1: 0x20]
      case .bf16: [1: 0x3C]
      case .q41, .q51, .q4K, .q5K: [1: 0x20, 3: 0x1C]
      case .q6K: [209: 0x10]
      }
    }

    func bytes(_ count: Int, _ name: String) -> [UInt8] {
      var random = SplitMix64(seed: UInt64(name.utf8.count) << 8 | UInt64(rawValue))
      var bytes = [UInt8](repeating: 0, count: count / size * byteCount)
      for index in bytes.indices {
        let drawn = UInt8(truncatingIfNeeded: random.next())
        bytes[index] = exponents[index % byteCount] ?? drawn
      }
      return bytes
    }
  }

  private static let template = GGUFBuilder.Value.string(
    "{{ bos_token }}{% for m in messages %}{{ m.role ~ ' ' ~ (m.content or '') }}{% endfor %}")

  /// As SentencePiece's: with scores and bytes.
  private static let scored: (fields: [Field], count: Int) = {
    var tokens = ["<unk>", "<s>", "</s>"]
    var types: [Int32] = [2, 3, 3]
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      tokens.append("<0x\(byte < 16 ? "0" : "")\(digits)>")
      types.append(6)
    }
    var scores = [Float](repeating: 0, count: tokens.count)
    let words = ["▁h", "el", "▁hel", "lo", "▁hello", "aa", "aaaa"] + "▁heloaW".map(String.init)
    for (rank, word) in words.enumerated() {
      tokens.append(word)
      scores.append(-Float(rank + 1))
      types.append(1)
    }
    tokens.append("<b>")
    scores.append(-1000)
    types.append(4)
    let fields: [Field] = [
      ("tokenizer.ggml.model", .string("llama")), ("tokenizer.ggml.tokens", .strings(tokens)),
      ("tokenizer.ggml.scores", .floats(scores)), ("tokenizer.ggml.token_type", .integers(types)),
      ("tokenizer.ggml.bos_token_id", .uint32(1)), ("tokenizer.ggml.eos_token_id", .uint32(2)),
      ("tokenizer.ggml.unknown_token_id", .uint32(0)),
      ("tokenizer.ggml.add_space_prefix", .bool(true)), ("tokenizer.chat_template", template),
    ]
    return (fields, tokens.count)
  }()

  /// GPT-2's alphabet, and merges.
  private static let byteLevel: (fields: [Field], count: Int) = {
    let alphabet = byteLevelAlphabet
    let tokens = ["<s>", "</s>"] + alphabet + ["he", "ll", "llo", "hello", "Ġw", "aa", "<b>"]
    var types = [Int32](repeating: 1, count: tokens.count)
    (types[0], types[1], types[tokens.count - 1]) = (3, 3, 4)
    let fields: [Field] = [
      ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string("llama-bpe")),
      ("tokenizer.ggml.tokens", .strings(tokens)), ("tokenizer.ggml.token_type", .integers(types)),
      ("tokenizer.ggml.merges", .strings(["h e", "l l", "ll o", "he llo", "Ġ w", "a a"])),
      ("tokenizer.ggml.bos_token_id", .uint32(0)), ("tokenizer.ggml.eos_token_id", .uint32(1)),
      ("tokenizer.ggml.add_bos_token", .bool(true)), ("tokenizer.chat_template", template),
    ]
    return (fields, tokens.count)
  }()
}
