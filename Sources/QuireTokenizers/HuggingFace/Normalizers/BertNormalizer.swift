/// Cleans text as BERT does: control characters, spaces, ideographs, accents, case, in this order.
struct BertNormalizer: TextNormalizer {
    let cleansText: Bool
    let separatesChinese: Bool
    let stripsAccents: Bool
    let lowercases: Bool

    func normalize(_ text: AlignedText) -> AlignedText {
        var text = text
        if cleansText { text = cleaned(text) }
        if separatesChinese, !text.isASCII { text = separated(text) }
        if stripsAccents, !text.isASCII { text = withoutAccents(UnicodeForm(.nfd).normalize(text)) }
        return lowercases ? Lowercase().normalize(text) : text
    }

    private func cleaned(_ text: AlignedText) -> AlignedText {
        text.mappingScalars { scalar, origin, result in
            switch scalar {
            case 0x09, 0x0A, 0x0D: result.append(0x20, from: origin)
            case 0, 0xFFFD: return
            default:
                if CharacterClass.other.contains(scalar) { return }
                result.append(scalar: CharacterClass.whitespace.contains(scalar) ? 0x20 : scalar, from: origin)
            }
        }
    }

    private func separated(_ text: AlignedText) -> AlignedText {
        text.mappingScalars { scalar, origin, result in
            let isChinese = CharacterClass.chinese.contains(scalar)
            if isChinese { result.append(0x20, from: origin) }
            result.append(scalar: scalar, from: origin)
            if isChinese { result.append(0x20, from: origin) }
        }
    }

    private func withoutAccents(_ text: AlignedText) -> AlignedText {
        text.mappingScalars { scalar, origin, result in
            if !CharacterClass.nonspacingMark.contains(scalar) { result.append(scalar: scalar, from: origin) }
        }
    }
}
