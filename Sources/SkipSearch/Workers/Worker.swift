import Files
import Foundation
import Inference
import Synchronization

/// One of the processes, perhaps on several machines, that work on a shared study.
///
/// It shows that it lives by a file of its own in the study's directory (`PresenceFile`). Who holds
/// no lock any more is dead; who holds one and has written nothing for a minute of the observer's
/// own clock is taken for dead too: no clocks are compared.
public final class Worker {
  /// Host, process and four random digits: no two have the same.
  public let name: String
  private let directory: String
  private let heart: Heart
  private let patience: Double
  private let silentAfter: Double
  private let clock = Stopwatch()
  /// What others' files said last, and since when.
  private var seen: [String: (content: [UInt8], since: Double)] = [:]
  /// Those of which was said that they are silent.
  private var silent: Set<String> = []

  /// Seconds between two signs of life.
  public static let interval = 5.0
  /// Seconds without one after which a worker is taken for dead.
  public static let patience = 60.0
  /// Seconds without one after which people are told: three signs were missed.
  public static let silence = 4 * interval

  /// Begins to work.
  ///
  /// - Parameters:
  ///   - directory: where workers' files are; created where it is missing.
  ///   - patience: seconds without a sign of life after which others are taken for dead.
  ///   - silence: seconds without one after which people are told.
  /// - Throws: `inputOutput`.
  public init(
    in directory: String, machine: MachineDescription, interval: Double = interval,
    patience: Double = patience, silence: Double = silence
  ) throws(InputError) {
    try createDirectory(directory)
    let host = Self.host
    let process = ProcessInfo.processInfo.processIdentifier
    let random = String(UInt16.random(in: 0...UInt16.max), radix: 16)
    name = "\(host)-\(process)-" + String(repeating: "0", count: 4 - random.count) + random
    self.directory = directory
    self.patience = patience
    silentAfter = silence
    let file = try PresenceFile(creating: "\(directory)/\(name).json")
    heart = Heart(
      file,
      members: [
        "worker": .string(name), "host": .string(host), "process": .integer(Int(process)),
        "cpu": .string(machine.cpu), "instruction_set": .string(machine.instructionSet),
        "threads": .integer(machine.threads),
        "started_at": .string(Date.now.formatted(.iso8601)),
      ], interval: interval)
  }

  deinit { leave() }

  /// Whether a string may be a worker's name: it becomes a file's.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
      && name.utf8.allSatisfy { isNameByte($0) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  private static var host: String {
    let name = ProcessInfo.processInfo.hostName.utf8.prefix(64).filter(isNameByte)
    let host = String(decoding: name, as: UTF8.self)
    return isName(host) ? host : "host"
  }

  /// Says what this worker is doing, for those who look.
  func show(doing: String) { heart.beat(doing: doing) }

  /// Whether another worker lives, as far as can be seen.
  func isAlive(_ other: String) -> Bool {
    guard other != name else { return true }
    switch PresenceFile.state(of: "\(directory)/\(other).json") {
    case .over: return false
    case .held(let content):
      let now = clock.seconds
      if let last = seen[other], last.content == content { return now - last.since < patience }
      seen[other] = (content, now)
      return true
    }
  }

  /// Seconds since another worker's last sign of life, as far as this one looked.
  func silence(of other: String) -> Double {
    seen[other].map { clock.seconds - $0.since } ?? 0
  }

  /// Whether a worker that lives, as far as can be seen, gave no sign of life for too long.
  func isSilent(_ other: String) -> Bool { silence(of: other) >= silentAfter }

  /// Whether another worker is silent since this was asked last.
  func isNewlySilent(_ other: String) -> Bool {
    guard isSilent(other) else {
      silent.remove(other)
      return false
    }
    return silent.insert(other).inserted
  }

  /// Whether any other worker lives.
  var hasCompany: Bool {
    Self.names(in: directory).contains { $0 != name && isAlive($0) }
  }

  /// Whether any other worker lives of which there was a sign lately.
  var hasLivelyCompany: Bool {
    Self.names(in: directory).contains { $0 != name && isAlive($0) && !isSilent($0) }
  }

  /// What to do about a worker that is silent, for people: its name has its host and process.
  ///
  /// - Parameter seconds: since its last sign of life.
  static func silenceWords(_ name: String, for seconds: Double) -> String {
    let parts = name.split(separator: "-")
    let advice =
      parts.count > 2
      ? "kill -9 \(parts[parts.count - 2]) on \(parts.dropLast(2).joined(separator: "-"))"
      : "kill -9 on its machine"
    return "no sign of life for \(Int(seconds)) s; kill it to go on: \(advice)"
  }

  /// Its name, where any other worker lives.
  var nameInCompany: String? { hasCompany ? name : nil }

  /// Ends this worker's signs of life: what it claimed and has not finished is others' to do.
  public func leave() { heart.stop() }

  /// The names of all workers whose files are there.
  static func names(in directory: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter(isName)
      .sorted()
  }
}

/// Writes a worker's file from time to time.
private final class Heart: Sendable {
  private struct State {
    var beat = 0
    var doing = "begins"
    var isStopped = false
  }

  private let file: PresenceFile
  private let members: JSON
  private let state = Mutex(State())

  init(_ file: PresenceFile, members: JSON, interval: Double) {
    self.file = file
    self.members = members
    beat()
    // The thread holds the file and ends with the process at the latest.
    Thread.detachNewThread { [self] in
      while beat() { Thread.sleep(forTimeInterval: interval) }
    }
  }

  /// Writes the file; false where it is over.
  @discardableResult
  func beat(doing: String? = nil) -> Bool {
    state.withLock { state in
      guard !state.isStopped else { return false }
      if let doing { state.doing = doing }
      state.beat += 1
      guard case .object(let members) = members else { return true }
      let all: JSON = .object(
        members + [
          JSON.Member("doing", .string(state.doing)), JSON.Member("beat", .integer(state.beat)),
        ])
      file.write(all.compact)
      return true
    }
  }

  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      file.remove()
    }
  }
}
