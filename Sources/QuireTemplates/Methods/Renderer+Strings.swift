extension Renderer {
    /// The text with occurrences of a part replaced; a negative limit is none.
    ///
    /// An empty part stands before, between and behind all characters.
    func replacing(_ old: String, with new: String, in text: String, limit: Int) throws(TemplateError) -> String {
        try meter.work(bytes: text.utf8.count, old.isEmpty ? .mapping : .searching)
        var left = limit < 0 ? Int.max : limit
        guard left > 0 else { return text }
        var result = ""
        if old.isEmpty {
            for scalar in text.unicodeScalars {
                if left > 0 {
                    try check(result, adding: new)
                    result += new
                    left -= 1
                }
                result.unicodeScalars.append(scalar)
            }
            if left > 0 { result += new }
            return result
        }
        let bytes = Array(text.utf8)
        var end = 0
        try text.forEachMatch(of: old) { place throws(TemplateError) in
            try check(result, adding: new)
            result += String(decoding: bytes[end..<place], as: UTF8.self)
            result += new
            end = place + old.utf8.count
            left -= 1
            return left > 0
        }
        if end == 0 { return text }
        return result + String(decoding: bytes[end...], as: UTF8.self)
    }

    /// The text without the given characters, or white space, at its ends.
    func stripped(
        _ text: String, of characters: String?, start: Bool = true, end: Bool = true
    ) throws(TemplateError) -> String {
        let result = text.stripped(of: characters, start: start, end: end)
        try meter.work(bytes: text.utf8.count - result.utf8.count, .mapping)
        return result
    }

    /// The text filled up to a number of characters.
    func padded(
        _ text: String, to width: Int, _ align: Unicode.Scalar, fill: Unicode.Scalar
    ) throws(TemplateError) -> String {
        let missing = max(width, 0) - (try length(of: text))
        guard missing > 0 else { return text }
        try meter.allocate(bytes: min(missing, 1 << 40) * 4)
        func filling(_ count: Int) -> String { String(repeating: String(Character(fill)), count: count) }
        switch align {
        case "<": return text + filling(missing)
        case ">": return filling(missing) + text
        default:
            // Where both sides cannot be equal, Python's choice depends on the width.
            let left = missing / 2 + (missing & width & 1)
            return filling(left) + text + filling(missing - left)
        }
    }
}

extension String {
    /// Without the given characters, or white space, at its ends.
    func stripped(of characters: String?, start: Bool = true, end: Bool = true) -> String {
        let set = characters.map { Set($0.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonSpace }
        var rest = unicodeScalars[...]
        if start { rest = rest.drop(while: goes) }
        if end { while let last = rest.last, goes(last) { rest.removeLast() } }
        return String(rest)
    }
}
