// swift-tools-version: 6.0
import PackageDescription

// Numeric Swift without the optimiser is 16-40x slower, and users type `swift run`, not
// `swift run -c release`. So debug builds are optimised too; `-enable-testing` stays as it is.
// `-num-threads` makes whole-module builds emit one object per file, which the index store needs.
// Unsafe flags have a price: SwiftPM refuses a package that has them as a dependency by version, so
// the libraries below can be depended on by path or by branch only.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .unsafeFlags(["-O", "-wmo", "-num-threads", "2"], .when(configuration: .debug)),
]
let c: [CSetting] = [.unsafeFlags(["-O3"])]

/// A module of Sources/, with the modules that its files import.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

/// What tests share.
func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: swift)
}

/// The tests of a module, which build that module and what it needs, and no other.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, swiftSettings: swift)
}

let targets: [Target] = [
  // Dependencies point one way, from the command line down to C.
  .executableTarget(
    name: "skip-search", dependencies: ["CommandLineInterface", "Files"], swiftSettings: swift),
  module(
    "CommandLineInterface",
    [
      "Report", "SkipSearch", "DraftEvaluation", "Inference", "Checkpoints", "Tokenizers", "GGUF",
      "Statistics", "Files",
    ]),
  // A result or a journal as a page to look at.
  module("Report", ["SkipSearch", "DraftEvaluation", "Inference", "Statistics", "Files"]),
  // The study: proposals, journal, results.
  module(
    "SkipSearch",
    [
      "DraftEvaluation", "BayesianOptimization", "Inference", "Checkpoints", "Statistics",
      "Files",
    ]),
  // What a draft is worth: by decoding, or by replay and a cost model.
  module(
    "DraftEvaluation", ["Inference", "Tokenizers", "LinearAlgebra", "Statistics", "Files"]),
  module("Inference", ["Checkpoints", "Statistics", "Files", "CKernels"]),
  module("BayesianOptimization", ["LinearAlgebra", "Statistics"]),
  // The optimiser for programs in other languages.
  .executableTarget(
    name: "ask-tell", dependencies: ["BayesianOptimization", "Files"], swiftSettings: swift),
  module("Tokenizers", ["Jinja", "GGUF", "Statistics", "Files"]),
  // The language of chat templates.
  module("Jinja", ["Files"]),
  module("Checkpoints", ["GGUF", "Files"]),
  // Files in llama.cpp's format: what lies where in them.
  module("GGUF", ["Files"]),
  module("LinearAlgebra", ["CLAPACKE"]),
  module("Statistics"),
  module("Files", ["CMappings"]),
  .target(name: "CKernels", cSettings: c, linkerSettings: [.linkedLibrary("m")]),
  // What mapped files need of C: a signal handler.
  .target(name: "CMappings", cSettings: c),
  .systemLibrary(name: "CLAPACKE", providers: [.apt(["liblapacke-dev", "libopenblas-dev"])]),

  tests("Files", ["Files", "TestSupport"]),
  tests("Statistics", ["Statistics", "TestSupport"]),
  tests("LinearAlgebra", ["LinearAlgebra", "Statistics"]),
  tests("GGUF", ["GGUF", "Files", "TestSupport"]),
  tests("Checkpoints", ["Checkpoints", "GGUF", "Files", "TestSupport"]),
  tests("Jinja", ["Jinja", "Files"]),
  tests("Tokenizers", ["Tokenizers", "Files", "TestSupport"]),
  tests(
    "BayesianOptimization",
    ["BayesianOptimization", "LinearAlgebra", "Statistics", "TestSupport"]),
  // Runs the program; so does CommandLineInterfaceTests below.
  tests("AskTell", ["ask-tell", "Files"]),
  tests(
    "Inference",
    ["Inference", "Checkpoints", "Statistics", "Files", "CKernels", "TestSupport"]),
  tests(
    "DraftEvaluation",
    [
      "DraftEvaluation", "EvaluationTestSupport", "Inference", "Checkpoints", "Tokenizers",
      "Statistics", "Files", "TestSupport", "evaluator-probe",
    ]),
  tests(
    "SkipSearch",
    [
      "SkipSearch", "StudyTestSupport", "EvaluationTestSupport", "DraftEvaluation",
      "BayesianOptimization", "Inference", "Checkpoints", "Tokenizers", "Files", "TestSupport",
      "evaluator-probe",
    ]),
  tests(
    "Report",
    [
      "Report", "StudyTestSupport", "EvaluationTestSupport", "SkipSearch", "DraftEvaluation",
      "Inference", "Files", "TestSupport",
    ]),
  tests(
    "CommandLineInterface",
    [
      "skip-search", "CommandLineInterface", "StudyTestSupport", "EvaluationTestSupport",
      "SkipSearch", "DraftEvaluation", "Inference", "Checkpoints", "Files", "TestSupport",
      "evaluator-probe",
    ]),
  // Files changed in structure and bytes, for every reader.
  tests("Fuzz", ["FuzzSupport", "TestSupport"]),
  // Runs many more of them (Experiments/fuzz); not a product.
  .executableTarget(
    name: "fuzz", dependencies: ["FuzzSupport", "Files"], path: "Tests/Fuzz", swiftSettings: swift),
  // For comparisons with other programs in Experiments; not a product.
  .executableTarget(
    name: "text-probe", dependencies: ["Tokenizers", "Jinja", "Files"], path: "Tests/TextProbe",
    swiftSettings: swift),
  // An evaluator in a process of its own, for tests; not a product.
  .executableTarget(
    name: "evaluator-probe",
    dependencies: ["EvaluationTestSupport", "DraftEvaluation", "Inference", "Files"],
    path: "Tests/EvaluatorProbe", swiftSettings: swift),
  // What several test targets share: fixture paths and small models, costs and prompts without a
  // model, studies without one.
  support("TestSupport", ["Files"]),
  support(
    "EvaluationTestSupport",
    ["DraftEvaluation", "Inference", "Checkpoints", "Tokenizers", "Files"]),
  support(
    "FuzzSupport",
    [
      "StudyTestSupport", "EvaluationTestSupport", "Report", "SkipSearch", "DraftEvaluation",
      "Inference", "Checkpoints", "Tokenizers", "Files", "TestSupport",
    ]),
  support("StudyTestSupport", ["SkipSearch", "DraftEvaluation", "Inference", "TestSupport"]),
]

// `SKIP_SEARCH_TESTS=Inference,Files swift test` builds and runs the tests of those modules, with
// what they import and nothing else.
var kept = targets
if let names = Context.environment["SKIP_SEARCH_TESTS"] {
  var waiting = names.split(separator: ",").map { "\($0)Tests" }
  var needed: Set<String> = []
  while let name = waiting.popLast() {
    guard needed.insert(name).inserted, let target = targets.first(where: { $0.name == name })
    else { continue }
    for case .byNameItem(let dependency, _) in target.dependencies { waiting.append(dependency) }
  }
  kept = targets.filter { needed.contains($0.name) }
}

let package = Package(
  name: "skip-search",
  products: [
    .executable(name: "skip-search", targets: ["skip-search"]),
    .executable(name: "ask-tell", targets: ["ask-tell"]),
    .library(name: "SkipSearch", targets: ["SkipSearch", "DraftEvaluation", "Inference"]),
    .library(name: "BayesianOptimization", targets: ["BayesianOptimization", "LinearAlgebra"]),
  ].filter { product in kept.contains { $0.name == product.name } },
  targets: kept)
