/// What a clone without Git LFS has in the place of a large file: a few lines that name it.
public enum GitLFSPointer {
  /// Whether a file begins like one.
  public static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8)
  }

  /// What is said of it.
  public static func error(_ file: String) -> InputError {
    InputError(
      file: file,
      "this is a Git LFS pointer, not the file itself; run \"git lfs pull\" in its directory, or "
        + "download the file")
  }
}
