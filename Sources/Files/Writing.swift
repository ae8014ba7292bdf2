import Foundation

/// Writes a file so that a reader (or a crash) sees the old content or the new, never a part: to a
/// temporary file in the same directory, flushed to disk, then renamed. What is no file, such as a
/// device or a named pipe, is written to as it is: nobody wants `/dev/null` replaced.
///
/// - Throws: `inputOutput` that names the path; the temporary file is gone then.
public func writeAtomically(_ text: String, to path: String) throws(InputError) {
  if isDevice(path) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(.inputOutput, file: path, "cannot write: \(systemError(errno))")
    }
    defer { close(descriptor) }
    return try writeAll(text, to: descriptor, name: path)
  }
  let temporary = "\(path).tmp-\(getpid())"
  do throws(InputError) {
    let file = try AppendingFile(creating: temporary)
    try file.append(text)
  } catch {
    unlink(temporary)
    throw InputError(.inputOutput, file: path, error.problem)
  }
  guard rename(temporary, path) == 0 else {
    let code = errno
    unlink(temporary)
    throw InputError(.inputOutput, file: path, "cannot write: \(systemError(code))")
  }
  syncDirectory(of: path)
}

/// Whether a path names something to write to that is neither a file nor a directory.
private func isDevice(_ path: String) -> Bool {
  var facts = stat()
  guard stat(path, &facts) == 0 else { return false }
  return [S_IFCHR, S_IFIFO].contains(facts.st_mode & S_IFMT)
}

/// Waits until the disk has the names of a file's directory, as far as the system can: without it a
/// power failure may take a new file whose content is safe.
func syncDirectory(of path: String) {
  let directory = (path as NSString).deletingLastPathComponent
  let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Creates a directory and its parents where they are missing.
public func createDirectory(_ path: String) throws(InputError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw InputError(
      .inputOutput, file: path, "cannot create the directory: \(reason(of: error, path))")
  }
}

/// Foundation says "NSCocoaErrorDomain error 512" where the system knows better.
private func reason(of error: any Error, _ path: String) -> String {
  var parent = path
  while true {
    let shorter = (parent as NSString).deletingLastPathComponent
    if shorter.isEmpty || shorter == parent { break }
    parent = shorter
    var status = stat()
    guard stat(parent, &status) == 0 else { continue }
    if status.st_mode & S_IFMT != S_IFDIR { return "\(parent) is no directory" }
    if access(parent, W_OK) != 0 { return "\(parent): \(systemError(errno))" }
    break
  }
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  if let underlying, underlying.domain == NSPOSIXErrorDomain {
    return systemError(Int32(underlying.code))
  }
  return error.localizedDescription
}
