import Files
import Inference

/// A command that has been started, and questions put to it one after the other.
final class EvaluatorConnection {
  private let process: ChildProcess
  private var lastID = -1
  /// Questions whose answers nobody waits for any more.
  private var abandoned: Set<Int> = []

  /// Starts the command.
  init(_ command: String, log: @escaping (String) -> Void) throws(EvaluatorFailure) {
    do throws(ChildProcess.Failure) {
      process = try ChildProcess(command, log: log)
    } catch {
      throw .process(error, lastWords: nil)
    }
  }

  /// Asks, and reads the answer.
  ///
  /// - Parameters:
  ///   - seconds: how long to wait.
  ///   - read: refuses an answer that is none to this question.
  func ask<Answer>(
    _ request: EvaluatorRequest, within seconds: Double, until stop: StopSignal,
    _ read: (JSONField) throws(InputError) -> Answer
  ) throws(EvaluatorFailure) -> Answer {
    lastID += 1
    let id = lastID
    var line: String? = request.line(id: id)
    let clock = Stopwatch()
    while true {
      let bytes = try receive(&line, within: seconds - clock.seconds, id, stop)
      do throws(InputError) {
        let answer = JSONField(try JSON(parsing: bytes, file: "its answer"), file: "its answer")
        let answered = try answer.required("id").integer()
        if abandoned.remove(answered) != nil { continue }
        guard answered == id else {
          throw try answer.required("id").error("expected \(id), found \(answered)")
        }
        if let error = try answer.optional("error") {
          let reason = try error.string()
          throw InputError(.missing, file: "", reason)
        }
        return try read(answer)
      } catch {
        // Our own sign above: nothing that is read is a missing file.
        if error.kind == .missing { throw .refused(onOneLine(error.problem)) }
        throw .nonsense(onOneLine(error.description) + Self.excerpt(bytes, error))
      }
    }
  }

  private func receive(
    _ line: inout String?, within seconds: Double, _ id: Int, _ stop: StopSignal
  ) throws(EvaluatorFailure) -> [UInt8] {
    process.errors.begin()
    let sent = line
    line = nil
    do throws(ChildProcess.Failure) {
      return try process.answer(to: sent, within: seconds, until: stop)
    } catch {
      guard error != .interrupted else {
        abandoned.insert(id)
        throw .interrupted
      }
      throw .process(error, lastWords: process.errors.last)
    }
  }

  /// Of a line that is no JSON, how it begins.
  private static func excerpt(_ bytes: [UInt8], _ error: InputError) -> String {
    guard error.problem.hasPrefix("not valid JSON") else { return "" }
    let start = String(decoding: bytes.prefix(60), as: UTF8.self)
    return " (\"\(onOneLine(start))\(bytes.count > 60 ? "…" : "")\")"
  }

  /// Ends the command.
  ///
  /// - Parameter patience: seconds that it has to end by itself.
  func end(after patience: Double = 0) { process.end(after: patience) }
}
