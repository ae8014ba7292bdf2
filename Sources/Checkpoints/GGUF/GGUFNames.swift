/// What tensors are called in GGUF files: llama.cpp's names for Hugging Face's.
struct GGUFNames {
  private let layer: [String: String]

  init(_ architecture: Architecture) {
    let hasOutputNorms = architecture.facts.hasOutputNorms
    layer = [
      "input_layernorm": "attn_norm",
      // With output norms this is one of them.
      "post_attention_layernorm": hasOutputNorms ? "post_attention_norm" : "ffn_norm",
      "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm",
      "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
      "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
      "self_attn.o_proj": "attn_output", "self_attn.qkv_proj": "attn_qkv",
      "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
      "mlp.gate_up_proj": "ffn_up",
    ]
  }

  private static let outside = [
    "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
  ]

  /// The name of what Hugging Face calls so.
  func name(of tensor: String) -> String {
    if let name = Self.outside[tensor] { return name }
    // model.layers.N.NAME.weight
    let parts = tensor.split(separator: ".")
    guard parts.count > 4, let last = parts.last,
      let name = layer[parts[3..<parts.count - 1].joined(separator: ".")]
    else { return tensor }
    return "blk.\(parts[2]).\(name).\(last)"
  }
}
