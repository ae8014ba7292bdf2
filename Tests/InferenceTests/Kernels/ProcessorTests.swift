import Testing

@testable import Inference

@Suite("The processors to compute on")
struct ProcessorTests {
  /// Two packages of two cores of two threads, numbered as Linux does: first threads first.
  private static let cpuinfo = (0..<8).map { processor in
    """
    processor\t: \(processor)
    model name\t: Some CPU
    physical id\t: \(processor % 4 / 2)
    siblings\t: 4
    core id\t\t: \(processor % 2)
    cpu cores\t: 2

    """
  }.joined(separator: "\n")

  @Test("are cores, not hyper-threads, and only those that the process may run on")
  func cores() {
    #expect(Processors.cores(cpuinfo: Self.cpuinfo, allowed: nil) == 4)
    #expect(Processors.cores(cpuinfo: Self.cpuinfo, allowed: [0, 4]) == 1)
    #expect(Processors.cores(cpuinfo: Self.cpuinfo, allowed: [0, 1, 4, 7]) == 3)
    #expect(Processors.cores(cpuinfo: "processor\t: 0\nBogoMIPS\t: 50\n", allowed: nil) == nil)
  }

  @Test("are read from the scheduler's own list")
  func affinity() {
    func allowed(_ list: String) -> Set<Int>? {
      Processors.affinity(status: "Name:\tx\nCpus_allowed_list:\t\(list)\nMems_allowed_list:\t0\n")
    }
    #expect(allowed("0-3,8") == [0, 1, 2, 3, 8])
    #expect(allowed("5") == [5])
    #expect(allowed("") == nil && allowed("3-1") == nil && allowed("x") == nil)
    #expect(Processors.affinity(status: "Name:\tx\n") == nil)
  }

  @Test("are no more than control groups pay for, rounded up")
  func quota() {
    func quota(_ membership: String, _ files: [String: String]) -> Int {
      Processors.quota(membership: membership) { files[$0] }
    }
    let root = "/sys/fs/cgroup"
    #expect(quota("0::/\n", ["\(root)/cpu.max": "max 100000\n"]) == .max)
    #expect(quota("0::/\n", ["\(root)/cpu.max": "150000 100000\n"]) == 2)
    #expect(quota("0::/\n", ["\(root)/cpu.max": "20000 100000\n"]) == 1)
    // The group around it is the tighter one.
    #expect(
      quota(
        "0::/a/b\n",
        ["\(root)/a/b/cpu.max": "400000 100000\n", "\(root)/a/cpu.max": "300000 100000\n"]) == 3)
    let old = [
      "\(root)/cpu/c/cpu.cfs_quota_us": "200000\n", "\(root)/cpu/c/cpu.cfs_period_us": "100000\n",
      "\(root)/cpu/cpu.cfs_quota_us": "-1\n", "\(root)/cpu/cpu.cfs_period_us": "100000\n",
    ]
    #expect(quota("5:cpuset:/x\n4:cpu,cpuacct:/c\n0::/\n", old) == 2)
    #expect(quota("4:cpu,cpuacct:/\n", old) == .max)
    #expect(quota("", [:]) == .max)
  }

  @Test("are at least one, and no more than the system has")
  func here() {
    #expect((1...1024).contains(Processors.physicalCores))
  }
}
