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

  /// The keys' and values' places ← rotated keys and values of this thread's share of (row, head)
  private func store(layer: Int, _ member: TeamMember) {
    let dimension = configuration.headDimension
    let keyWidth = configuration.keyValueHeads * dimension
    for task in member.share(of: rows * configuration.keyValueHeads) {
      let row = task / configuration.keyValueHeads
      let head = task % configuration.keyValueHeads
      let source = row * keyWidth + head * dimension
      let position: Int
      let key: UnsafeMutablePointer<Float>
      let value: UnsafeMutablePointer<Float>
      switch placement {
      case .consecutive(let start, let cache):
        position = start + row
        key = cache.key(layer: layer, head: head, position: position)
        value = cache.value(layer: layer, head: head, position: position)
      case .draftSteps(let steps):
        let step = steps[row]
        position = step.position
        key = step.entries.key(layer: layer, head: head, position: position - step.roundStart)
        value = step.entries.value(layer: layer, head: head, position: position - step.roundStart)
      }
      // Padding was zero when the memory was mapped, and nobody writes to it.
      rotate(buffers.key + source, position, into: key, stride: Int(SK_POSITIONS))
      value.update(from: buffers.value + source, count: dimension)
    }
  }

  /// attended[rows][heads · dimension] ← each query over its own position and those before it
  private func attend(layer: Int, _ member: TeamMember) {
    let group = configuration.heads / configuration.keyValueHeads
    // Ordered by key/value head, row, head: neighbours share keys, and tiles are cut from a thread's
    // share. Which queries share a tile makes no difference to any of them.
    let share = member.share(of: rows * configuration.heads)
    // Queries that see the same cache: those of all rows, or of one.
    let alike: Int
    switch placement {
    case .consecutive: alike = rows * group
    case .draftSteps: alike = group
    }
    var next = share.lowerBound
    while next < share.upperBound {
      let end = min(share.upperBound, (next / alike + 1) * alike, next + Int(SK_QUERIES))
      attend(layer: layer, group: group, queries: next..<end, member.thread)
      next = end
    }
  }

  /// One tile: queries of one key/value head, each a row and a head of its group.
  private func attend(layer: Int, group: Int, queries: Range<Int>, _ thread: Int) {
    let dimension = configuration.headDimension
    let head = queries.lowerBound / (rows * group)
    let first = head * rows * group
    let rotated = buffers.rotated(thread)
    let output = buffers.headOutput(thread)
    func source(_ query: Int) -> (row: Int, offset: Int) {
      let row = (query - first) / group
      let column = head * group + (query - first) % group
      return (row, (row * configuration.heads + column) * dimension)
    }
    let cache: CacheView
    switch placement {
    case .consecutive(_, let shared): cache = shared
    case .draftSteps(let steps): cache = steps[source(queries.lowerBound).row].cache
    }
    withUnsafeTemporaryAllocation(of: sk_span.self, capacity: Int(SK_QUERIES)) { spans in
      for (index, query) in queries.enumerated() {
        let (row, offset) = source(query)
        let position: Int
        var span: sk_span
        switch placement {
        case .consecutive(let start, _):
          position = start + row
          span = sk_span(first: 0, end: 0, own: .max, own_keys: nil, own_values: nil)
        case .draftSteps(let steps):
          position = steps[row].position
          let entries = steps[row].entries
          span = sk_span(
            first: 0, end: 0, own: steps[row].roundStart,
            own_keys: entries.key(layer: layer, head: head, position: 0),
            own_values: entries.value(layer: layer, head: head, position: 0))
        }
        span.end = position + 1
        span.first = span.end - min(configuration.window, span.end)
        spans[index] = span
        rotate(buffers.query + offset, position, into: rotated + index * cache.width, stride: 1)
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
