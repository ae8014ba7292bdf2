// swift-tools-version: 6.0
import PackageDescription

// Numeric Swift without the optimiser is 16-40x slower, and users type `swift run`, not
// `swift run -c release`. So debug builds are optimised too; `-enable-testing` stays as it is.
// `-num-threads` makes whole-module builds emit one object per file, which the index store needs.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .unsafeFlags(["-O", "-wmo", "-num-threads", "2"], .when(configuration: .debug)),
]
let c: [CSetting] = [.unsafeFlags(["-O3"])]

let package = Package(
  name: "skip-search",
  products: [
    .executable(name: "skip-search", targets: ["skip-search"]),
    .executable(name: "ask-tell", targets: ["ask-tell"]),
    .library(name: "SkipSearch", targets: ["SkipSearch"]),
    .library(name: "BayesianOptimization", targets: ["BayesianOptimization"]),
  ],
  targets: [
    // Dependencies point one way, from the command line down to C.
    .executableTarget(
      name: "skip-search", dependencies: ["CommandLineInterface"], swiftSettings: swift),
    .target(
      name: "CommandLineInterface",
      dependencies: ["SkipSearch", "Inference", "Checkpoints", "Tokenizers", "Files"],
      swiftSettings: swift),
    .target(
      name: "SkipSearch", dependencies: ["Inference", "BayesianOptimization", "Tokenizers"],
      swiftSettings: swift),
    .target(name: "Inference", dependencies: ["Checkpoints", "CKernels"], swiftSettings: swift),
    .target(name: "BayesianOptimization", dependencies: ["CLAPACKE"], swiftSettings: swift),
    // The optimiser for programs in other languages.
    .executableTarget(
      name: "ask-tell", dependencies: ["BayesianOptimization", "Files"], swiftSettings: swift),
    .target(name: "Tokenizers", dependencies: ["Files"], swiftSettings: swift),
    .target(name: "Checkpoints", dependencies: ["Files"], swiftSettings: swift),
    .target(name: "Files", swiftSettings: swift),
    .target(name: "CKernels", cSettings: c, linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(name: "CLAPACKE", providers: [.apt(["liblapacke-dev", "libopenblas-dev"])]),

    .testTarget(
      name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "CheckpointsTests", dependencies: ["Checkpoints", "TestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "TokenizersTests", dependencies: ["Tokenizers", "Files", "TestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "BayesianOptimizationTests",
      dependencies: ["BayesianOptimization", "Files", "TestSupport", "ask-tell"],
      swiftSettings: swift),
    .testTarget(
      name: "InferenceTests",
      dependencies: ["Inference", "Checkpoints", "CKernels", "TestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "SkipSearchTests", dependencies: ["SkipSearch", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "CommandLineInterfaceTests",
      dependencies: ["CommandLineInterface", "Inference", "Files", "TestSupport", "skip-search"],
      swiftSettings: swift),
    // Fixture paths and small-model builders that several test targets share.
    .target(
      name: "TestSupport", dependencies: ["Files"], path: "Tests/TestSupport",
      swiftSettings: swift),
  ]
)
