/// A regular expression as published tokenizers use it.
struct TextPattern: Sendable {
    private let program: RegexProgram

    /// - Throws: `RegexError` with the place of what cannot be used.
    init(_ pattern: String) throws(RegexError) {
        program = try RegexProgram(pattern)
    }

    /// A pattern of this library's own, which is known to be right.
    init(known pattern: StaticString) {
        do throws(RegexError) {
            program = try RegexProgram("\(pattern)")
        } catch {
            preconditionFailure("\(pattern): \(error)")
        }
    }

    /// Calls `body` with every match, from left to right; an empty one right after another match is none.
    func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
        var matcher = RegexMatcher(program, text)
        var position = 0
        var lastEnd = -1
        while position <= text.count, let match = matcher.firstMatch(from: position) {
            if match.isEmpty, match.upperBound == lastEnd {
                if match.upperBound == text.count { return }
                position = match.upperBound + UTF8Scan.length(lead: text[match.upperBound])
                continue
            }
            position = match.upperBound
            lastEnd = match.upperBound
            body(match)
        }
    }
}
