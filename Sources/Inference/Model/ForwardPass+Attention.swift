import CKernels

extension ForwardPass {
  /// residual += output · attention(RMSNorm(residual)); keys and values go into the cache.
  func attention(_ index: Int, _ member: TeamMember) {
    let layer = layers[index]
    var input = Input(buffers.residual, width: configuration.hidden, norm: layer.inputNorm)
    multiply(layer.query, &input, into: buffers.query, accumulate: false, member)
    multiply(layer.key, &input, into: buffers.key, accumulate: false, member)
    multiply(layer.value, &input, into: buffers.value, accumulate: false, member)
    member.barrier()
    store(layer: index, member)
    member.barrier()
    attend(layer: index, member)
    member.barrier()
    var attended = Input(
      buffers.attended, width: configuration.heads * configuration.headDimension, norm: nil)
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
      let position = start + row
      // Padding was zero when the memory was mapped, and nobody writes to it.
      let key = cache.keys(layer: layer, head: head) + position * cache.width
      key.update(from: buffers.key + row * keyWidth + head * dimension, count: dimension)
      rotate(key, position)
      (cache.values(layer: layer, head: head) + position * cache.width)
        .update(from: buffers.value + row * keyWidth + head * dimension, count: dimension)
    }
  }

  /// attended[rows][heads · dimension] ← each query over its own position and those before it
  private func attend(layer: Int, _ member: TeamMember) {
    let dimension = configuration.headDimension
    let queryWidth = configuration.heads * dimension
    let group = configuration.heads / configuration.keyValueHeads
    let scale = 1 / Float(dimension).squareRoot()
    let query = buffers.rotated(member.thread)
    let output = buffers.headOutput(member.thread)
    // Dealt out like cards: later rows look at more positions, and neighbours share a head's keys.
    for task in stride(from: member.thread, to: rows * configuration.heads, by: member.count) {
      let head = task / rows
      let row = task % rows
      let position = start + row
      let first = max(0, position + 1 - min(configuration.window, position + 1))
      let source = row * queryWidth + head * dimension
      query.update(from: buffers.query + source, count: dimension)
      rotate(query, position)
      sk_attend(
        isa, query, cache.keys(layer: layer, head: head / group) + first * cache.width,
        cache.values(layer: layer, head: head / group) + first * cache.width, cache.width,
        position + 1 - first, scale, buffers.scores(member.thread), output)
      (buffers.attended + source).update(from: output, count: dimension)
    }
  }

  @inline(__always)
  private func rotate(_ vector: UnsafeMutablePointer<Float>, _ position: Int) {
    let half = configuration.headDimension / 2
    sk_rope(vector, buffers.cosines + position * half, buffers.sines + position * half, half)
  }
}
