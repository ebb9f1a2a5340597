#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Spec {
    private static let normalizers = [
        "BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "Prepend",
        "Replace",
        "Sequence", "Strip", "StripAccents",
    ]

    /// The normalizer that this describes.
    ///
    /// - Throws: `TokenizerError` that names the place and, for an unknown type, the known ones.
    func normalizer() throws(TokenizerError) -> any TextNormalizer {
        let kind = try kind()
        if let form = UnicodeForm.Form(rawValue: kind) { return UnicodeForm(form) }
        switch kind {
        case "Sequence":
            var parts: [any TextNormalizer] = []
            for part in try list("normalizers") {
                parts.append(try part.normalizer())
            }
            return NormalizerSequence(parts: parts)
        case "Lowercase": return Lowercase()
        case "StripAccents": return StripAccents()
        case "Strip":
            return Strip(left: try bool("strip_left", default: true), right: try bool("strip_right", default: true))
        case "Replace": return Replace(pattern: try pattern(), content: Array(try string("content").utf8))
        case "Prepend": return Prepend(prefix: Array(try string("prepend").utf8))
        case "Nmt": return NMT()
        case "ByteLevel": return ByteLevelNormalizer()
        case "Precompiled": return try precompiled()
        case "BertNormalizer":
            let lowercases = try bool("lowercase", default: true)
            return BertNormalizer(
                cleansText: try bool("clean_text", default: true),
                separatesChinese: try bool("handle_chinese_chars", default: true),
                stripsAccents: try bool("strip_accents", default: lowercases), lowercases: lowercases)
        default: throw unknownKind(Self.normalizers)
        }
    }

    private func precompiled() throws(TokenizerError) -> any TextNormalizer {
        let map = try required("precompiled_charsmap", "a map in base64")
        guard let data = Data(base64Encoded: try map.asString()) else { throw map.error("a map in base64") }
        if data.isEmpty { return NormalizerSequence(parts: []) }
        do throws(TokenizerError) {
            return Precompiled(map: try CharacterMap(precompiled: data))
        } catch {
            throw TokenizerError(field: map.path, value: error.value, expected: error.expected)
        }
    }
}
