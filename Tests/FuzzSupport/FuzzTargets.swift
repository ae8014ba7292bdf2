import Files

/// Everything that reads a file. A new reader gets a line here.
package func fuzzTargets() throws -> [FuzzTarget] {
  try [
    checkpointTargets(), ggufTargets(), textTargets(), promptTargets(), draftTargets(),
    studyTargets(),
  ].flatMap { $0 }
}
