import CommandLineInterface
import Files

/// The command line's entry point.
@main
struct Main {
  static func main() {
    endProcess(Program.run(Array(CommandLine.arguments.dropFirst())))
  }
}
