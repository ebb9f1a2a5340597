extension SentencePieceTokenizer {
    public func encode(_ text: String, addSpecialTokens: Bool) -> [TokenID] {
        var ids: [TokenID] = []
        if addSpecialTokens, specialTokens.addsBOS, let bos = specialTokens.bos { ids.append(bos) }
        var text = text
        text.withUTF8 { appendIDs(of: $0, to: &ids) }
        if addSpecialTokens, specialTokens.addsEOS, let eos = specialTokens.eos { ids.append(eos) }
        return ids
    }

    /// Each stretch between control tokens is encoded as a text of its own, as LLaMA's tokenizers do.
    public func encodeSpelledOut(_ text: String) -> [TokenID] {
        var ids: [TokenID] = []
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            func stretch(until end: Int) {
                if start < end { appendIDs(of: UnsafeBufferPointer(rebasing: bytes[start..<end]), to: &ids) }
            }
            var position = 0
            while position < bytes.count {
                guard let match = controlPieces?.longestMatch(in: bytes, at: position) else {
                    position += 1
                    continue
                }
                stretch(until: position)
                ids.append(match.value)
                (start, position) = (match.end, match.end)
            }
            stretch(until: bytes.count)
        }
        return ids
    }

    private func appendIDs(of text: UnsafeBufferPointer<UInt8>, to ids: inout [TokenID]) {
        let normalized = textNormalizer.normalize(text).bytes
        let segments = normalized.withUnsafeBufferPointer(segmenter.segments)
        ids.reserveCapacity(ids.count + segments.count + 1)
        var position = 0
        var followsUnknown = false
        for segment in segments {
            let end = position + Int(segment.length)
            let isUnknown = segment.id == vocabulary.unknownID
            if isUnknown, let byteIDs = vocabulary.byteIDs {
                for byte in normalized[position..<end] {
                    ids.append(byteIDs[Int(byte)])
                }
            } else if !(isUnknown && followsUnknown) {
                // A run of unknown characters is one token.
                ids.append(segment.id)
            }
            followsUnknown = isUnknown
            position = end
        }
    }

    public func encodeWithOffsets(_ text: String, addSpecialTokens: Bool) -> [EncodedToken] {
        var tokens: [EncodedToken] = []
        func appendSpecial(_ id: TokenID?, at offset: Int) {
            guard let id else { return }
            tokens.append(EncodedToken(id: id, piece: piece(for: id) ?? "", byteRange: offset..<offset))
        }
        if addSpecialTokens, specialTokens.addsBOS { appendSpecial(specialTokens.bos, at: 0) }
        var text = text
        text.withUTF8 { appendTokens(of: $0, to: &tokens) }
        if addSpecialTokens, specialTokens.addsEOS { appendSpecial(specialTokens.eos, at: text.utf8.count) }
        return tokens
    }

    private func appendTokens(of text: UnsafeBufferPointer<UInt8>, to tokens: inout [EncodedToken]) {
        let normalized = textNormalizer.normalize(text, recordsOrigins: true)
        let segments = normalized.bytes.withUnsafeBufferPointer(segmenter.segments)
        var position = 0
        var followsUnknown = false
        for segment in segments {
            let end = position + Int(segment.length)
            let spelling = normalized.bytes[position..<end]
            let range = normalized.origins[position]..<normalized.origins[end]
            let isUnknown = segment.id == vocabulary.unknownID
            if isUnknown, let byteIDs = vocabulary.byteIDs {
                // The last byte completes the character and stands for it.
                for (index, byte) in zip(spelling.indices, spelling) {
                    let part = index == end - 1 ? range : range.lowerBound..<range.lowerBound
                    let id = byteIDs[Int(byte)]
                    tokens.append(EncodedToken(id: id, piece: piece(for: id) ?? "", byteRange: part))
                }
            } else if isUnknown, followsUnknown, let last = tokens.popLast() {
                tokens.append(
                    EncodedToken(
                        id: last.id, piece: last.piece + String(decoding: spelling, as: UTF8.self),
                        byteRange: last.byteRange.lowerBound..<range.upperBound))
            } else {
                let piece = String(decoding: spelling, as: UTF8.self)
                tokens.append(EncodedToken(id: segment.id, piece: piece, byteRange: range))
            }
            followsUnknown = isUnknown
            position = end
        }
    }
}
