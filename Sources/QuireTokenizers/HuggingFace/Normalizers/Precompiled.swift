/// SentencePiece's compiled replacements as the tokenizers library applies them: to what people see as one character
/// where that is short, and otherwise to every scalar on its own.
struct Precompiled: TextNormalizer {
    let map: CharacterMap

    /// Longer clusters, in bytes, are not looked up whole.
    private static let longestCluster = 5

    func normalize(_ text: AlignedText) -> AlignedText {
        var result = AlignedText(rewriting: text)
        text.bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                let end = endOfCluster(in: bytes, at: position)
                append(text, bytes, position..<end, to: &result)
                position = end
            }
        }
        result.close()
        return result
    }

    private func append(
        _ text: AlignedText, _ bytes: UnsafeBufferPointer<UInt8>, _ cluster: Range<Int>, to result: inout AlignedText
    ) {
        let origin = text.origin(of: cluster.lowerBound)
        if cluster.count <= Self.longestCluster,
            let replacement = map.shortestMatch(in: bytes, at: cluster.lowerBound, end: cluster.upperBound)
        {
            result.append(replacement, from: origin)
            return
        }
        var position = cluster.lowerBound
        while position < cluster.upperBound {
            let end = position + UTF8Scan.length(lead: bytes[position])
            if let replacement = map.shortestMatch(in: bytes, at: position, end: end) {
                result.append(replacement, from: text.origin(of: position))
            } else {
                result.append(text, position..<end)
            }
            position = end
        }
    }

    /// Where the grapheme cluster at `position` ends.
    private func endOfCluster(in bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        let byte = bytes[position]
        if byte < 0x80, position + 1 == bytes.count || bytes[position + 1] < 0x80 {
            let isNewline = byte == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
            return position + (isNewline ? 2 : 1)
        }
        // A cluster is judged by its beginning: a few more scalars than any short one can have.
        var end = position
        for _ in 0..<Self.window where end < bytes.count {
            end += UTF8Scan.length(lead: bytes[end])
        }
        let window = String(decoding: bytes[position..<end], as: UTF8.self)
        guard let first = window.first else { return end }
        return position + first.utf8.count
    }

    /// Scalars that are looked at to find where a cluster ends. A longer one is cut here, which is of no consequence:
    /// its scalars are replaced one by one.
    private static let window = 12
}
