import Files
import Foundation
import Jinja
import Testing

/// Tests/Fixtures/templates/cases.json: by jinja2 3.1 with transformers' settings.
@Suite("Templates from public trackers")
struct CaseTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/templates/cases.json").path

  @Test("are rendered as Jinja renders them")
  func cases() throws {
    let root = try JSONField.read(Self.path)
    let messages = try Value(try root.required("messages").value)
    for entry in try root.required("cases").elements() {
      let template = try entry.required("template").string()
      let text = try Template(template).render([("messages", messages)])
      #expect(text == (try entry.required("want").string()), "\(template)")
    }
  }

  /// Each was rendered differently, or stopped the program.
  @Test(
    "what Jinja does beside the obvious",
    arguments: [
      ("{% for x in [1] %}{% continue %}{% else %}e{% endfor %}", "e"),
      ("{% for k, v in [{'a': 1, 'b': 2}] if k %}{{ loop.length }}{{ k }}{% endfor %}", "1a"),
      ("{% for i in [1] %}{{ y }}{% endfor %}{% set y = 1 %}{{ y }}", "1"),
      ("{% macro f() %}{{ z }}{% endmacro %}{% set z = 1 %}{{ f() }}", "1"),
      ("{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2"),
      ("{{ [].append is defined }}{{ {}.items is defined }}", "FalseTrue"),
      ("{{ {'items': 1}.items is callable }}{{ {'items': 1}['items'] }}", "True1"),
      ("{{ 'ΑΣ'.title() }}{{ 1e16 }}{{ 1e-5 }}{{ 2.50 | round(1) }}", "Ας1e+161e-052.5"),
      ("{{ 'a' 'b' }}{{ 'é\\é' }}", "abé\\xe9"),
      ("{{ x if false }}{{ (x if false) is defined }}", "False"),
      ("{{-1}}{#- c -#} {{ ' a ' | trim }}", "1a"),
      ("{% raw %} {{ {% endraw -%} x", " {{ x"),
    ])
  func corners(template: String, expected: String) throws {
    #expect(try Template(template).render([]) == expected)
  }

  @Test("a namespace has no methods, and says so")
  func namespaceMethod() {
    let error = #expect(throws: TemplateError.self) {
      try Template("{{ (namespace(a=1)).index(true) }}").render([])
    }
    #expect(error?.place?.line == 1 && error?.place?.column == 26)
  }
}
