/// Where a bit lies, if the bits lie anywhere: bits of one group at neighbouring positions may have
/// similar effects, and may matter more (or less) together than apart.
///
/// For a skip set: the group says attention or MLP, the position is the layer's depth.
public struct BitPosition: Hashable, Sendable {
  /// Bits of one group are alike.
  public let group: Int
  /// Where in its group; a bit of another group at the same position is a neighbour too.
  public let position: Int

  /// The `position`-th bit of a group.
  public init(group: Int, position: Int) {
    self.group = group
    self.position = position
  }
}
