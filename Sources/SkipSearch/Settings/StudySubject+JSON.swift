import DraftEvaluation
import Files
import Inference

extension ModelDescription: JSONRecord {
  package static func record(
    _ member: JSONMembers<ModelDescription>
  ) throws(InputError) -> ModelDescription {
    ModelDescription(
      path: try member("path", \.path, .string),
      architecture: try member("architecture", \.architecture, .string),
      layerCount: try member("num_layers", \.layerCount, .integer(in: 1...SkipSet.layerLimit)),
      parameterCount: try member("parameters", \.parameterCount, .integer(in: 0...(1 << 60))),
      elementType: try member("dtype", \.elementType, .string),
      fingerprint: try member("fingerprint", \.fingerprint, .string))
  }
}

extension MachineDescription: JSONRecord {
  package static func record(
    _ member: JSONMembers<MachineDescription>
  ) throws(InputError) -> MachineDescription {
    MachineDescription(
      cpu: try member("cpu", \.cpu, .string),
      instructionSet: try member("instruction_set", \.instructionSet, .string),
      threads: try member("threads", \.threads, .integer(in: 1...(1 << 20))),
      readBandwidth: try member(
        "read_bandwidth_gb_s", \.readBandwidth, .nullable(.number(in: 0...1e9))))
  }
}

extension StudySubject {
  /// Members of the files that a study writes: what it is about.
  ///
  /// - Parameters:
  ///   - member: the file's members.
  ///   - subject: the subject of the record that the file holds.
  ///   - tokens: names `tokens`, what one plain pass over the calibration prompts generates: it
  ///     stands among the calibration's members, and a journal does not know it yet.
  static func record<Record, Tokens>(
    _ member: JSONMembers<Record>, _ subject: (Record) -> StudySubject,
    tokens: (JSONMembers<Record>) throws(InputError) -> Tokens
  ) throws(InputError) -> (subject: StudySubject, tokens: Tokens) {
    let part = member.part(subject)
    let version = try part("version", \.version, .string)
    let command = try part("command", \.command, .array(of: .string))
    let model = try part("model", \.model, ModelDescription.codec)
    let machine = try part("machine", \.machine, MachineDescription.codec)
    let (calibration, tokens) = try member.object("calibration") { member throws(InputError) in
      let part = member.part { subject($0).calibration }
      let source = try part("source", \.source, .string)
      let promptCount = try part("prompts", \.promptCount, .integer(in: 1...(1 << 40)))
      let tokens = try tokens(member)
      let fingerprint = try part("fingerprint", \.fingerprint, .string)
      let heldOutCount = try part("held_out_prompts", \.heldOutCount, .integer(in: 0...(1 << 40)))
      let heldOutKinds = try part(
        "held_out_kinds", \.heldOutKinds,
        JSONCodec.array(of: .nullable(.string))
          .checked("expected a kind for each of \(heldOutCount) prompts") {
            $0.isEmpty || $0.count == heldOutCount
          }.ifAbsent([]))
      let sharesPrompts = try part("shares_prompts", \.sharesPrompts, .bool)
      return (
        CalibrationDescription(
          source: source, promptCount: promptCount, heldOutCount: heldOutCount,
          heldOutKinds: heldOutKinds, sharesPrompts: sharesPrompts, fingerprint: fingerprint),
        tokens
      )
    }
    let read = StudySubject(
      model: model, machine: machine, calibration: calibration, version: version,
      command: command)
    return (read, tokens)
  }
}
