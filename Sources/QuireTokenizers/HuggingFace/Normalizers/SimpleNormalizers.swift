/// Lowercases every character on its own, as Unicode maps it in full.
struct Lowercase: TextNormalizer {
    func normalize(_ text: AlignedText) -> AlignedText {
        text.mappingScalars { scalar, origin, result in
            if scalar < 0x80 {
                result.append(scalar: scalar &- 0x41 < 26 ? scalar | 0x20 : scalar, from: origin)
            } else if let lower = Unicode.Scalar(scalar)?.properties.lowercaseMapping {
                for mapped in lower.unicodeScalars {
                    result.append(scalar: mapped.value, from: origin)
                }
            }
        }
    }
}

/// Drops every mark; text has to be decomposed for accents to go.
struct StripAccents: TextNormalizer {
    func normalize(_ text: AlignedText) -> AlignedText {
        if text.isASCII { return text }
        return text.mappingScalars { scalar, origin, result in
            if !CharacterClass.mark.contains(scalar) { result.append(scalar: scalar, from: origin) }
        }
    }
}

/// Drops whitespace at the ends.
struct Strip: TextNormalizer {
    let left: Bool
    let right: Bool

    func normalize(_ text: AlignedText) -> AlignedText {
        let kept = text.bytes.withUnsafeBufferPointer { bytes in
            var low = 0
            var high = bytes.count
            while left, low < high {
                let length = CharacterClass.whitespace.match(in: bytes, at: low)
                if length == 0 { break }
                low += length
            }
            while right, low < high {
                let start = UTF8Scan.start(before: high, in: bytes)
                if CharacterClass.whitespace.match(in: bytes, at: start) == 0 { break }
                high = start
            }
            return low..<high
        }
        return kept.count == text.bytes.count ? text : AlignedText(text, range: kept)
    }
}

/// Puts a text in front of one that is not empty.
struct Prepend: TextNormalizer {
    let prefix: [UInt8]

    func normalize(_ text: AlignedText) -> AlignedText {
        if text.isEmpty { return text }
        var result = AlignedText(rewriting: text)
        result.append(prefix, from: text.start)
        result.append(text, 0..<text.bytes.count)
        result.close()
        return result
    }
}

/// Replaces every match.
struct Replace: TextNormalizer {
    let pattern: SplitPattern
    let content: [UInt8]

    func normalize(_ text: AlignedText) -> AlignedText {
        var result = AlignedText(rewriting: text)
        var position = 0
        text.bytes.withUnsafeBufferPointer { bytes in
            pattern.forEachMatch(in: bytes) { match in
                result.append(text, position..<match.lowerBound)
                result.append(content, from: text.origin(of: match.lowerBound))
                position = match.upperBound
            }
        }
        if position == 0, result.isEmpty { return text }
        result.append(text, position..<text.bytes.count)
        result.close()
        return result
    }
}

/// What SentencePiece did to text for machine translation before it knew of NFKC: control characters go, and other
/// separators become spaces.
struct NMT: TextNormalizer {
    func normalize(_ text: AlignedText) -> AlignedText {
        text.mappingScalars { scalar, origin, result in
            switch scalar {
            case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: return
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                result.append(0x20, from: origin)
            default: result.append(scalar: scalar, from: origin)
            }
        }
    }
}

/// Writes every byte as the character that stands for it.
struct ByteLevelNormalizer: TextNormalizer {
    func normalize(_ text: AlignedText) -> AlignedText {
        ByteAlphabet.spelled(text)
    }
}
