/// Classes of scalars as the reference implementation's libraries know them: its expressions know
/// Unicode 16, other parts of it other versions. What came later is not assigned, to them.
enum UnicodeClasses {
  /// `\p{name}`: a general category, a group of them, or a script that tokenizers use.
  static func named(_ name: String) -> ScalarSet? {
    let key = name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
    if key == "han" || key == "script=han" { return han }
    if key == "any" { return .all }
    let short = longNames[key] ?? key
    let wanted = categoryNames.enumerated().filter { $0.element.lowercased().hasPrefix(short) }
    guard (1...2).contains(short.count), !wanted.isEmpty else { return nil }
    return set { category in
      wanted.contains { $0.offset == Int(category & isNew == 0 ? category : 29) }
    }
  }

  /// `\s`
  static let space = ScalarSet([
    9...13, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A,
    0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ])

  /// `\d`
  static let digit = named("Nd") ?? ScalarSet()

  /// `\w` of expressions (Oniguruma's): letters and what Unicode calls alphabetic, marks, digits,
  /// connectors, and Latin 1's other numbers.
  static let word = plainWord.union(ScalarSet([0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]))

  /// What `single_word` and the pre-tokenizer `Whitespace` take for parts of words: instead of
  /// those numbers the joiners.
  static let wordPart = plainWord.union(ScalarSet([0x200C...0x200D]))

  private static let plainWord: ScalarSet = {
    var ranges: [ClosedRange<UInt32>] = []
    for (range, category) in runs where category < 29 {
      for value in range where Unicode.Scalar(value)?.properties.isAlphabetic == true {
        if let last = ranges.last, last.upperBound + 1 == value {
          ranges[ranges.count - 1] = last.lowerBound...value
        } else {
          ranges.append(value...value)
        }
      }
    }
    return ["M", "Nd", "Pc"].reduce(ScalarSet(ranges)) { $0.union(named($1) ?? ScalarSet()) }
  }()

  /// Numbers of every version: `char::is_numeric`.
  static let number = set { (8...10).contains($0 & ~isNew) }

  /// Punctuation of Unicode 8, and all of ASCII's.
  static let punctuation: ScalarSet = {
    var ranges = [33...47, 58...64, 91...96, 123...126] as [ClosedRange<UInt32>]
    // These two were punctuation then.
    ranges += [0x166D...0x166D, 0x111C9...0x111C9]
    return known("P", at: 8).union(ScalarSet(ranges))
  }()

  /// What was assigned after Unicode 9, the version that normalizers know.
  static let unknownToNormalizers: ScalarSet = {
    var ranges: [ClosedRange<UInt32>] = []
    for (range, category) in runs where category != 29 && category != 28 {
      for value in range where isNewer(value, than: 9) {
        if let last = ranges.last, last.upperBound + 1 == value {
          ranges[ranges.count - 1] = last.lowerBound...value
        } else {
          ranges.append(value...value)
        }
      }
    }
    return ScalarSet(ranges)
  }()

  /// Marks of Unicode 9, of which some have moved since: what `StripAccents` takes.
  static let combiningMark = known("M", at: 9, but: [0x111C9], and: [0x1CF2, 0x1CF3])

  /// Marks without width of Unicode 8, of which some have moved since: BERT's accents.
  static let accent = known(
    "Mn", at: 8, but: [0x1885, 0x1886, 0xA9BD, 0x111C9], and: [0x1734, 0x1171E])

  /// Controls, formats of Unicode 8, private characters: what BERT takes out.
  static let controlOrFormat = known("Cf", at: 8).union(named("Cc") ?? ScalarSet())
    .union(named("Co") ?? ScalarSet())

  private static func known(
    _ name: String, at version: Int, but moved: Set<UInt32> = [], and others: [UInt32] = []
  ) -> ScalarSet {
    ScalarSet(
      others.map { $0...$0 }
        + (named(name)?.ranges ?? []).flatMap { range in
          range.filter { !isNewer($0, than: version) && !moved.contains($0) }.map { $0...$0 }
        })
  }

  private static func isNewer(_ value: UInt32, than version: Int) -> Bool {
    guard let age = Unicode.Scalar(value)?.properties.age else { return false }
    return age.major > version || (age.major == version && age.minor > 0)
  }

  private static let han = ScalarSet([
    0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007,
    0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D,
    0xFA70...0xFAD9, 0x16FE2...0x16FE3, 0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739,
    0x2B740...0x2B81D, 0x2B820...0x2CEA1, 0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D,
    0x30000...0x3134A, 0x31350...0x323AF,
  ])

  private static let categoryNames = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  private static let longNames = [
    "letter": "l", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt",
    "modifierletter": "lm", "otherletter": "lo", "mark": "m", "nonspacingmark": "mn",
    "number": "n", "decimalnumber": "nd", "letternumber": "nl", "othernumber": "no",
    "punctuation": "p", "punct": "p", "symbol": "s", "separator": "z", "other": "c",
  ]

  /// The mark, in a category, of what is newer than Unicode 16; no class but `number` has it.
  private static let isNew: UInt8 = 0x80

  /// The category in Unicode 16.
  private static func category(_ value: UInt32) -> UInt8 {
    guard let scalar = Unicode.Scalar(value) else { return 27 }
    // Moved to other letters since.
    if value == 0x295 { return 1 }
    let category = category(scalar)
    // Nothing before is so new.
    guard value > 0x880, category != 29, isNewer(value, than: 16) else { return category }
    return category | isNew
  }

  private static func category(_ scalar: Unicode.Scalar) -> UInt8 {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    case .unassigned: 29
    @unknown default: 29
    }
  }

  /// The categories of all scalars, run by run. Made once: asking a quarter of a million scalars
  /// takes some milliseconds. Planes beyond the third are private or not assigned, but for a few
  /// tags.
  private static let runs: [(range: ClosedRange<UInt32>, category: UInt8)] = {
    var runs: [(range: ClosedRange<UInt32>, category: UInt8)] = []
    func add(_ range: ClosedRange<UInt32>, _ category: UInt8) {
      if let last = runs.last, last.category == category,
        last.range.upperBound + 1 == range.lowerBound
      {
        runs[runs.count - 1].range = last.range.lowerBound...range.upperBound
      } else {
        runs.append((range, category))
      }
    }
    for value in UInt32(0)..<0x32400 {
      add(value...value, category(value))
    }
    add(0x32400...0xDFFFF, 29)
    for value in UInt32(0xE0000)..<0xE1000 {
      add(value...value, category(value))
    }
    add(0xE1000...0xEFFFF, 29)
    add(0xF0000...0xFFFFD, 28)
    add(0xFFFFE...0xFFFFF, 29)
    add(0x100000...0x10FFFD, 28)
    add(0x10FFFE...0x10FFFF, 29)
    return runs
  }()

  private static func set(_ test: (UInt8) -> Bool) -> ScalarSet {
    ScalarSet(runs.filter { test($0.category) }.map(\.range))
  }
}
