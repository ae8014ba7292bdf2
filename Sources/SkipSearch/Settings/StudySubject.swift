import Checkpoints
import DraftEvaluation
import Files
import Foundation
import Inference

/// The model that a study is about.
public struct ModelDescription: Hashable, Sendable {
  /// The directory as the user gave it.
  public var path: String
  /// `LlamaForCausalLM`, …
  public var architecture: String
  /// Decoder layers.
  public var layerCount: Int
  /// Parameters; a tied head counts once.
  public var parameterCount: Int
  /// `BF16`, or another type as its files name it: `F32`, `Q4_K`, …
  public var elementType: String
  /// `Checkpoint.fingerprint`.
  public var fingerprint: String

  package init(
    path: String, architecture: String, layerCount: Int, parameterCount: Int, elementType: String,
    fingerprint: String
  ) {
    self.path = path
    self.architecture = architecture
    self.layerCount = layerCount
    self.parameterCount = parameterCount
    self.elementType = elementType
    self.fingerprint = fingerprint
  }

  /// Describes a checkpoint that was loaded from `path`.
  public init(_ checkpoint: Checkpoint, path: String) {
    self.init(
      path: path, architecture: checkpoint.configuration.architecture.rawValue,
      layerCount: checkpoint.configuration.layerCount,
      parameterCount: checkpoint.parameterCount,
      elementType: checkpoint.elementType.rawValue, fingerprint: checkpoint.fingerprint)
  }

  /// Describes the model of an evaluator in another process.
  public init(_ evaluator: EvaluatorDescription) {
    self.init(
      path: evaluator.modelName, architecture: evaluator.architecture,
      layerCount: evaluator.layerCount, parameterCount: evaluator.parameterCount,
      elementType: evaluator.elementType, fingerprint: evaluator.fingerprint)
  }

  /// The last component of the path, for file names; letters, digits, `.`, `_` and `-` only.
  public var name: String {
    let last = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    let safe = last.unicodeScalars.map { scalar -> Character in
      let isSafe =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || ["-", "_", "."].contains(scalar))
      return isSafe ? Character(scalar) : "-"
    }
    return safe.contains { $0 != "-" && $0 != "." } ? String(safe) : "model"
  }
}

/// The machine that a study ran on.
public struct MachineDescription: Hashable, Sendable {
  /// The processor's name.
  public var cpu: String
  /// `avx512`, …
  public var instructionSet: String
  /// Threads in use.
  public var threads: Int
  /// 10⁹ bytes per second that the threads read together; nil where it was not measured.
  public var readBandwidth: Double?

  /// A machine; `readBandwidth` is nil where it was not measured.
  public init(cpu: String, instructionSet: String, threads: Int, readBandwidth: Double? = nil) {
    self.cpu = cpu
    self.instructionSet = instructionSet
    self.threads = threads
    self.readBandwidth = readBandwidth
  }

  /// Processor, instruction set and threads.
  public var summary: String {
    "\(cpu), \(instructionSet), \(threads) thread\(threads == 1 ? "" : "s")"
  }
}

extension MachineDescription {
  /// Describes the machine of an evaluator in another process.
  public init(_ evaluator: EvaluatorDescription) {
    self.init(
      cpu: evaluator.machine, instructionSet: Self.elsewhere, threads: evaluator.threads,
      readBandwidth: nil)
  }

  /// Instead of an instruction set, where an evaluator in another process computes.
  private static let elsewhere = "another process"

  /// Whether the model is in another process, and not one that this program can generate with.
  public var isElsewhere: Bool { instructionSet == Self.elsewhere }
}

/// The prompts that a study measures on.
public struct CalibrationDescription: Hashable, Sendable {
  /// A file's path, or `built-in`.
  public var source: String
  /// Prompts of the search.
  public var promptCount: Int
  /// Prompts kept back.
  public var heldOutCount: Int
  /// The kinds of the prompts kept back, in order, nil where nobody said; empty where no prompt has
  /// one.
  public var heldOutKinds: [String?]
  /// Whether those are the calibration prompts again, because there were too few.
  public var sharesPrompts: Bool
  /// `CalibrationSplit.fingerprint`.
  public var fingerprint: String

  package init(
    source: String, promptCount: Int, heldOutCount: Int, heldOutKinds: [String?] = [],
    sharesPrompts: Bool, fingerprint: String
  ) {
    self.source = source
    self.promptCount = promptCount
    self.heldOutCount = heldOutCount
    self.heldOutKinds = heldOutKinds
    self.sharesPrompts = sharesPrompts
    self.fingerprint = fingerprint
  }

  /// Describes a split of prompts from `source`.
  public init(_ split: CalibrationSplit, source: String) {
    let kinds = split.heldOut.map(\.kind)
    self.init(
      source: source, promptCount: split.calibration.count, heldOutCount: split.heldOut.count,
      heldOutKinds: kinds.contains { $0 != nil } ? kinds : [], sharesPrompts: split.sharesPrompts,
      fingerprint: split.fingerprint)
  }
}

/// What a study is about, and how it was called.
public struct StudySubject: Hashable, Sendable {
  /// The model.
  public var model: ModelDescription
  /// The machine.
  public var machine: MachineDescription
  /// The prompts.
  public var calibration: CalibrationDescription
  /// The program's version.
  public var version: String
  /// The program's arguments, its name first.
  public var command: [String]

  package init(
    model: ModelDescription, machine: MachineDescription, calibration: CalibrationDescription,
    version: String, command: [String]
  ) {
    self.model = model
    self.machine = machine
    self.calibration = calibration
    self.version = version
    self.command = command
  }

  /// The command of the evaluator in another process; nil where the model was this program's own.
  public var evaluatorCommand: String? {
    guard machine.isElsewhere else { return nil }
    let option = "--evaluator-command"
    // As on the command line, the last one counts.
    for (index, word) in command.enumerated().reversed() {
      if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
      if word == option, index + 1 < command.count { return command[index + 1] }
    }
    return nil
  }
}
