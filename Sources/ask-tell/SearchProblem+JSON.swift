import BayesianOptimization
import Files

extension SearchProblem {
  private static let largestDimension = 4096

  /// Reads the first line; `Main.help` documents it.
  init(_ field: JSONField) throws(InputError) {
    let dimension = try field.required("dimension").integer(in: 1...Self.largestDimension)
    self.init(dimension: dimension)
    for bit in try field.optional("frozen")?.elements() ?? [] {
      frozen.insert(try bit.integer(in: 0...dimension - 1))
    }
    for field in try field.optional("prerequisites")?.elements() ?? [] {
      let pair = try field.elements()
      guard pair.count == 2 else { throw field.error("expected [bit, prerequisite]") }
      let bit = try pair[0].integer(in: 0...dimension - 1)
      guard prerequisites[bit] == nil else {
        throw pair[0].error("bit \(bit) has a prerequisite already")
      }
      prerequisites[bit] = try pair[1].integer(in: 0...dimension - 1)
      guard Self.isForest(prerequisites, dimension: dimension) else {
        throw field.error("bit \(bit) would require itself")
      }
    }
    initialDesign = try field.optional("initial_design")?.points(dimension) ?? []
    if let field = try field.optional("positions", formerly: "places") {
      positions = try field.list(dimension) { element throws(InputError) -> BitPosition? in
        if case .null = element.value { return nil }
        let pair = try element.elements()
        guard pair.count == 2 else { throw element.error("expected [group, position]") }
        return BitPosition(
          group: try pair[0].integer(in: 0...dimension),
          position: try pair[1].integer(in: -1_000_000...1_000_000))
      }
    }
    importance = try field.optional("importance")?.nonnegatives(dimension)
    for field in try field.optional("certain")?.elements() ?? [] {
      certainties.append(
        Certainty(
          point: try field.required("point").point(dimension),
          latent: try field.required("value").number(upTo: 1e100)))
    }
    if let field = try field.optional("composition") {
      composition = try Composition(field, dimension: dimension)
    }
  }
}

extension Composition {
  fileprivate init(_ field: JSONField, dimension: Int) throws(InputError) {
    let verification = try field.required("verification_costs")
    var costs: [Double] = []
    for cost in try verification.elements() {
      costs.append(try cost.number(upTo: 1e100))
      guard costs[costs.count - 1] >= 1e-100 else {
        throw cost.error("expected a positive number, at least 1e-100")
      }
    }
    guard !costs.isEmpty else { throw verification.error("expected at least one number") }
    let base = try field.required("base_cost")
    var link = AcceptanceLink.logit
    if let name = try field.optional("link") {
      guard let known = AcceptanceLink(rawValue: try name.string()) else {
        throw name.error("expected \"logit\" or \"logarithm\"")
      }
      link = known
    }
    var pairCosts: [PairCost] = []
    for field in try field.optional("pair_costs")?.elements() ?? [] {
      let entry = try field.elements()
      guard entry.count == 3 else { throw field.error("expected [bit, bit, cost]") }
      let pair = try (
        entry[0].integer(in: 0...dimension - 1), entry[1].integer(in: 0...dimension - 1)
      )
      guard pair.0 != pair.1 else { throw field.error("expected two different bits") }
      pairCosts.append(PairCost(pair.0, pair.1, cost: try entry[2].nonnegative()))
    }
    self.init(
      baseCost: try base.nonnegative(), costs: try field.required("costs").nonnegatives(dimension),
      pairCosts: pairCosts,
      objective: SpeculativeSpeedup(verificationCosts: costs, link: link))
  }
}

extension JSONField {
  /// The member `key`, which may have the name `old` that it used to have, but not both.
  func optional(_ key: String, formerly old: String) throws(InputError) -> JSONField? {
    let (member, former) = (try optional(key), try optional(old))
    guard member == nil || former == nil else {
      throw error("\"\(old)\" is the old name of \"\(key)\": expected one of them, found both")
    }
    return member ?? former
  }

  /// A string of as many zeros and ones as there are bits.
  func point(_ dimension: Int) throws(InputError) -> BitVector {
    let digits = Array(try string().utf8)
    guard digits.count == dimension, digits.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) else {
      throw error("expected a string of \(dimension) zeros and ones")
    }
    return BitVector(digits.map { $0 == 0x31 })
  }

  func points(_ dimension: Int) throws(InputError) -> [BitVector] {
    var points: [BitVector] = []
    for element in try elements() { points.append(try element.point(dimension)) }
    return points
  }

  /// An array of exactly `count` elements.
  fileprivate func list<Element>(
    _ count: Int, _ element: (JSONField) throws(InputError) -> Element
  ) throws(InputError) -> [Element] {
    let fields = try elements()
    guard fields.count == count else {
      throw error("expected \(count) elements, one per bit, found \(fields.count)")
    }
    var result: [Element] = []
    for field in fields { result.append(try element(field)) }
    return result
  }

  fileprivate func nonnegatives(_ count: Int) throws(InputError) -> [Double] {
    try list(count) { field throws(InputError) in try field.nonnegative() }
  }

  /// A number of some size at most: sums and squares of it are numbers too.
  func number(upTo bound: Double) throws(InputError) -> Double {
    let number = try double()
    guard abs(number) <= bound else {
      throw error("expected a number from -\(bound) to \(bound), found \(number)")
    }
    return number
  }

  fileprivate func nonnegative() throws(InputError) -> Double {
    let number = try number(upTo: 1e100)
    guard number >= 0 else { throw error("expected a number that is not negative") }
    return number
  }
}
