/// Characters that differ in case only.
enum CaseFolding {
    /// `set` with every character that differs from one of its own in case only.
    static func closure(of set: ScalarRanges) -> ScalarRanges {
        var added: [ClosedRange<UInt32>] = []
        for (scalar, others) in equals where set.contains(scalar) {
            added += others.map { $0...$0 }
        }
        return set.union(ScalarRanges(added))
    }

    /// Scalars that have others, and those others.
    private static let equals: [(scalar: UInt32, others: [UInt32])] = {
        var classes: [UInt32: [UInt32]] = [:]
        let cased = UnicodeProperties.shared.ranges {
            [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .letterNumber, .otherSymbol, .nonspacingMark]
                .contains($0)
        }
        for scalar in cased.ranges.joined() {
            guard let folded = fold(scalar) else { continue }
            classes[folded, default: []].append(scalar)
        }
        return classes.values.filter { $0.count > 1 }.flatMap { members in members.map { ($0, members) } }
    }()

    /// Simple case folding: the lowercase of the uppercase, where each is one scalar.
    private static func fold(_ scalar: UInt32) -> UInt32? {
        guard let character = Unicode.Scalar(scalar) else { return nil }
        let upper = character.properties.uppercaseMapping.unicodeScalars
        let base = upper.count == 1 ? upper[upper.startIndex] : character
        let lower = base.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower[lower.startIndex].value : base.value
    }
}
