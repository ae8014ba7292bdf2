import CKernels

/// How fast this machine's threads multiply and add together when nothing is read: the limit of
/// prefill and of verifying many rows. Of products that are exact to 32-bit floats: a matrix unit for
/// BF16 takes three of its own for one.
enum ArithmeticPeak {
  /// 10⁹ floating-point operations per second, two for a multiply-add.
  static func measure(team: ThreadTeam, instructionSet: InstructionSet) -> Double {
    // About ten milliseconds.
    let turns = 2_000_000
    let clock = Stopwatch()
    let isa = instructionSet.raw
    var operations = 0.0
    team.run { member in
      let done = sk_multiply_adds(isa, turns)
      if member.thread == 0 { operations = done * Double(member.count) }
    }
    return operations / clock.seconds / 1e9
  }
}
