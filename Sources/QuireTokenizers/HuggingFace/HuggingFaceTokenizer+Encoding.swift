extension HuggingFaceTokenizer {
    public func encode(_ text: String, addSpecialTokens: Bool) -> [TokenID] {
        var ids: [TokenID] = addSpecialTokens ? parts.frame.prefix : []
        forEachStretch(of: text, recordsOrigins: false, added: { ids.append($0.id) }) { words, session in
            session.forEachSegments(of: words) { segments, _ in
                for segment in segments where segment.id >= 0 {
                    ids.append(segment.id)
                }
            }
        }
        if addSpecialTokens { ids += parts.frame.suffix }
        return ids
    }

    public func encodeWithOffsets(_ text: String, addSpecialTokens: Bool) -> [EncodedToken] {
        var tokens: [EncodedToken] = []
        func appendSpecial(_ ids: [TokenID], at offset: Int) {
            tokens += ids.map { EncodedToken(id: $0, piece: piece(for: $0) ?? "", byteRange: offset..<offset) }
        }
        if addSpecialTokens { appendSpecial(parts.frame.prefix, at: 0) }
        forEachStretch(
            of: text, recordsOrigins: true,
            added: { match in
                tokens.append(EncodedToken(id: match.id, piece: match.text, byteRange: match.range))
            },
            words: { words, session in
                session.forEachSegments(of: words) { segments, start in
                    var position = start
                    for segment in segments {
                        let end = position + Int(segment.length)
                        if segment.id >= 0 { tokens.append(token(segment.id, position..<end, in: words.text)) }
                        position = end
                    }
                }
            })
        if addSpecialTokens { appendSpecial(parts.frame.suffix, at: text.utf8.count) }
        return tokens
    }

    private func token(_ id: TokenID, _ range: Range<Int>, in text: AlignedText) -> EncodedToken {
        let isText = id == parts.model.unknownID && parts.model.showsUnknownText
        let piece = isText ? String(decoding: text.bytes[range], as: UTF8.self) : self.piece(for: id) ?? ""
        let start = text.origin(of: range.lowerBound)
        return EncodedToken(id: id, piece: piece, byteRange: start..<max(start, text.origin(of: range.upperBound)))
    }

    /// Hands out the added tokens of a text and the words between them, in order.
    private func forEachStretch(
        of text: String, recordsOrigins: Bool, added: (AddedTokens.Match) -> Void,
        words: (Words, inout WordSession) -> Void
    ) {
        var text = text
        var session = WordSession(parts.model)
        text.withUTF8 { input in
            var position = 0
            func stretch(until end: Int) {
                if position >= end { return }
                let raw = AlignedText(input, range: position..<end, recordsOrigins: recordsOrigins)
                forEachNormalizedStretch(of: parts.normalizer?.normalize(raw) ?? raw, added) { text in
                    var cut = Words(text)
                    parts.preTokenizer?.cut(&cut)
                    words(cut, &session)
                }
            }
            for match in parts.addedTokens.rawMatches(in: input) {
                stretch(until: match.range.lowerBound)
                added(match)
                position = match.range.upperBound
            }
            stretch(until: input.count)
        }
    }

    private func forEachNormalizedStretch(
        of text: AlignedText, _ added: (AddedTokens.Match) -> Void, _ body: (AlignedText) -> Void
    ) {
        let matches = text.bytes.withUnsafeBufferPointer(parts.addedTokens.normalizedMatches)
        if matches.isEmpty { return body(text) }
        var position = 0
        for match in matches {
            if position < match.range.lowerBound {
                body(AlignedText(text, range: position..<match.range.lowerBound))
            }
            let start = text.origin(of: match.range.lowerBound)
            let end = max(start, text.origin(of: match.range.upperBound))
            added(AddedTokens.Match(id: match.id, range: start..<end, text: match.text))
            position = max(position, match.range.upperBound)
        }
        if position < text.bytes.count { body(AlignedText(text, range: position..<text.bytes.count)) }
    }
}
