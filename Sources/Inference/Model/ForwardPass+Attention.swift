import CKernels

extension ForwardPass {
  /// residual += output · attention(RMSNorm(residual)); each row's keys and values go where its
  /// placement says.
  func attention(_ index: Int, _ member: TeamMember) {
    let layer = plan[index].weights
    var input = Input(workspace.residual, width: shape.hidden, .norm(layer.norm(.attentionNorm)))
    multiply(layer.matrix(.query), &input, into: workspace.query, member)
    multiply(layer.matrix(.key), &input, into: workspace.key, member)
    multiply(layer.matrix(.value), &input, into: workspace.value, member)
    member.barrier()
    let bySegments = attendsBySegments(layer: index, member)
    store(layer: index, member)
    if bySegments { rotateQueries(layer: index, member) }
    member.barrier()
    if bySegments {
      attendToSegments(layer: index, member)
      member.barrier()
      mergeSegments(layer: index, member)
    } else {
      attend(layer: index, member)
    }
    member.barrier()
    var attended = Input(workspace.attended, width: shape.heads * shape.headDimension, .none)
    add(
      layer.matrix(.output), &attended, normalizedBy: layer.optionalNorm(.attentionOutputNorm),
      member)
  }

  /// Writes the rotated keys (normalized before where the model does), and the values, of this
  /// thread's share of (row, head).
  private func store(layer: Int, _ member: TeamMember) {
    let dimension = shape.headDimension
    let rotary = rotary[plan[layer].rotation]
    let norm = plan[layer].weights.optionalNorm(.keyNorm)
    for task in member.share(of: rows * shape.keyValueHeads) {
      let row = task / shape.keyValueHeads
      let head = task % shape.keyValueHeads
      let offset = (row * shape.keyValueHeads + head) * dimension
      let placement = placements[row]
      let vector = workspace.key + offset
      if let norm { sk_rms_norm(isa, vector, norm, shape.epsilon, dimension, vector) }
      rotary.rotate(
        vector, placement, into: placement.key(layer: layer, head: head),
        stride: KeyValueLayout.block)
      placement.value(layer: layer, head: head)
        .update(from: workspace.value + offset, count: dimension)
    }
  }

  /// attended[rows][heads · dimension] ← each query over its own position and those before it
  ///
  /// Queries are numbered by key/value head, row, and head of the group that shares the keys:
  /// neighbours see the same keys, and tiles are cut from a thread's share. Which queries share a
  /// tile makes no difference to any of them.
  private func attend(layer: Int, _ member: TeamMember) {
    let share = member.share(of: rows * shape.heads)
    var next = share.lowerBound
    while next < share.upperBound {
      let tile = tile(from: next, upTo: share.upperBound)
      attend(layer: layer, tile, member.thread)
      next = tile.upperBound
    }
  }

  /// The key/value head and the row of a query, and where its row of `query` and `attended` has it.
  @inline(__always)
  func query(_ number: Int) -> (head: Int, row: Int, offset: Int) {
    let group = shape.heads / shape.keyValueHeads
    let head = number / (rows * group)
    let row = number % (rows * group) / group
    let column = head * group + number % group
    return (head, row, (row * shape.heads + column) * shape.headDimension)
  }

  /// The queries from `first` on that attend together: those of one key/value head whose rows may.
  func tile(from first: Int, upTo end: Int) -> Range<Int> {
    let (head, row, _) = query(first)
    var next = first + 1
    while next < min(end, first + Int(SK_QUERIES)) {
      let other = query(next)
      guard other.head == head,
        other.row == row || placements[other.row].attends(with: placements[row])
      else { break }
      next += 1
    }
    return first..<next
  }

  /// target[head dimension] ← a query, normalized where the model does, and rotated.
  @inline(__always)
  func rotate(layer: Int, query number: Int, into target: UnsafeMutablePointer<Float>) {
    let dimension = shape.headDimension
    let (_, row, offset) = query(number)
    let vector = workspace.query + offset
    if let norm = plan[layer].weights.optionalNorm(.queryNorm) {
      sk_rms_norm(isa, vector, norm, shape.epsilon, dimension, vector)
    }
    rotary[plan[layer].rotation].rotate(vector, placements[row], into: target, stride: 1)
  }

  /// What a query sees of a layer.
  @inline(__always)
  func span(layer: Int, query number: Int) -> sk_span {
    let (head, row, _) = query(number)
    return placements[row].span(layer: layer, head: head, window: plan[layer].window)
  }

  /// Calls `body` with what each query of a tile sees, and the keys and values of the cache that
  /// they share.
  @inline(__always)
  func withSeen(
    layer: Int, by tile: Range<Int>,
    _ body: (
      _ spans: UnsafePointer<sk_span>?, _ keys: UnsafePointer<Float>,
      _ values: UnsafePointer<Float>
    ) -> Void
  ) {
    let (head, first, _) = query(tile.lowerBound)
    let cache = placements[first].cache
    withUnsafeTemporaryAllocation(of: sk_span.self, capacity: Int(SK_QUERIES)) { spans in
      for (index, number) in tile.enumerated() {
        spans[index] = span(layer: layer, query: number)
      }
      body(
        UnsafePointer(spans.baseAddress), cache.key(layer: layer, head: head, position: 0),
        cache.value(layer: layer, head: head, position: 0))
    }
  }

  private func attend(layer: Int, _ tile: Range<Int>, _ thread: Int) {
    let dimension = shape.headDimension
    let width = workspace.layout.headWidth
    let rotated = workspace.rotated(thread)
    let output = workspace.headOutput(thread)
    for (index, number) in tile.enumerated() {
      rotate(layer: layer, query: number, into: rotated + index * width)
    }
    withSeen(layer: layer, by: tile) { spans, keys, values in
      sk_attend(
        isa, rotated, tile.count, keys, values, width, spans, shape.attentionScale,
        shape.attentionCap, workspace.scores(thread), workspace.segmentOutput(thread), output)
    }
    for (index, number) in tile.enumerated() {
      (workspace.attended + query(number).offset)
        .update(from: output + index * width, count: dimension)
    }
  }
}
