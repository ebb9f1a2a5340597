/// BERT's: splits at whitespace, which goes, and at punctuation, which stays.
struct BertPreTokenizer: PreTokenizer {
    func cut(_ words: inout Words) {
        CharacterSplit(set: CharacterClass.whitespace, behavior: .removed).cut(&words)
        CharacterSplit(set: CharacterClass.punctuation, behavior: .isolated).cut(&words)
    }
}

/// Words of the same number of characters, but for the last.
struct FixedLength: PreTokenizer {
    let length: Int

    func cut(_ words: inout Words) {
        words.split { word, part in
            var start = 0
            var position = 0
            var count = 0
            while position < word.count {
                position += UTF8Scan.length(lead: word[position])
                count += 1
                if count == length {
                    part(start..<position)
                    (start, count) = (position, 0)
                }
            }
            part(start..<position)
        }
    }
}

/// Splits where the script changes; Japanese is one script, and spaces belong to what comes before them.
struct UnicodeScripts: PreTokenizer {
    func cut(_ words: inout Words) {
        words.split { word, part in
            var position = 0
            var start: Int?
            var last: Script?
            while position < word.count {
                let (scalar, length) = UTF8Scan.scalar(in: word, at: position)
                if let script = Self.script(of: scalar) {
                    if script != last {
                        if let start { part(start..<position) }
                        start = position
                    }
                    last = script
                }
                position += length
            }
            // Spaces before the first character of any script are dropped.
            if let start { part(start..<position) }
        }
    }

    private static func script(of scalar: UInt32) -> Script? {
        if scalar == 0x20 { return nil }
        if scalar == 0x30FC { return .han }
        let script = Script.of(scalar)
        return script == .hiragana || script == .katakana ? .han : script
    }
}

/// Runs of letters, digits and marks, and runs of anything else but whitespace.
struct WordsAndSymbols: PreTokenizer {
    func cut(_ words: inout Words) {
        words.split { word, part in
            var position = 0
            while position < word.count {
                let start = position
                let length = CharacterClass.word.match(in: word, at: position)
                if length > 0 {
                    position = end(of: word, from: position) { CharacterClass.word.match(in: word, at: $0) > 0 }
                    part(start..<position)
                } else if CharacterClass.whitespace.match(in: word, at: position) > 0 {
                    position += UTF8Scan.length(lead: word[position])
                } else {
                    position = end(of: word, from: position) {
                        CharacterClass.word.match(in: word, at: $0) == 0
                            && CharacterClass.whitespace.match(in: word, at: $0) == 0
                    }
                    part(start..<position)
                }
            }
        }
    }

    private func end(
        of word: UnsafeBufferPointer<UInt8>, from start: Int, while belongs: (Int) -> Bool
    ) -> Int {
        var position = start
        while position < word.count, belongs(position) {
            position += UTF8Scan.length(lead: word[position])
        }
        return position
    }
}
