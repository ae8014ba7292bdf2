/// A token's text as bytes, so that canonically equivalent strings stay different tokens.
typealias ByteString = [UInt8]

extension String {
  var byteString: ByteString { Array(utf8) }
}
