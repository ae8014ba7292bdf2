/// What is wrong with a template, or what a template said with `raise_exception`.
struct JinjaError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
