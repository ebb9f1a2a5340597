/// What text is searched for: an exact string or a regular expression.
enum SplitPattern: Sendable {
    case string([UInt8])
    case regex(TextPattern)

    /// Calls `body` with every match, from left to right.
    func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
        switch self {
        case .regex(let pattern): pattern.forEachMatch(in: text, body)
        case .string(let string): Self.forEachOccurrence(of: string, in: text, body)
        }
    }

    private static func forEachOccurrence(
        of string: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
    ) {
        guard let first = string.first else {
            // Nothing stands before every character and at the end.
            var position = 0
            while position < text.count {
                body(position..<position)
                position += UTF8Scan.length(lead: text[position])
            }
            return body(position..<position)
        }
        var position = 0
        while position + string.count <= text.count {
            if text[position] == first, text[position..<position + string.count].elementsEqual(string) {
                body(position..<position + string.count)
                position += string.count
            } else {
                position += 1
            }
        }
    }
}
