extension RegexParser {
    /// A bracketed class whose `[` is already read.
    mutating func characterClass(depth: Int = 0) throws(RegexError) -> ScalarRanges {
        let start = position - 1
        guard depth < 20 else { throw error("classes nested more than 20 deep", at: start) }
        let isNegated = skip("^")
        var set = ScalarRanges.none
        var intersected: ScalarRanges?
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            guard let next = current else { throw error("an unclosed class", at: start) }
            if next == "]", !isFirst {
                position += 1
                break
            }
            isFirst = false
            if skip("&&") {
                let left = set.union(folded(ranges))
                intersected = intersected?.intersection(left) ?? left
                (set, ranges) = (.none, [])
            } else if next == "[", let posix = try posixClass() {
                set = set.union(posix)
            } else if next == "[" {
                position += 1
                set = set.union(try characterClass(depth: depth + 1))
            } else if let item = try classItem() {
                try extend(&ranges, from: item, start: start)
            } else if let named = lastSet {
                set = set.union(named)
            }
        }
        set = set.union(folded(ranges))
        if let intersected { set = intersected.intersection(set) }
        return isNegated ? set.inverted : set
    }

    private func folded(_ ranges: [ClosedRange<UInt32>]) -> ScalarRanges {
        let set = ScalarRanges(ranges)
        return options.ignoresCase ? CaseFolding.closure(of: set) : set
    }

    /// The next character of a class; nil where it is a set, which is then in `lastSet`.
    private mutating func classItem() throws(RegexError) -> UInt32? {
        lastSet = nil
        guard let next = current else { return nil }
        position += 1
        if next != "\\" { return next.value }
        if current == "b" {
            position += 1
            return 0x08
        }
        if let set = try setEscape() {
            lastSet = set
            return nil
        }
        return try scalarEscape()
    }

    /// Adds a character, or the range that it begins.
    private mutating func extend(
        _ ranges: inout [ClosedRange<UInt32>], from low: UInt32, start: Int
    ) throws(RegexError) {
        let mark = position
        guard skip("-"), let next = current, next != "]",
            !(next == "[" || pattern[position...].starts(with: ["&", "&"]))
        else {
            position = mark
            ranges.append(low...low)
            return
        }
        guard let high = try classItem() else {
            // A set cannot end a range: the hyphen stands for itself.
            position = mark
            ranges.append(low...low)
            return
        }
        guard low <= high else { throw error("a range whose ends are swapped", at: mark) }
        ranges.append(low...high)
    }

    /// `[:alpha:]` or `[:^alpha:]`.
    private mutating func posixClass() throws(RegexError) -> ScalarRanges? {
        let start = position
        guard skip("[:") else { return nil }
        let isNegated = skip("^")
        var name = ""
        while let next = current, next.isASCII, next.properties.isAlphabetic {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard skip(":]") else {
            position = start
            return nil
        }
        guard let set = UnicodeProperties.shared.set(named: name) else {
            throw error("the unknown class '[:\(name):]'", at: start)
        }
        return isNegated ? set.inverted : set
    }
}
