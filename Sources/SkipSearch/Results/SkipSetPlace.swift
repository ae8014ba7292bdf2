import Files

/// Where a skip set stands: in a file, or under a name in a file of several.
struct SkipSetPlace {
  let file: String
  private let name: String?

  /// `FILE` or `FILE#NAME`; a file whose name has a `#` is taken as it is where it exists.
  init(_ path: String) {
    guard !fileExists(path), let mark = path.lastIndex(of: "#"), mark > path.startIndex else {
      (file, name) = (path, nil)
      return
    }
    file = String(path[..<mark])
    name = String(path[path.index(after: mark)...])
  }

  /// The set's part of the parsed file.
  ///
  /// - Throws: where there is nothing of that name.
  func part(of root: JSONField) throws(InputError) -> JSONField {
    guard let name else { return root }
    let members = try root.members()
    guard let part = members.last(where: { $0.key == name })?.field else {
      let known = members.prefix(20).map { "\"\($0.key)\"" }.joined(separator: ", ")
      throw root.error("there is no set \"\(name)\" in this file, which has \(known)")
    }
    return part
  }
}
