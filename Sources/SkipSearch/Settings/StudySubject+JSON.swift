import DraftEvaluation
import Files
import Inference

extension ModelDescription {
  var json: JSON {
    [
      "path": .string(path), "architecture": .string(architecture),
      "num_layers": .integer(layerCount), "parameters": .integer(parameterCount),
      "dtype": .string(elementType), "fingerprint": .string(fingerprint),
    ]
  }

  init(_ field: JSONField) throws(InputError) {
    self.init(
      path: try field.required("path").string(),
      architecture: try field.required("architecture").string(),
      layerCount: try field.required("num_layers").integer(in: 1...SkipSet.layerLimit),
      parameterCount: try field.required("parameters").integer(in: 0 ... .max),
      elementType: try field.required("dtype").string(),
      fingerprint: try field.required("fingerprint").string())
  }
}

extension MachineDescription {
  var json: JSON {
    [
      "cpu": .string(cpu), "instruction_set": .string(instructionSet),
      "threads": .integer(threads), "read_bandwidth_gb_s": .number(readBandwidth),
    ]
  }

  init(_ field: JSONField) throws(InputError) {
    self.init(
      cpu: try field.required("cpu").string(),
      instructionSet: try field.required("instruction_set").string(),
      threads: try field.required("threads").integer(in: 1 ... .max),
      readBandwidth: try field.optional("read_bandwidth_gb_s") { field throws(InputError) in
        try field.nonnegative()
      })
  }
}

extension CalibrationDescription {
  /// - Parameter tokens: what one plain pass over the calibration prompts generates, once known.
  func json(tokens: Int?) -> JSON {
    [
      "source": .string(source), "prompts": .integer(promptCount),
      "tokens": tokens.map(JSON.integer) ?? .null, "fingerprint": .string(fingerprint),
      "held_out_prompts": .integer(heldOutCount), "shares_prompts": .bool(sharesPrompts),
    ]
  }

  init(_ field: JSONField) throws(InputError) {
    self.init(
      source: try field.required("source").string(),
      promptCount: try field.required("prompts").integer(in: 1 ... .max),
      heldOutCount: try field.required("held_out_prompts").integer(in: 0 ... .max),
      sharesPrompts: try field.required("shares_prompts").bool(),
      fingerprint: try field.required("fingerprint").string())
  }
}

extension StudySubject {
  /// Reads `version`, `command`, `model`, `machine` and `calibration` of a result.
  init(_ root: JSONField) throws(InputError) {
    var command: [String] = []
    for word in try root.required("command").elements() { command.append(try word.string()) }
    self.init(
      model: try ModelDescription(try root.required("model")),
      machine: try MachineDescription(try root.required("machine")),
      calibration: try CalibrationDescription(try root.required("calibration")),
      version: try root.required("version").string(), command: command)
  }
}
