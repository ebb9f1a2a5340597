extension Lexer {
    /// Whether a tag says `raw`; if so, moves behind it.
    mutating func takeRawStart() -> Bool {
        let start = offset
        skipSpace()
        if source.starts(with: "raw", at: offset) {
            offset += 3
            skipSpace()
            // Unlike after other tags, a line break here stays.
            if source.starts(with: "-%}", at: offset) {
                offset += 3
                skipSpace()
                isAtLineStart = source.scalars[offset - 1] == "\n"
                return true
            }
            if source.starts(with: "%}", at: offset) {
                offset += 2
                return true
            }
        }
        offset = start
        return false
    }

    /// Text up to `{% endraw %}`.
    mutating func rawText(from tag: Int) throws(TemplateError) {
        let start = offset
        while offset < source.count {
            let end = offset
            if source.starts(with: "{%", at: offset) {
                offset += 2
                let control = takeControl()
                skipSpace()
                if source.starts(with: "endraw", at: offset) {
                    offset += 6
                    skipSpace()
                    let range = trimmed(start..<end, control: control, keepsBlanks: false)
                    if takeEnd("%}", trimsLine: true) { return addText(range) }
                }
            }
            offset = end + 1
        }
        throw error("Missing end of raw directive", at: tag)
    }
}
