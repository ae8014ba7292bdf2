import Foundation

/// Reads a whole file into memory.
///
/// - Throws: `missing` where there is no such file, `inputOutput` where it cannot be read,
///   `unusable` where it is larger than `limit` (hostile or wrong file; 1 GiB unless told).
public func readFile(_ path: String, limit: Int = 1 << 30) throws(InputError) -> [UInt8] {
  let descriptor = try openForReading(path)
  defer { close(descriptor) }
  let size = try fileSize(descriptor, path)
  guard size <= limit else {
    throw InputError(file: path, "the file has \(size) bytes, more than the \(limit) allowed here")
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(size)
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  // Until end of file rather than `size` bytes: a pipe (`--file <(…)`) has no size.
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return bytes }
    guard count > 0 else {
      if errno == EINTR { continue }
      throw InputError(.inputOutput, file: path, "cannot read: \(systemError(errno))")
    }
    bytes.append(contentsOf: chunk[..<count])
    guard bytes.count <= limit else {
      throw InputError(file: path, "the file has more than the \(limit) bytes allowed here")
    }
  }
}

/// The first bytes of a file, at most so many.
///
/// - Throws: as `readFile`.
public func readStart(of path: String, _ count: Int) throws(InputError) -> [UInt8] {
  let descriptor = try openForReading(path)
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: count)
  let found = read(descriptor, &bytes, count)
  guard found >= 0 else {
    throw InputError(.inputOutput, file: path, "cannot read: \(systemError(errno))")
  }
  return Array(bytes[..<found])
}

/// What follows the first `offset` bytes of a file; empty where it is shorter.
public func readFile(_ path: String, from offset: Int) throws(InputError) -> [UInt8] {
  let descriptor = try openForReading(path)
  defer { close(descriptor) }
  let size = try fileSize(descriptor, path)
  var bytes = [UInt8](repeating: 0, count: max(0, size - offset))
  var done = 0
  while done < bytes.count {
    let count = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
    }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else {
      throw InputError(.inputOutput, file: path, "cannot read: \(systemError(errno))")
    }
    if count == 0 { break }
    done += count
  }
  return Array(bytes[..<done])
}

/// Reads a text file that must be UTF-8.
public func readText(_ path: String) throws(InputError) -> String {
  let bytes = try readFile(path)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw InputError(file: path, "the file is not valid UTF-8 text")
  }
  return text
}

/// Whether something can be found at `path`.
public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Opens a file to read it. What waits for somebody to write (a FIFO, a terminal) is refused, unless
/// it is one of this process's own descriptors: a shell's `<(…)`.
func openForReading(_ path: String) throws(InputError) -> Int32 {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    let code = errno
    if code == ENOENT || code == ENOTDIR {
      throw InputError(.missing, file: path, "there is no such file")
    }
    throw InputError(.inputOutput, file: path, "cannot open: \(systemError(code))")
  }
  do throws(InputError) {
    try checkKind(descriptor, path)
  } catch {
    close(descriptor)
    throw error
  }
  return descriptor
}

private func checkKind(_ descriptor: Int32, _ path: String) throws(InputError) {
  let kind = try status(descriptor, path).st_mode & S_IFMT
  switch kind {
  case S_IFREG: return
  case S_IFDIR: throw InputError(file: path, "this is a directory; a file was expected")
  default: break
  }
  let isOwn = path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
  guard isOwn else {
    let name =
      switch kind {
      case S_IFIFO: "a pipe"
      case S_IFSOCK: "a socket"
      default: "a device"
      }
    throw InputError(file: path, "this is \(name); a file was expected")
  }
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
}

func fileSize(_ descriptor: Int32, _ path: String) throws(InputError) -> Int {
  Int(try status(descriptor, path).st_size)
}

/// What the system says of an open file.
func status(_ descriptor: Int32, _ path: String) throws(InputError) -> stat {
  var status = stat()
  guard fstat(descriptor, &status) == 0 else {
    throw InputError(.inputOutput, file: path, "cannot inspect: \(systemError(errno))")
  }
  return status
}

/// The system's own words for an error number.
public func systemError(_ code: Int32) -> String { String(cString: strerror(code)) }
