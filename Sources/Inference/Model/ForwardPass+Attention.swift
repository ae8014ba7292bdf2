import CKernels

extension ForwardPass {
  /// residual += output · attention(RMSNorm(residual)); keys and values go into the cache.
  func attention(_ index: Int, _ member: TeamMember) {
    let layer = layers[index]
    var input = Input(buffers.residual, width: configuration.hidden, .norm(layer.inputNorm))
    multiply(layer.query, &input, into: buffers.query, member)
    multiply(layer.key, &input, into: buffers.key, member)
    multiply(layer.value, &input, into: buffers.value, member)
    member.barrier()
    store(layer: index, member)
    member.barrier()
    attend(layer: index, member)
    member.barrier()
    var attended = Input(
      buffers.attended, width: configuration.heads * configuration.headDimension, .none)
    multiply(layer.output, &attended, into: buffers.residual, accumulate: true, member)
    member.barrier()
  }

  /// cache[position] ← rotated keys and values of this thread's share of (row, head)
  private func store(layer: Int, _ member: TeamMember) {
    let dimension = configuration.headDimension
    let keyWidth = configuration.keyValueHeads * dimension
    for task in member.share(of: rows * configuration.keyValueHeads) {
      let row = task / configuration.keyValueHeads
      let head = task % configuration.keyValueHeads
      let source = row * keyWidth + head * dimension
      // Padding was zero when the memory was mapped, and nobody writes to it.
      rotate(
        buffers.key + source, start + row,
        into: cache.key(layer: layer, head: head, position: start + row),
        stride: Int(SK_POSITIONS))
      cache.value(layer: layer, head: head, position: start + row)
        .update(from: buffers.value + source, count: dimension)
    }
  }

  /// attended[rows][heads · dimension] ← each query over its own position and those before it
  private func attend(layer: Int, _ member: TeamMember) {
    let group = configuration.heads / configuration.keyValueHeads
    // Ordered by key/value head, row, head: neighbours share keys, and tiles are cut from a thread's
    // share. Which queries share a tile makes no difference to any of them.
    let share = member.share(of: rows * configuration.heads)
    let perHead = rows * group
    var next = share.lowerBound
    while next < share.upperBound {
      let head = next / perHead
      let end = min(share.upperBound, (head + 1) * perHead, next + Int(SK_QUERIES))
      attend(layer: layer, head: head, group: group, queries: next..<end, member.thread)
      next = end
    }
  }

  /// One tile: queries of one key/value head, each a row and a head of its group.
  private func attend(layer: Int, head: Int, group: Int, queries: Range<Int>, _ thread: Int) {
    let dimension = configuration.headDimension
    let first = head * rows * group
    let rotated = buffers.rotated(thread)
    let output = buffers.headOutput(thread)
    func source(_ query: Int) -> (row: Int, offset: Int) {
      let row = (query - first) / group
      let column = head * group + (query - first) % group
      return (row, (row * configuration.heads + column) * dimension)
    }
    withUnsafeTemporaryAllocation(of: sk_span.self, capacity: Int(SK_QUERIES)) { spans in
      for (index, query) in queries.enumerated() {
        let (row, offset) = source(query)
        rotate(buffers.query + offset, start + row, into: rotated + index * cache.width, stride: 1)
        let end = start + row + 1
        spans[index] = sk_span(first: end - min(configuration.window, end), end: end)
      }
      sk_attend(
        isa, rotated, queries.count, cache.key(layer: layer, head: head, position: 0),
        cache.value(layer: layer, head: head, position: 0), cache.width, spans.baseAddress,
        1 / Float(dimension).squareRoot(), buffers.scores(thread), buffers.scoresStride, output)
    }
    for (index, query) in queries.enumerated() {
      (buffers.attended + source(query).offset)
        .update(from: output + index * cache.width, count: dimension)
    }
  }

  @inline(__always)
  private func rotate(
    _ vector: UnsafePointer<Float>, _ position: Int, into target: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let half = configuration.headDimension / 2
    sk_rope(
      vector, buffers.cosines + position * half, buffers.sines + position * half, half, target,
      stride)
  }
}
