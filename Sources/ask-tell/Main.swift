import Files
import Foundation

/// The optimiser for programs in any language: one JSON object per line in, one per line out.
@main
struct Main {
  static let help = """
    OVERVIEW: Maximise an expensive, noisy function of bit vectors: ask for points, tell values.

    USAGE: ask-tell < requests

    Reads one JSON object per line from standard input and answers each with one on standard output.
    Points are strings of 0 and 1, bit 0 first. The first line is the problem:

      {"dimension": 48,               the number of bits
       "seed": 1,                     decides all that is random (0)
       "method": "gp",                or random, annealing, greedy
       "budget": 200,                 evaluations planned; for annealing only
       "frozen": [0, 47],             bits that stay zero
       "prerequisites": [[24, 0], …], a bit, and the one that must be one where it is: levels of an
                                      ordered choice are a chain of such bits
       "initial_design": ["0101…"],   points to propose first; what their bits require is set
       "positions": [[0, 0], …],      group and position of each bit, where bits lie in order; null
                                      for one that lies nowhere ("places", the old name, is still
                                      read)
       "importance": [0.3, …],        a screen: the harm that setting each bit is believed to do,
                                      besides what its prerequisites do
       "certain": [{"point": "000…", "value": 0}],       latents known exactly
       "composition":                 objective = speedup of speculative decoding at acceptance
         {"base_cost": 0.06,          link(value) and draft cost base_cost + Σ costs·(1 − bit)
          "costs": [0.01, …],
          "pair_costs": [[48, 49, 0.01], …],             and of pairs, paid while both bits are 0
          "verification_costs": [1, 1.02, …],            of 1, 2, … drafted tokens
          "link": "logit"}}           or logarithm

    Only "dimension" is required. With a composition the values told are latents. The answer is {}.

    REQUESTS:
      {"ask": 2}                      {"points": ["01…", "11…"]}; fewer where all have been tried
      {"tell": [{"point": "01…", "value": 1.2, "variance": 0.01}]}                        {}
                                      a "value" of null or NaN is an evaluation that failed: its
                                      point is not proposed again;
                                      "chunks": [3, 4, 5]: those of a population that it was
                                      measured on, where values share the noise of chunks (gp);
                                      "sample", the old name, is still read
      {"enqueue": ["01…"]}            {}; proposed before anything else (gp)
      {"best": 3}                     {"best": [{"point", "mean", "standard_deviation", …}, …]}
      {"predict": ["01…"]}            {"predictions": [as best]} (gp)
      {"importance": true}            {"importance": [{"harm", "standard_deviation"}, …]} (gp)
      {"pareto": true}                {"pareto": [as best]}, by cost (gp)
      {"prospect": {"above": 1.0,     {"prospect": {"probability_above", "gain", "best"}}: whether
                    "samples": 40}}   any point exceeds so much, how much the best of all exceeds
                                      the recommended one, and how much it is, each a {"mean",
                                      "lower", "upper"}, 95% between; null before any tell (gp)
      {"stop": true}                  {"stop": "why"} or {"stop": null} (gp)

    Ends at the end of input. Exit codes: 0 done, 64 wrong usage, 65 a line that cannot be used
    (one sentence on standard error says which and why), 74 output that cannot be written.
    """

  static func main() {
    let words = CommandLine.arguments.dropFirst()
    if words == ["--help"] || words == ["-h"] { end(0, help) }
    if let word = words.first {
      end(64, "Error: unexpected argument '\(word)'; see ask-tell --help")
    }
    do throws(InputError) {
      var lines = JSONLines(as: .python)
      guard let problem = try lines.next() else { return }
      var session = try Session(problem)
      try write(.object([]))
      while let request = try lines.next() { try write(session.answer(request)) }
      endProcess(0)
    } catch {
      end(error.kind == .inputOutput ? 74 : 65, "Error: \(error)")
    }
  }

  private static func write(_ answer: JSON) throws(InputError) {
    try writeAll(answer.compact + "\n", to: STDOUT_FILENO, name: "standard output")
  }

  private static func end(_ code: Int32, _ message: String) -> Never {
    let handle = code == 0 ? FileHandle.standardOutput : FileHandle.standardError
    try? handle.write(contentsOf: Data((message + "\n").utf8))
    endProcess(code)
  }
}
