/// What a file is made of: how it is changed without losing all its meaning.
package enum Document: Sendable {
  /// One JSON value.
  case json
  /// A JSON value on each line.
  case lines
  /// Eight bytes of length, a JSON header, data.
  case safetensors
  /// A GGUF file.
  case gguf
  /// Text of some language, with words of it.
  case text([String])
}
