import Files
import Inference

extension ExitCode {
  /// The code of an error that ended a command.
  init(_ error: any Error) {
    switch error {
    case _ where StandardOutput.isClosed(error): self = .closedOutput
    case let error as InputError:
      switch error.kind {
      case .unusable: self = .unusable
      case .missing: self = .missing
      case .inputOutput: self = .inputOutput
      }
    case is GenerationError: self = .unusable
    case is UsageError: self = .usage
    case let error as AskCommand.NothingToTry: self = error.isOver ? .finished : .pending
    case is Interrupted: self = .interrupted
    default: self = .runTime
    }
  }
}
