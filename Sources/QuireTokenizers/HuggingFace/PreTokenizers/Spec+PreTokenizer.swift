extension Spec {
    private static let preTokenizers = [
        "BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation",
        "Sequence", "Split", "UnicodeScripts", "Whitespace", "WhitespaceSplit",
    ]

    /// The pre-tokenizer that this describes.
    ///
    /// - Throws: `TokenizerError` that names the place and, for an unknown type, the known ones.
    func preTokenizer() throws(TokenizerError) -> any PreTokenizer {
        switch try kind() {
        case "Sequence":
            var parts: [any PreTokenizer] = []
            for part in try list("pretokenizers") {
                parts.append(try part.preTokenizer())
            }
            return PreTokenizerSequence(parts: parts)
        case "ByteLevel":
            return ByteLevelPreTokenizer(
                addsPrefixSpace: try bool("add_prefix_space", default: true),
                splits: try bool("use_regex", default: true))
        case "Metaspace": return try metaspace()
        case "Split":
            return PatternSplit(
                try pattern(), try choice("behavior", default: nil), isInverted: try bool("invert", default: false))
        case "Digits":
            let isIndividual = try bool("individual_digits", default: false)
            return CharacterSplit(set: CharacterClass.numeric, behavior: isIndividual ? .isolated : .contiguous)
        case "Whitespace": return WordsAndSymbols()
        case "WhitespaceSplit": return CharacterSplit(set: CharacterClass.whitespace, behavior: .removed)
        case "CharDelimiterSplit":
            return PatternSplit(.string(try character("delimiter")), .removed)
        case "Punctuation":
            return CharacterSplit(
                set: CharacterClass.punctuation, behavior: try choice("behavior", default: .isolated))
        case "BertPreTokenizer": return BertPreTokenizer()
        case "UnicodeScripts": return UnicodeScripts()
        case "FixedLength": return FixedLength(length: try count("length", default: 5, in: 1...1_000_000))
        default: throw unknownKind(Self.preTokenizers)
        }
    }

    private func metaspace() throws(TokenizerError) -> any PreTokenizer {
        var scheme: MetaspacePreTokenizer.PrependScheme = try choice("prepend_scheme", default: .always)
        // Older files have a flag instead.
        if member("prepend_scheme") == nil, try !bool("add_prefix_space", default: true) { scheme = .never }
        return MetaspacePreTokenizer(
            replacement: try character("replacement"), prependScheme: scheme, splits: try bool("split", default: true))
    }
}
