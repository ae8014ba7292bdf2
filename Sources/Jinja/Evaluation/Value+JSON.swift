import Files

extension Value {
  /// Python's `json.dumps(ensure_ascii=False)`, which is what transformers' `tojson` is.
  func json(indent: Int?, level: Int = 0) throws(TemplateError) -> String {
    func lines(_ parts: [String], _ open: String, _ close: String) -> String {
      guard !parts.isEmpty else { return open + close }
      guard let indent else { return open + parts.joined(separator: ", ") + close }
      let space = "\n" + String(repeating: " ", count: min(max(indent, 0), 16) * (level + 1))
      let end = "\n" + String(repeating: " ", count: min(max(indent, 0), 16) * level)
      return open + space + parts.joined(separator: "," + space) + end + close
    }
    switch self {
    case .none: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer, .double: return representation
    case .string(let text): return JSON.string(text).compact
    case .list(let values):
      var parts: [String] = []
      for value in values { parts.append(try value.json(indent: indent, level: level + 1)) }
      return lines(parts, "[", "]")
    case .dictionary(let members):
      var parts: [String] = []
      for (key, value) in members {
        parts.append(
          JSON.string(key).compact + ": " + (try value.json(indent: indent, level: level + 1)))
      }
      return lines(parts, "{", "}")
    default: throw TemplateError("a \(kind) cannot become JSON")
    }
  }
}
