import CommandLineInterface
import Foundation

/// The command line's entry point.
@main
struct Main {
  static func main() {
    exit(Program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
