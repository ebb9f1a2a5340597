/// What characters decompose into and compose from.
struct Decomposition: Sendable {
    /// Full decompositions by scalar, canonical and for compatibility.
    private var canonical: [UInt32: [UInt32]] = [:]
    private var compatible: [UInt32: [UInt32]] = [:]
    /// `first << 32 | second` → the character that they compose.
    private var compositions: [UInt64: UInt32] = [:]

    static let shared = Decomposition()

    /// Source of the arithmetic: Unicode, section 3.12, "Conjoining Jamo Behavior".
    private enum Hangul {
        static let syllables: UInt32 = 0xAC00
        static let leads: UInt32 = 0x1100
        static let vowels: UInt32 = 0x1161
        static let trails: UInt32 = 0x11A7
        static let (leadCount, vowelCount, trailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)
        static let count = leadCount * vowelCount * trailCount
    }

    private enum Kind: Int {
        case composable, canonical, compatible
    }

    private init() {
        var raw: [UInt32: (parts: [UInt32], kind: Kind)] = [:]
        var reader = Reader(digits: Array(DecompositionData.text.utf8))
        var scalar: UInt32 = 0
        var first = 0
        while let delta = reader.number() {
            scalar += UInt32(delta)
            let head = reader.number() ?? 0
            let change = reader.number() ?? 0
            first += change & 1 == 0 ? change >> 1 : -((change + 1) >> 1)
            let rest = (1..<max(1, head / 3)).map { _ in UInt32(reader.number() ?? 0) }
            raw[scalar] = ([UInt32(first)] + rest, Kind(rawValue: head % 3) ?? .compatible)
        }
        func expand(_ scalar: UInt32, _ includesCompatible: Bool) -> [UInt32] {
            guard let (parts, kind) = raw[scalar], includesCompatible || kind != .compatible else { return [scalar] }
            return parts.flatMap { expand($0, includesCompatible) }
        }
        for (scalar, entry) in raw {
            compatible[scalar] = expand(scalar, true)
            if entry.kind != .compatible { canonical[scalar] = expand(scalar, false) }
            if entry.kind == .composable, entry.parts.count == 2 {
                compositions[UInt64(entry.parts[0]) << 32 | UInt64(entry.parts[1])] = scalar
            }
        }
    }

    /// Reads the numbers of the data: five bits a digit, lowest first, the sixth says that more follow.
    private struct Reader {
        let digits: [UInt8]
        var position = 0

        mutating func number() -> Int? {
            var value = 0
            var shift = 0
            while position < digits.count {
                let digit = Self.value(of: digits[position])
                position += 1
                value |= (digit & 31) << shift
                if digit < 32 { return value }
                shift += 5
            }
            return nil
        }

        private static func value(of digit: UInt8) -> Int {
            switch digit {
            case 0x41...0x5A: Int(digit) - 0x41
            case 0x61...0x7A: Int(digit) - 0x61 + 26
            case 0x30...0x39: Int(digit) - 0x30 + 52
            default: digit == 0x2D ? 62 : 63
            }
        }
    }

    /// Appends the full decomposition of a scalar.
    func decompose(_ scalar: UInt32, isCompatible: Bool, into result: inout [UInt32]) {
        let syllable = scalar &- Hangul.syllables
        if syllable < Hangul.count {
            result.append(Hangul.leads + syllable / (Hangul.vowelCount * Hangul.trailCount))
            result.append(Hangul.vowels + syllable % (Hangul.vowelCount * Hangul.trailCount) / Hangul.trailCount)
            let trail = syllable % Hangul.trailCount
            if trail > 0 { result.append(Hangul.trails + trail) }
        } else if let parts = isCompatible ? compatible[scalar] : canonical[scalar] {
            result += parts
        } else {
            result.append(scalar)
        }
    }

    /// The character that two compose, or nil.
    func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        let lead = first &- Hangul.leads
        let vowel = second &- Hangul.vowels
        if lead < Hangul.leadCount, vowel < Hangul.vowelCount {
            return Hangul.syllables + (lead * Hangul.vowelCount + vowel) * Hangul.trailCount
        }
        let syllable = first &- Hangul.syllables
        let trail = second &- Hangul.trails
        if syllable < Hangul.count, syllable % Hangul.trailCount == 0, trail > 0, trail < Hangul.trailCount {
            return first + trail
        }
        return compositions[UInt64(first) << 32 | UInt64(second)]
    }

    /// The combining class that canonical order sorts by; 0 for what nothing moves across.
    static func combiningClass(_ scalar: UInt32) -> UInt8 {
        if scalar < 0x300 { return 0 }
        return Unicode.Scalar(scalar)?.properties.canonicalCombiningClass.rawValue ?? 0
    }
}
