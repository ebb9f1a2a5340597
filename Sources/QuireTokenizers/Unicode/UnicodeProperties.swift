/// What Unicode says about characters, read once from the standard library and kept as ranges.
struct UnicodeProperties: Sendable {
    /// Scalars in order that share a general category.
    private let runs: [(range: ClosedRange<UInt32>, category: Unicode.GeneralCategory)]
    let whitespace: ScalarRanges
    /// Letters, marks, decimal digits, connectors and other alphabetic characters.
    let word: ScalarRanges

    static let shared = UnicodeProperties()

    private init() {
        var runs: [(range: ClosedRange<UInt32>, category: Unicode.GeneralCategory)] = []
        var whitespace: [ClosedRange<UInt32>] = []
        var alphabetic: [ClosedRange<UInt32>] = []
        func extend(_ ranges: inout [ClosedRange<UInt32>], by value: UInt32) {
            if let last = ranges.last, last.upperBound &+ 1 == value {
                ranges[ranges.count - 1] = last.lowerBound...value
            } else {
                ranges.append(value...value)
            }
        }
        for (start, end) in Self.assignedPlanes {
            for value in start...end {
                // Surrogates are no scalars; they stay out of every run.
                guard let scalar = Unicode.Scalar(value) else { continue }
                let properties = scalar.properties
                let category = properties.generalCategory
                if let last = runs.last, last.category == category, last.range.upperBound &+ 1 == value {
                    runs[runs.count - 1].range = last.range.lowerBound...value
                } else {
                    runs.append((value...value, category))
                }
                if category == .unassigned { continue }
                if properties.isWhitespace { extend(&whitespace, by: value) }
                if properties.isAlphabetic { extend(&alphabetic, by: value) }
            }
        }
        runs.append((0xE0200...0xEFFFF, .unassigned))
        runs.append((0xF0000...0xFFFFD, .privateUse))
        runs.append((0xFFFFE...0xFFFFF, .unassigned))
        runs.append((0x100000...0x10FFFD, .privateUse))
        runs.append((0x10FFFE...0x10FFFF, .unassigned))
        self.runs = runs
        self.whitespace = ScalarRanges(whitespace)
        word = ScalarRanges(alphabetic).union(
            Self.ranges(runs) { $0.isMark || $0 == .decimalNumber || $0 == .connectorPunctuation })
    }

    /// Beyond these, whole planes are unassigned or for private use.
    private static let assignedPlanes: [(UInt32, UInt32)] = [(0, 0x3FFFF), (0xE0000, 0xE01FF)]

    /// The scalars whose general category is asked for.
    func ranges(where includes: (Unicode.GeneralCategory) -> Bool) -> ScalarRanges {
        let found = Self.ranges(runs, where: includes)
        // Planes 4 to 13 have no characters.
        return includes(.unassigned) ? found.union(ScalarRanges([0x40000...0xDFFFF])) : found
    }

    private static func ranges(
        _ runs: [(range: ClosedRange<UInt32>, category: Unicode.GeneralCategory)],
        where includes: (Unicode.GeneralCategory) -> Bool
    ) -> ScalarRanges {
        ScalarRanges(runs.filter { includes($0.category) }.map(\.range))
    }
}

extension Unicode.GeneralCategory {
    var isMark: Bool { self == .nonspacingMark || self == .spacingMark || self == .enclosingMark }

    var isNumber: Bool { self == .decimalNumber || self == .letterNumber || self == .otherNumber }

    var isPunctuation: Bool {
        switch self {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// Control, format and private-use characters.
    var isOther: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse: true
        default: false
        }
    }
}
