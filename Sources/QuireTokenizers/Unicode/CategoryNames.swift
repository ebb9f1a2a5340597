/// The names that regular expressions give to sets of characters.
extension UnicodeProperties {
    /// The set that `\p{name}` stands for, or nil. Case, spaces, `-` and `_` do not matter.
    func set(named name: String) -> ScalarRanges? {
        let key = Self.key(name)
        if let includes = Self.categories[key] { return ranges(where: includes) }
        if let special = special(key) { return special }
        return Script.named(key)?.ranges
    }

    static func key(_ name: String) -> String {
        var name = name.lowercased().filter { !" -_".contains($0) }
        for prefix in ["script=", "sc=", "generalcategory=", "gc="] where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
        }
        return name
    }

    private func special(_ key: String) -> ScalarRanges? {
        switch key {
        case "any": .all
        case "ascii": ScalarRanges([0...0x7F])
        case "assigned": ranges { $0 != .unassigned }
        case "space", "whitespace": whitespace
        case "word": word
        case "digit": ranges { $0 == .decimalNumber }
        case "alnum": word.intersection(ranges { $0 != .connectorPunctuation })
        case "alpha", "alphabetic": word.intersection(ranges { $0 != .connectorPunctuation && $0 != .decimalNumber })
        case "lower", "lowercase": ranges { $0 == .lowercaseLetter }
        case "upper", "uppercase": ranges { $0 == .uppercaseLetter }
        case "punct": ranges(where: \.isPunctuation).union(ScalarRanges(Self.asciiSymbols))
        case "cntrl": ranges { $0 == .control }
        case "blank": ranges { $0 == .spaceSeparator }.union(ScalarRanges(9))
        case "xdigit": ScalarRanges([0x30...0x39, 0x41...0x46, 0x61...0x66])
        case "graph": whitespace.union(ranges { $0 == .control || $0 == .unassigned || $0 == .surrogate }).inverted
        case "print":
            ranges { $0 == .control || $0 == .unassigned || $0 == .surrogate }.union(ScalarRanges([0x2028...0x2029]))
                .inverted
        default: nil
        }
    }

    /// `$ + < = > ^ ` | ~`, which POSIX counts as punctuation.
    private static let asciiSymbols: [ClosedRange<UInt32>] = [
        0x24...0x24, 0x2B...0x2B, 0x3C...0x3E, 0x5E...0x5E, 0x60...0x60, 0x7C...0x7C, 0x7E...0x7E,
    ]

    private static let categories: [String: @Sendable (Unicode.GeneralCategory) -> Bool] = {
        typealias Category = Unicode.GeneralCategory
        let single: [(String, String, Category)] = [
            ("lu", "uppercaseletter", .uppercaseLetter), ("ll", "lowercaseletter", .lowercaseLetter),
            ("lt", "titlecaseletter", .titlecaseLetter), ("lm", "modifierletter", .modifierLetter),
            ("lo", "otherletter", .otherLetter), ("mn", "nonspacingmark", .nonspacingMark),
            ("mc", "spacingmark", .spacingMark), ("me", "enclosingmark", .enclosingMark),
            ("nd", "decimalnumber", .decimalNumber), ("nl", "letternumber", .letterNumber),
            ("no", "othernumber", .otherNumber), ("pc", "connectorpunctuation", .connectorPunctuation),
            ("pd", "dashpunctuation", .dashPunctuation), ("ps", "openpunctuation", .openPunctuation),
            ("pe", "closepunctuation", .closePunctuation), ("pi", "initialpunctuation", .initialPunctuation),
            ("pf", "finalpunctuation", .finalPunctuation), ("po", "otherpunctuation", .otherPunctuation),
            ("sm", "mathsymbol", .mathSymbol), ("sc", "currencysymbol", .currencySymbol),
            ("sk", "modifiersymbol", .modifierSymbol), ("so", "othersymbol", .otherSymbol),
            ("zs", "spaceseparator", .spaceSeparator), ("zl", "lineseparator", .lineSeparator),
            ("zp", "paragraphseparator", .paragraphSeparator), ("cc", "control", .control), ("cf", "format", .format),
            ("cs", "surrogate", .surrogate), ("co", "privateuse", .privateUse), ("cn", "unassigned", .unassigned),
        ]
        let groups: [(String, String)] = [
            ("l", "letter"), ("m", "mark"), ("n", "number"), ("p", "punctuation"), ("s", "symbol"), ("z", "separator"),
            ("c", "other"),
        ]
        var table: [String: @Sendable (Category) -> Bool] = [:]
        for (short, long, category) in single {
            table[short] = { $0 == category }
            table[long] = table[short]
        }
        for (short, long) in groups {
            let members = single.filter { $0.0.hasPrefix(short) }.map(\.2)
            table[short] = { members.contains($0) }
            table[long] = table[short]
        }
        table["combiningmark"] = table["m"]
        return table
    }()
}
