import Inference

/// Every instruction set that this machine has.
let instructionSets = InstructionSet.allCases.filter(\.isSupported)
