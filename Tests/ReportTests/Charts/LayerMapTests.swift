import Foundation
import Inference
import Testing

@testable import Report

@Suite("The map of layers")
struct LayerMapTests {
  @Test(
    "all layers have their cells within the chart, however many", arguments: [1, 5, 32, 33, 80])
  func blocks(layerCount: Int) throws {
    let skip = SkipSet(attention: stride(from: 1, to: layerCount, by: 2), mlp: [0])
    let chart = LayerMap(best: DraftModel(skip: skip), good: nil, layerCount: layerCount)
      .chart(id: "map")
    let page = try Page(chart.markup.source)
    let boxes = page.elements("rect")
    #expect(boxes.count == 2 * layerCount)
    #expect(boxes.count { $0["class"] == "p0" } == skip.count)
    for box in boxes {
      let right = try #require(Double(box["x"] ?? "")) + #require(Double(box["width"] ?? ""))
      let bottom = try #require(Double(box["y"] ?? "")) + #require(Double(box["height"] ?? ""))
      #expect(right <= chart.width && bottom <= chart.height)
    }
    // One mark a cell, and no two cells on one place.
    #expect(Set(boxes.map { "\($0["x"] ?? "") \($0["y"] ?? "")" }).count == boxes.count)
    #expect(page.elements("text").count { $0.stringValue == "×" } == skip.count)
  }

  @Test("runs of layers are put together")
  func runs() {
    #expect(ranges([0, 1, 2, 5, 7, 8]) == "0–2, 5, 7–8")
    #expect(ranges([]) == "")
    #expect(list(SkipSet(attention: [0, 1], mlp: [3])) == "attention 0–1; MLP 3")
  }
}
