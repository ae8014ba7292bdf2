import Files
import GGUF

/// How a byte-level vocabulary of a GGUF file cuts text: what the name in `tokenizer.ggml.pre`
/// stands for, which files do not spell out. Names and expressions are llama.cpp's
/// (`llama-vocab.cpp`), the expressions written as the models' own tokenizers have them.
struct GGUFPreTokenizer {
  /// Text is cut at what each finds, one after the other.
  let expressions: [String]
  /// Whether a piece that is a token is not merged.
  var ignoresMerges = false
  /// Whether texts begin with the beginning-of-text token where the file does not say.
  var addsBeginning = false
  /// Whether text is normalized to NFC.
  var normalizes = false

  private static let gpt2 = PreTokenizer.gpt2
  private static let deepSeekIdeographs = "[一-龥ࠀ-一가-퟿]+"
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// Llama 3's, with numbers of some length.
  private static func llama3(_ digits: String) -> String {
    #"\#(contractions)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}\#(digits)"#
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\#(spaces)"#
  }

  /// That of tiktoken's newer vocabularies.
  private static func cased(_ suffix: String, _ digits: String) -> String {
    #"[^\r\n\p{L}\p{N}]?\#(upper)*\#(lower)+\#(suffix)|[^\r\n\p{L}\p{N}]?\#(upper)+\#(lower)*"#
      + #"\#(suffix)|\p{N}\#(digits)| ?[^\s\p{L}\p{N}]+[\r\n/]*|\#(spaces)"#
  }

  /// - Throws: where the name is not known.
  init(_ field: GGUFField?) throws(InputError) {
    // As llama.cpp, for files from before there was the key.
    let name = try field?.string() ?? "default"
    switch name {
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
      "jina-v5-nano":
      expressions = [Self.llama3("{1,3}")]
      ignoresMerges = true
      addsBeginning = true
    case "smaug-bpe", "dbrx", "chatglm-bpe", "glm4":
      expressions = [Self.llama3("{1,3}")]
    case "minicpm5":
      expressions = [#"\p{N}{1,3}"#, Self.llama3("+")]
      ignoresMerges = true
    case "qwen2", "f2llmv2":
      expressions = [Self.llama3("")]
      normalizes = true
    case "deepseek-r1-qwen", "stablelm2", "megrez", "kormo", "hunyuan", "solar-open", "grok-2":
      expressions = [Self.llama3("")]
    case "seed-coder":
      expressions = [
        #"\#(Self.contractions)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+"#
          + #"|\#(Self.spaces)"#
      ]
    case "tekken":
      expressions = [Self.cased("", "")]
      ignoresMerges = true
      addsBeginning = true
    case "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2":
      expressions = [Self.cased(Self.contractions + "?", "{1,3}")]
    case "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "gigachat",
      "a.x-4.0", "mellum", "exaone4", "modern-bert":
      expressions = [Self.gpt2]
    case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
      "mellum2":
      expressions = [#"\p{N}"#, Self.gpt2]
    case "viking":
      expressions = [" ?[^(\\s|.,!?…。，、।۔،)]+", #"\p{N}"#]
    case "deepseek-v3", "hunyuan-dense", "joyai-llm":
      expressions = [
        #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
          + #"| ?[\p{P}\p{S}]+[\r\n]*|\#(Self.spaces)"#,
      ]
    case "deepseek-coder":
      expressions = [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, Self.deepSeekIdeographs, #"\p{N}"#]
    case "deepseek-llm":
      expressions = [
        #"[\r\n]"#, "\\s?[\(Self.deepSeekLetters)]+",
        "\\s?[!-/:-~\u{FF01}-\u{FF0F}\u{FF1A}-\u{FF5E}\u{2018}-\u{201F}\u{3000}-\u{3002}]+",
        #"\s+$"#, Self.deepSeekIdeographs, #"\p{N}+"#,
      ]
    case "falcon":
      expressions = [#"[\p{P}\$\+<=>\^~\|`]+"#, Self.gpt2, "[0-9][0-9][0-9]"]
    case "default":
      expressions = [#"[\p{P}\$\+<=>\^~\|]+"#, Self.gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"]
    default:
      throw InputError(
        file: field?.file ?? "", field: field?.key,
        "the pre-tokenizer \"\(name)\" is not known; use the model's Hugging Face directory, whose "
          + "tokenizer.json spells it out")
    }
  }

  /// As `tokenizer.json` has it.
  var json: JSON {
    let splits: [JSON] = expressions.map { expression in
      ["type": "Split", "pattern": ["Regex": .string(expression)], "behavior": "Isolated"]
    }
    let bytes: JSON = ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false]
    return ["type": "Sequence", "pretokenizers": .array(splits + [bytes])]
  }
}
