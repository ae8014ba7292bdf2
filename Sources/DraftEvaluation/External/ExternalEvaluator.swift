import Files
import Foundation
import Inference

/// An evaluator in another process: a command that has a model of its own, on whatever machine, and
/// answers questions about it in lines of JSON (Experiments/transformers/PROTOCOL.md).
///
/// A question without a good answer is asked a second time, of the command started again; then the
/// measurement that needs it fails. Nothing that the command does ends this process, or lets it
/// wait for longer than the time-out.
public final class ExternalEvaluator {
  /// How to speak to it.
  public struct Options {
    /// Seconds that an answer may take.
    public var timeout: Double
    /// Seconds to wait before it is started again, twice as many each time in a row.
    public var pause = 1.0
    /// Called with each line that the command writes to its standard error, and with what is done
    /// about its failures.
    public var log: (String) -> Void

    /// The defaults are those of a search.
    public init(timeout: Double = 600, log: @escaping (String) -> Void = { _ in }) {
      self.timeout = timeout
      self.log = log
    }
  }

  /// The command line, for `/bin/sh`.
  public let command: String
  /// What it said of itself.
  public let description: EvaluatorDescription
  /// The most tokens of an output.
  public let maximumTokens: Int
  private let options: Options
  private let hello: EvaluatorRequest
  private var connection: EvaluatorConnection?
  /// What the command said that prompts are continued with: it has to know that when it is started
  /// again.
  private var outputs: [Int: [Int]] = [:]
  /// Failures in a row.
  private var failures = 0

  private static let longestPause = 30.0
  /// Seconds that it has to end by itself.
  private static let patience = 2.0

  /// Starts a command and asks what it is.
  ///
  /// - Parameters:
  ///   - prompts: for it to encode.
  ///   - maximumTokens: the most tokens of an output.
  /// - Throws: `evaluator`, where it is none.
  public init(
    _ command: String, prompts: PromptSet, maximumTokens: Int, options: Options,
    until stop: StopSignal
  ) throws(EvaluationError) {
    self.command = command
    self.maximumTokens = maximumTokens
    self.options = options
    let hello = EvaluatorRequest.hello(prompts, maximumTokens: maximumTokens)
    self.hello = hello
    do throws(EvaluatorFailure) {
      let connection = try EvaluatorConnection(command, log: options.log)
      description = try connection.ask(hello, within: options.timeout, until: stop) {
        answer throws(InputError) in try EvaluatorDescription(answer)
      }
      self.connection = connection
    } catch {
      throw Self.error(error, hello, options)
    }
  }

  /// Tells the command to end, and waits until it has.
  public func end() {
    connection?.end(after: Self.patience)
    connection = nil
  }

  /// Asks, a second time of the command started again where the first answer is none.
  func ask<Answer>(
    _ request: EvaluatorRequest, until stop: StopSignal,
    _ read: (JSONField) throws(InputError) -> Answer
  ) throws(EvaluationError) -> Answer {
    var isRepeated = false
    while true {
      if stop.isRaised { throw .interrupted }
      do throws(EvaluatorFailure) {
        let connection = try connected(until: stop)
        let answer = try connection.ask(request, within: options.timeout, until: stop, read)
        failures = 0
        return answer
      } catch {
        if case .interrupted = error { throw .interrupted }
        if case .refused = error { throw Self.error(error, request, options) }
        connection?.end()
        connection = nil
        failures += 1
        guard error.isWorthRepeating, !isRepeated else {
          throw Self.error(error, request, options)
        }
        options.log(
          error.sentence(request.name, waiting: options.timeout) + "; starting it again")
        isRepeated = true
      }
    }
  }

  /// Checks what the command says that a prompt is continued with, and takes note of it.
  ///
  /// - Parameter how: the way in which it was decoded, for the error.
  /// - Throws: `evaluator`, where it said something else before.
  func note(_ ids: [Int], ofPrompt prompt: Int, decoded how: String) throws(EvaluationError) {
    if let before = outputs[prompt], before != ids {
      let position = zip(before, ids).prefix { $0 == $1 }.count
      throw .evaluator(
        "\(how), the evaluator continues \(description.prompts[prompt].name) otherwise than "
          + "before, from token \(position) on: a prompt has one greedy continuation")
    }
    outputs[prompt] = ids
  }

  /// The command, started again where it failed.
  private func connected(until stop: StopSignal) throws(EvaluatorFailure) -> EvaluatorConnection {
    if let connection { return connection }
    try pause(until: stop)
    let connection = try EvaluatorConnection(command, log: options.log)
    self.connection = connection
    let again = try connection.ask(hello, within: options.timeout, until: stop) {
      answer throws(InputError) in try EvaluatorDescription(answer)
    }
    guard again.fingerprint == description.fingerprint else { throw .changed("model") }
    guard again == description else { throw .changed("description") }
    for (prompt, ids) in outputs.sorted(by: { $0.key < $1.key }) {
      let said = try connection.ask(
        .plain(prompt: prompt, known: ids), within: options.timeout, until: stop
      ) { answer throws(InputError) in
        try answer.required("ids").integers(in: 0...description.vocabularySize - 1)
      }
      guard said == ids else {
        throw .changed("continuation of \(description.prompts[prompt].name)")
      }
    }
    return connection
  }

  private func pause(until stop: StopSignal) throws(EvaluatorFailure) {
    guard failures > 0 else { return }
    let doublings = Double(min(failures - 1, 10))
    let seconds = min(Self.longestPause, options.pause * exp2(doublings))
    let clock = Stopwatch()
    while clock.seconds < seconds {
      if stop.isRaised { throw .interrupted }
      usleep(20_000)
    }
  }

  private static func error(
    _ failure: EvaluatorFailure, _ request: EvaluatorRequest, _ options: Options
  ) -> EvaluationError {
    if case .interrupted = failure { return .interrupted }
    return .evaluator(failure.sentence(request.name, waiting: options.timeout))
  }
}
