import DraftEvaluation

extension SpeedupEstimate {
  /// `1.50x (1.48–1.52)`
  package var words: String { "\(times(speedup))" + (intervalWords.map { " (\($0))" } ?? "") }

  /// `1.48–1.52`; nil where the interval is not known.
  package var intervalWords: String? {
    interval.map { "\(fixed($0.lowerBound, 2))–\(fixed($0.upperBound, 2))" }
  }
}

/// `1.50x`; a dash where there is none.
package func times(_ speedup: Double?) -> String { speedup.map { fixed($0, 2) + "x" } ?? "–" }
