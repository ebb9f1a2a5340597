extension String {
    /// Calls `body` with the byte offset of each place of `part`, which is not empty, until it says no.
    func forEachMatch(
        of part: String, _ body: (Int) throws(TemplateError) -> Bool
    ) throws(TemplateError) {
        let search = ByteSearch(Array(part.utf8))
        let bytes = ContiguousArray(utf8)
        try bytes.withUnsafeBufferPointer { buffer throws(TemplateError) in
            try search.forEachMatch(in: buffer, body)
        }
    }

    /// As `forEachMatch`, but from the end.
    func forEachMatchFromEnd(
        of part: String, _ body: (Int) throws(TemplateError) -> Bool
    ) throws(TemplateError) {
        let search = ByteSearch(part.utf8.reversed())
        let bytes = ContiguousArray(utf8.reversed())
        try bytes.withUnsafeBufferPointer { buffer throws(TemplateError) in
            try search.forEachMatch(in: buffer) { place throws(TemplateError) in
                try body(bytes.count - place - part.utf8.count)
            }
        }
    }

    /// The byte offset of the first place of `part`, or `nil`.
    func firstMatch(of part: String) throws(TemplateError) -> Int? {
        if part.isEmpty { return 0 }
        var found: Int?
        try forEachMatch(of: part) { place throws(TemplateError) in
            found = place
            return false
        }
        return found
    }

    func containsExactly(_ part: String) throws(TemplateError) -> Bool { try firstMatch(of: part) != nil }

    func startsExactly(with part: String) -> Bool { utf8.starts(with: part.utf8) }

    func endsExactly(with part: String) -> Bool {
        utf8.count >= part.utf8.count && utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
    }

    /// The text between two byte offsets that lie between characters.
    func bytes(_ range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        let end = utf8.index(start, offsetBy: range.count)
        return String(self[start..<end])
    }
}
