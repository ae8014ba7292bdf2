import Checkpoints
import Files
import TestSupport
import Testing

@Suite("generation_config.json")
struct GenerationDefaultsTests {
  private func read(_ text: String) throws -> GenerationDefaults {
    try withTemporaryDirectory { directory in
      let model = TinyModel()
      try model.writeConfiguration(model.configuration, to: directory)
      try writeAtomically(text, to: "\(directory)/generation_config.json")
      return try ModelConfiguration(directory: directory).generation
    }
  }

  @Test("says how to sample")
  func values() throws {
    let found = try read(
      """
      {"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0.05,
       "repetition_penalty": 1.05, "max_new_tokens": 2048, "num_beams": 1, "bad_words_ids": null,
       "suppress_tokens": [], "typical_p": 1.0}
      """)
    #expect(found.temperature == 0.6 && found.topK == 20 && found.topP == 0.95)
    #expect(found.minP == 0.05 && found.repetitionPenalty == 1.05)
    #expect(found.unsupported.isEmpty && found.unsupportedInSampling.isEmpty)
    #expect(try read("{}") == GenerationDefaults())
    let off = try read("{\"temperature\": 0, \"top_k\": 0, \"top_p\": null}")
    #expect(off == GenerationDefaults())
  }

  @Test("names what is not supported")
  func unsupported() throws {
    let found = try read(
      """
      {"num_beams": 4, "no_repeat_ngram_size": 3, "suppress_tokens": [5], "typical_p": 0.9,
       "forced_eos_token_id": 0, "min_length": 0}
      """)
    #expect(
      found.unsupported
        == ["num_beams", "no_repeat_ngram_size", "suppress_tokens", "forced_eos_token_id"])
    #expect(found.unsupportedInSampling == ["typical_p"])
  }

  @Test(
    "with a number out of range is refused by its field",
    arguments: [
      ("temperature", "-1"), ("temperature", "\"hot\""), ("top_k", "-1"), ("top_p", "0"),
      ("top_p", "1.5"), ("min_p", "2"), ("repetition_penalty", "0"), ("temperature", "NaN"),
    ])
  func refused(key: String, value: String) throws {
    let error = #expect(throws: InputError.self) { try read("{\"\(key)\": \(value)}") }
    #expect(error?.field == key)
    #expect(error?.file.hasSuffix("generation_config.json") == true)
  }
}
