import CKernels

/// Attention where threads share the positions: as in Flash-Decoding (Dao, Haziza, Massa and Sizov
/// 2023), but with segments that do not depend on how many threads there are. The bits are those
/// that `sk_attend` gives, which goes through the same segments in order.
extension ForwardPass {
  /// Whether a layer's queries attend by segments: where key/value heads cannot be dealt out
  /// evenly, threads would read the same keys or have nothing to do, and far back there are enough
  /// of them.
  func attendsBySegments(layer: Int, _ member: TeamMember) -> Bool {
    guard rows <= Workspace.segmentedRows, shape.keyValueHeads % member.count != 0 else {
      return false
    }
    let most = (0..<rows).reduce(0) { max($0, placements[$1].position + 1) }
    return min(most, plan[layer].window) > Int(SK_SEGMENT)
  }

  func rotateQueries(layer: Int, _ member: TeamMember) {
    for number in member.share(of: rows * shape.heads) {
      rotate(layer: layer, query: number, into: workspace.segments.rotated(number))
    }
  }

  /// The sums of this thread's share of (queries that attend together, segment).
  func attendToSegments(layer: Int, _ member: TeamMember) {
    let share = member.share(of: eachSegment(layer: layer) { _, _, _ in })
    _ = eachSegment(layer: layer) { index, tile, segment in
      if share.contains(index) { attend(layer: layer, tile, segment: segment, member.thread) }
    }
  }

  /// Calls `body` with each segment that queries which attend together see.
  ///
  /// - Returns: how many there are.
  @inline(__always)
  private func eachSegment(
    layer: Int, _ body: (_ index: Int, _ tile: Range<Int>, _ segment: Int) -> Void
  ) -> Int {
    let perHead = rows * shape.heads / shape.keyValueHeads
    var count = 0
    for head in 0..<shape.keyValueHeads {
      var next = head * perHead
      while next < (head + 1) * perHead {
        let tile = tile(from: next, upTo: (head + 1) * perHead)
        var first = Int.max
        var last = 0
        for number in tile {
          let segments = segments(of: span(layer: layer, query: number))
          first = min(first, segments.lowerBound)
          last = max(last, segments.upperBound)
        }
        for segment in first...last {
          body(count, tile, segment)
          count += 1
        }
        next = tile.upperBound
      }
    }
    return count
  }

  @inline(__always)
  private func segments(of span: sk_span) -> ClosedRange<Int> {
    span.first / Int(SK_SEGMENT)...(span.end - 1) / Int(SK_SEGMENT)
  }

  private func attend(layer: Int, _ tile: Range<Int>, segment: Int, _ thread: Int) {
    withSeen(layer: layer, by: tile) { spans, keys, values in
      sk_attend_segment(
        isa, workspace.segments.rotated(tile.lowerBound), tile.count, keys, values,
        workspace.layout.headWidth, spans, segment, shape.attentionScale, shape.attentionCap,
        workspace.scores(thread), workspace.segments.sums(tile.lowerBound, segment: segment),
        workspace.segments.output(tile.lowerBound, segment: segment))
    }
  }

  /// attended[rows][heads · dimension] ← this thread's share of the queries, merged
  func mergeSegments(layer: Int, _ member: TeamMember) {
    let width = workspace.layout.headWidth
    for number in member.share(of: rows * shape.heads) {
      let seen = segments(of: span(layer: layer, query: number))
      let sums = workspace.segments.sums(number, segment: seen.lowerBound)
      let output = workspace.segments.output(number, segment: seen.lowerBound)
      for segment in seen.dropFirst() {
        sk_merge_segment(
          isa, workspace.segments.sums(number, segment: segment),
          workspace.segments.output(number, segment: segment), width, sums, output)
      }
      sk_end_attention(isa, sums, width, output)
      (workspace.attended + query(number).offset)
        .update(from: output, count: shape.headDimension)
    }
  }
}
