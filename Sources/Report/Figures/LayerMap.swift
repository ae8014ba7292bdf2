import Inference

/// What the best draft does with each sub-layer, and below that what the good trials do.
struct LayerMap {
  let best: DraftModel
  /// Nil where there are too few trials.
  let good: GoodTrials?
  let layerCount: Int

  /// Where the first layer stands, right of the names.
  static let left = 72.0
  private static let cellHeight = 20.0
  private static let stackHeight = 52.0
  /// Layers that lie beside one another: a mark must stay readable.
  private static let most = 32

  private var rowHeight: Double { Self.cellHeight + (good == nil ? 6 : Self.stackHeight + 14) }
  private var blockHeight: Double { 18 + 2 * rowHeight }
  private var blocks: Int { (layerCount + Self.most - 1) / Self.most }
  private var perBlock: Int { (layerCount + blocks - 1) / blocks }
  private var cell: Double { min((Chart.width - Self.left) / Double(perBlock), 22) }

  func chart(id: String) -> Chart {
    Chart(
      id: id, title: "What the best draft does with each sub-layer", description: description,
      height: blockHeight * Double(blocks)
    ) {
      (0..<blocks).map(block)
    }
  }

  private func block(_ number: Int) -> Markup {
    let top = blockHeight * Double(number)
    let layers = number * perBlock..<min((number + 1) * perBlock, layerCount)
    return .sequence([
      .sequence(
        layers.filter { $0 % 4 == 0 }.map { layer in
          Mark.text(x(layer, layers) + cell / 2, top + 12, .middle, nil, "\(layer)")
        }),
      .sequence(
        SublayerKind.allCases.enumerated().map { row, kind in
          self.row(kind, layers, top: top + 18 + rowHeight * Double(row))
        }),
    ])
  }

  private func x(_ layer: Int, _ layers: Range<Int>) -> Double {
    Self.left + cell * Double(layer - layers.lowerBound)
  }

  private func row(_ kind: SublayerKind, _ layers: Range<Int>, top: Double) -> Markup {
    .sequence(
      [
        Mark.text(Self.left - 7, top + 14, .end, "strong", kind.rawValue),
        good == nil
          ? .empty
          : Mark.text(
            Self.left - 7, top + Self.cellHeight + Self.stackHeight / 2 + 7, .end, nil, "good ones"
          ),
      ]
        + layers.map { layer in
          let choice = GoodTrials.Choice(best, kind, layer)
          let left = x(layer, layers)
          return .sequence([
            Mark.box(
              left + 0.75, top, cell - 1.5, Self.cellHeight - 1, choice.style, corner: 2,
              title: "\(kind.rawValue) \(layer): \(choice.name)"),
            Mark.text(
              left + cell / 2, top + 13.5, .middle, "glyph on-\(choice.style)", choice.glyph),
            stack(kind, layer, left, top + Self.cellHeight + 3),
          ])
        })
  }

  /// The good trials' choices as a column, skipping at its top.
  private func stack(_ kind: SublayerKind, _ layer: Int, _ left: Double, _ top: Double) -> Markup {
    guard let good else { return .empty }
    let shares = GoodTrials.Choice.allCases.map { ($0, good.share($0, kind, layer)) }
      .filter { $0.1 > 0 }
    let words = shares.map { "\($0.0.name) \(percent($0.1, 0))" }.joined(separator: ", ")
    var bottom = top + Self.stackHeight
    return .sequence(
      shares.map { choice, share in
        let height = Self.stackHeight * share
        bottom -= height
        return Mark.box(
          left + 0.75, bottom, cell - 1.5, height, choice.style,
          title: "\(kind.rawValue) \(layer), good trials: \(words)")
      })
  }

  private var description: String {
    let sublayers = SublayerKind.allCases.map { kind in
      GoodTrials.Choice.allCases.compactMap { choice in
        let layers = (0..<layerCount).filter { GoodTrials.Choice(best, kind, $0) == choice }
        return layers.isEmpty
          ? nil
          : "\(choice.name): \(layers.count == layerCount ? "all" : ranges(layers))"
      }.joined(separator: "; ")
    }
    return zip(SublayerKind.allCases, sublayers).map { "\($0.rawValue) – \($1)" }
      .joined(separator: ". ") + "."
  }
}
